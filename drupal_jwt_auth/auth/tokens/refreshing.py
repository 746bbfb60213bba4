"""Refresh tokens: new tokens without the password.

Each can be used once, and the answer has the next one (RFC 9700, 4.14.2). If one is used again, it
or its successor was stolen: the login that it belongs to is ended.

Two tabs that refresh at once, or a phone that has not received the answer, use one twice as well.
So for ``REFRESH_TOKEN_GRACE`` after its use it is answered again, with the same successor. A login
never has two branches, one of which a thief could keep for ever: the second use of the successor is
noticed again.
"""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.auth.tokens.issuing import IssuedToken, announce, sign
from drupal_jwt_auth.auth.tokens.refusals import refusal
from drupal_jwt_auth.auth.tokens.revoking import revoke_login
from drupal_jwt_auth.auth.tokens.stamps import is_current, security_stamp
from drupal_jwt_auth.auth.tokens.users import TokenUser, load_user
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import RefreshToken

Prepare = Callable[[AbstractBaseUser, IssuedToken], None]
"""A function that is called with a user and the new token, such as to make the answer."""

_BYTES = 32
_SESSION_BYTES = 16
_MOST_FOLLOWED = 20
logger = logging.getLogger(__name__)


def _nothing(user: AbstractBaseUser, token: IssuedToken) -> None:
    """Prepare nothing."""


def start_session(
    user: AbstractBaseUser, request: HttpRequest | None = None, *, prepare: Prepare = _nothing
) -> IssuedToken:
    """Return a token for a user who has logged in, with a refresh token if the site has these.

    ``prepare`` is called with user and token before anything is saved; if it raises an exception,
    nothing is.
    """
    lifetime = app_settings.REFRESH_TOKEN_LIFETIME
    if lifetime is None:
        token = sign(user, request)
        prepare(user, token)
    else:
        text = secrets.token_urlsafe(_BYTES)
        signed = sign(user, request, session=secrets.token_hex(_SESSION_BYTES))
        token = replace(signed, refresh_token=text)
        prepare(user, token)
        _row(user, token, text, lifetime).save(force_insert=True)
    announce(user, token, request)
    return token


@sensitive_variables("text")
def refresh(
    text: str, request: HttpRequest | None = None, *, prepare: Prepare = _nothing
) -> tuple[AbstractBaseUser, IssuedToken]:
    """Use a refresh token up, and return its user with new tokens.

    ``prepare`` is called with user and tokens before anything is saved; if it raises an exception,
    the refresh token can still be used. Raise AuthenticationError: TOKEN_EXPIRED for a refresh
    token that is unknown, expired, used or revoked, USER_BLOCKED for an inactive user.
    """
    lifetime = app_settings.REFRESH_TOKEN_LIFETIME
    found = RefreshToken.find(text)
    loaded = load_user(str(found.user_id), found.session) if found else None
    if lifetime is None or found is None or loaded is None:
        raise _refusal(Error.TOKEN_EXPIRED, "it is not known")
    if found.used_at is None:
        token = _use(found, text, lifetime, loaded, request, prepare=prepare)
        if token is not None:
            return loaded.user, token
        # Another request with the same refresh token was faster.
        found.used_at = now()
    # The difference may be negative, by another server's clock; but not by more than the grace.
    if abs(now() - found.used_at) < app_settings.REFRESH_TOKEN_GRACE:
        return loaded.user, _repeat(text, loaded, request, prepare)
    if not loaded.revoked:
        revoke_login(found)
    raise _refusal(Error.TOKEN_EXPIRED, "it was used before, and its login is ended", loaded.user)


@sensitive_variables("text", "successor")
def _use(
    used: RefreshToken,
    text: str,
    lifetime: timedelta,
    loaded: TokenUser,
    request: HttpRequest | None,
    *,
    prepare: Prepare,
) -> IssuedToken | None:
    """Use a refresh token up, and return new tokens; None if it was used meanwhile."""
    _check(used, loaded)
    # The project's hooks run before any row is locked, as they may take long.
    successor = next(_successors(text))
    token = replace(_sign(used.session, loaded, request), refresh_token=successor)
    prepare(loaded.user, token)
    new = _row(loaded.user, token, successor, lifetime)
    with transaction.atomic(using=router.db_for_write(RefreshToken)):
        # Only one of two requests with the same refresh token changes the row.
        if not RefreshToken.objects.filter(pk=used.pk, used_at=None).update(used_at=now()):
            return None
        new.save(force_insert=True)
    announce(loaded.user, token, request)
    return token


