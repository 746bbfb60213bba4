"""Refresh tokens: a new token without the password.

Each is good for one use, and the answer carries the next (RFC 9700, 4.14.2). One that comes a
second time has been stolen, or its successor has: the login that it belongs to is ended.

Two tabs that refresh at once, or a phone that has not got the answer, come a second time too. So
for ``REFRESH_TOKEN_GRACE`` after its use, a refresh token is answered again, with the same
successor: a login never has two branches, one of which could be a thief's for ever. Whoever is
second to use the successor is noticed as before.
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
"""What makes ready what a new token is for, such as the answer that carries it."""

_BYTES = 32
_SESSION_BYTES = 16
_MOST_FOLLOWED = 20
logger = logging.getLogger(__name__)


def _nothing(user: AbstractBaseUser, token: IssuedToken) -> None:
    """Prepare nothing."""


def start_session(
    user: AbstractBaseUser, request: HttpRequest | None = None, *, prepare: Prepare = _nothing
) -> IssuedToken:
    """Return a token for a user who has logged in, with a refresh token where there are any.

    ``prepare`` is called with user and token before anything is saved; what it raises ends it all.
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
    """Return the user and new tokens for a refresh token, which is used up by it.

    ``prepare`` is called with user and tokens before that; where it raises, the token is still
    good. Raise AuthenticationError: TOKEN_EXPIRED for one that is unknown, expired, used or
    revoked, USER_BLOCKED for one of an inactive user.
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
        # Another request with it was faster.
        found.used_at = now()
    # On another server's clock it may be a moment before; one that was set back is no excuse.
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
    """Return new tokens for one that is used up by it, None where it has been used meanwhile."""
    _check(used, loaded)
    # Hooks and receivers are a project's, and may take their time: no row is locked meanwhile.
    successor = next(_successors(text))
    token = replace(_sign(used.session, loaded, request), refresh_token=successor)
    prepare(loaded.user, token)
    new = _row(loaded.user, token, successor, lifetime)
    with transaction.atomic(using=router.db_for_write(RefreshToken)):
        # Of two requests with the same token, one changes the row.
        if not RefreshToken.objects.filter(pk=used.pk, used_at=None).update(used_at=now()):
            return None
        new.save(force_insert=True)
    announce(loaded.user, token, request)
    return token


@sensitive_variables("text", "successor")
def _repeat(
    text: str, loaded: TokenUser, request: HttpRequest | None, prepare: Prepare
) -> IssuedToken:
    """Return new tokens for one that was used a moment ago: none that is the first of a branch."""
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
    """Return the one that was not used yet of those that followed upon a refresh token."""
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
    """Yield the successor of a refresh token, as made with ``SECRET_KEY``, then its fallbacks.

    Each request with the token makes the same, and only this site can make it.
    """
    for secret in (settings.SECRET_KEY, *filter(None, settings.SECRET_KEY_FALLBACKS)):
        mac = salted_hmac(
            "drupal_jwt_auth.tokens.refreshing", text, secret=str(secret), algorithm="sha256"
        )
        yield base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def _check(token: RefreshToken, loaded: TokenUser) -> None:
    """Raise AuthenticationError for a token that is no good, though it was not used."""
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
    """Return a token of a login.

    It hangs on what was looked at before, not on what is there when it is made.
    """
    stamp = security_stamp(loaded.user, loaded.cutoff)
    return sign(loaded.user, request, session=session, stamp=stamp)


@sensitive_variables("text")
def _row(
    user: AbstractBaseUser, token: IssuedToken, text: str, lifetime: timedelta
) -> RefreshToken:
    """Return what is to be saved of a refresh token that goes with a token.

    That can be used for ``lifetime``.
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
