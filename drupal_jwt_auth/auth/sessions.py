"""Sessions of Django's as credentials of the API: how they begin, go on, and end.

A login by whatever way, that of the admin too, puts a mark into the session that it begins. The
mark holds when the user's tokens were all ended last: what ends these, such as a block, ends the
session as well, for good. A new password ends it by Django's own hash in the session. So one query
for the user tells whether a session is good, besides what the project's session engine needs.

The mark also holds a seed at random, from which the session's tokens against cross-site requests
are made. They are good as long as the session is.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    login,
    update_session_auth_hash,
)
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Model
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.auth.credentials import DrupalLogin, refused_if_deleted
from drupal_jwt_auth.auth.tokens.user_changes import has_new_password
from drupal_jwt_auth.auth.tokens.users import TokenUser, load_user
from drupal_jwt_auth.auth.usernames import Named
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error

MARK = "drupal_jwt_auth"
"""The key of a session that this app's mark is kept under."""

CSRF, LOGOUT = "X-CSRF-Token", "user/logout"
"""What the tokens of a session are for."""

_SEED_BYTES = 32
_NO_TOKEN = ""
_CHANGED = "drupal_jwt_auth_changed_user"

_current: ContextVar[tuple[HttpRequest, Any] | None] = ContextVar("current", default=None)
"""The request that is answered for the user of its session, and that user's key, if one is."""


class SessionLogin(DrupalLogin):
    """A login that begins a session: as in Drupal, who is blocked is told so before all else.

    That costs the same for each name that nobody blocked has.
    """

    @sensitive_variables()
    def check(self) -> AbstractBaseUser:
        """Return the user; raise AuthenticationError or TooManyFailuresError."""
        named = Named(self.given)
        named.look_further()
        if named.user is not None and not named.user.is_active:
            refusal = AuthenticationError(Error.USER_BLOCKED, user=named.user)
            refusal.username = named.username
            raise refusal
        return super().check()


def session_of(request: HttpRequest) -> SessionBase | None:
    """Return the session of a request, None where the site takes none as credentials.

    That is so without ``cookie`` among ``AUTHENTICATION_METHODS``, and without Django's middleware.
    """
    return usable_session(request) if "cookie" in app_settings.AUTHENTICATION_METHODS else None


def usable_session(request: HttpRequest) -> SessionBase | None:
    """Return the session of a request, None without Django's middleware."""
    session: SessionBase | None = getattr(request, "session", None)
    if session is not None and "\0" in (session.session_key or ""):
        # From a quoted cookie; no database that is asked for such a key may fail.
        session._session_key = None  # As Django does with a bad one.
    return session


def has_session_cookie(request: HttpRequest) -> bool:
    """Tell whether a request has the cookie of a session, whatever that is good for."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


@sensitive_variables("password")
def log_in_with_session(request: HttpRequest, username: str, password: str) -> AbstractBaseUser:
    """Begin a session of the user with this name and password, and return the user.

    Raise AuthenticationError: INVALID_CREDENTIALS, or USER_BLOCKED whatever the password; or
    TooManyFailuresError. Django's signal ``user_logged_in`` is sent.
    """
    user = SessionLogin(request, username, password).check()
    with refused_if_deleted(user):
        login(request, user)  # type: ignore[arg-type]  # the stubs want a User
    return user


def mark_session(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Mark the session that a login has begun: a receiver of ``user_logged_in``."""
    session = None if request is None else session_of(request)
    # Not modified: a login for something else, such as a token.
    if session is None or not session.modified or session.get(SESSION_KEY) != _key_of(user):
        return
    if session.pop(MARK, None) is not None:
        # Django keeps the key where it is the same user's; whoever else knows it is to be out.
        session.cycle_key()
    # Asked for again, so that who is blocked while logging in gets none.
    found = load_user(str(user.pk), _NO_TOKEN)
    if found is not None and found.user.is_active:
        seed = secrets.token_urlsafe(_SEED_BYTES)
        session[MARK] = {"cutoff": found.cutoff, "seed": seed}


def load_session_user(request: HttpRequest) -> AbstractBaseUser | None:
    """Return the active user of the session that a request came with, or None: one query.

    From now on the session is kept if the request gives this user another password.
    """
    session = session_of(request)
    if session is None or not has_session_cookie(request):
        return None
    mark, key = session.get(MARK), session.get(SESSION_KEY)
    if not isinstance(mark, Mapping) or key is None:
        return None
    found = load_user(str(key), _NO_TOKEN)
    if found is None or not found.user.is_active or not _is_good(session, mark, found):
        return None
    _current.set((request, found.user.pk))
    return found.user


def make_token(session: SessionBase, purpose: str) -> str:
    """Return the token of a session for a purpose; of one that is not marked, one good for nothing.

    It is the same as long as the session lasts.
    """
    mark = session.get(MARK)
    seed = mark["seed"] if isinstance(mark, Mapping) else secrets.token_urlsafe(_SEED_BYTES)
    mac = hmac.digest(seed.encode(), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def is_token(text: str, session: SessionBase, purpose: str) -> bool:
    """Tell whether a text is the token of a session for a purpose, in constant time."""
    return constant_time_compare(text, make_token(session, purpose))


def keep_session(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Let the session of a request go on, though its user has another password now.

    For a view that lets people change their own password. All other sessions of the user have
    ended. It calls Django's ``update_session_auth_hash``, which gives the session another key.
    """
    update_session_auth_hash(request, user)  # type: ignore[arg-type]  # the stubs want a User
    session = session_of(request)
    mark = None if session is None else session.get(MARK)
    if session is not None and isinstance(mark, Mapping):
        found = load_user(str(user.pk), _NO_TOKEN)
        if found is not None:
            session[MARK] = {**mark, "cutoff": found.cutoff}


def notice_own_password(instance: Model, *, raw: bool, **kwargs: Any) -> None:
    """Note on a request that it gives the user of its session a password: for ``post_save``."""
    current = _current.get()
    if current is None or raw or not isinstance(instance, get_user_model()):
        return
    request, key = current
    if instance.pk == key and has_new_password(instance):
        vars(request)[_CHANGED] = instance


def keep_session_of_changed(request: HttpRequest) -> None:
    """Keep the session of a request that has given its user another password, once it is saved."""
    changed = vars(request).pop(_CHANGED, None)
    if changed is not None:
        keep_session(request, changed)


def forget_request(**kwargs: Any) -> None:
    """Forget the last request: a receiver of ``request_started`` and ``request_finished``."""
    _current.set(None)


def _is_good(session: SessionBase, mark: Mapping[str, Any], found: TokenUser) -> bool:
    """Tell whether a session has not ended since its login."""
    user = found.user
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    known: str = session.get(HASH_SESSION_KEY, "")
    return (
        mark.get("cutoff") == found.cutoff
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and any(constant_time_compare(known, each) for each in hashes)
    )


def _key_of(user: AbstractBaseUser) -> str:
    """Return the key of a user as Django writes it into a session."""
    key: str = user._meta.pk.value_to_string(user)
    return key