@sensitive_variables("text", "successor")
def _repeat(
    text: str, loaded: TokenUser, request: HttpRequest | None, prepare: Prepare
) -> IssuedToken:
    """Return new tokens for a refresh token that was used a moment ago, with its own successor."""
    last = _last_after(text)
    if last is None:
        raise _refusal(Error.TOKEN_EXPIRED, "it was used before", loaded.user)
    successor, row = last
    _check(row, loaded)
    token = replace(_sign(row.session, loaded, request), refresh_token=successor)
    prepare(loaded.user, token)
    kept_until = from_unix(token.claims["exp"])
    if kept_until > row.kept_until:
        RefreshToken.objects.filter(pk=row.pk).update(kept_until=kept_until)
    logger.info("A refresh token of user %r is answered once more.", loaded.user.pk)
    announce(loaded.user, token, request)
    return token


@sensitive_variables("text")
def _last_after(text: str) -> tuple[str, RefreshToken] | None:
    """Return the last successor of a refresh token, text and row, if it was not used yet."""
    for _ in range(_MOST_FOLLOWED):
        found = [(each, row) for each in _successors(text) if (row := RefreshToken.find(each))]
        if not found:
            break
        text, row = found[0]
        if row.used_at is None:
            return text, row
    return None


@sensitive_variables("text")
def _successors(text: str) -> Iterator[str]:
    """Yield the successor of a refresh token, made with ``SECRET_KEY``, then with its fallbacks.

    It is computed from the token, the same in each request, and only this site can compute it.
    """
    for secret in (settings.SECRET_KEY, *filter(None, settings.SECRET_KEY_FALLBACKS)):
        mac = salted_hmac(
            "drupal_jwt_auth.tokens.refreshing", text, secret=str(secret), algorithm="sha256"
        )
        yield base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def _check(token: RefreshToken, loaded: TokenUser) -> None:
    """Raise AuthenticationError for a refresh token that is expired or revoked, or its user is."""
    user = loaded.user
    if token.expires_at <= now():
        raise _refusal(Error.TOKEN_EXPIRED, "it has expired", user)
    if not user.is_active:
        raise _refusal(Error.USER_BLOCKED, "the user is not active", user)
    if loaded.revoked:
        raise _refusal(Error.TOKEN_EXPIRED, "its login was revoked", user)
    if not is_current(token.stamp, user, loaded.cutoff):
        reason = "the user has another password since, or all tokens were revoked"
        raise _refusal(Error.TOKEN_EXPIRED, reason, user)


def _refusal(
    error: Error, reason: str, user: AbstractBaseUser | None = None
) -> AuthenticationError:
    issued_to = "" if user is None else f" of user {user.pk!r}"
    return refusal(error, reason, user=user, kind=f"refresh token{issued_to}")


def _sign(session: str, loaded: TokenUser, request: HttpRequest | None) -> IssuedToken:
    """Return a token of a login, with the stamp of what was checked before.

    What was revoked since then ends the new token as well.
    """
    stamp = security_stamp(loaded.user, loaded.cutoff)
    return sign(loaded.user, request, session=session, stamp=stamp)


@sensitive_variables("text")
def _row(
    user: AbstractBaseUser, token: IssuedToken, text: str, lifetime: timedelta
) -> RefreshToken:
    """Return the row of a refresh token that goes with a token, not saved yet.

    It can be used for ``lifetime`` from now on.
    """
    expires_at = now() + lifetime
    return RefreshToken(
        key=RefreshToken.key_of(text),
        user_id=user.pk,
        session=token.claims["sid"],
        stamp=token.claims["stamp"],
        expires_at=expires_at,
        kept_until=max(expires_at, from_unix(token.claims["exp"])),
    )
