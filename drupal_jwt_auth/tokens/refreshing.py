"""Refresh tokens: a new token without the password.

Each is good for one use, and the answer carries the next (RFC 9700, 4.14.2). One that comes a
second time has been stolen, or its successor has: the login that it belongs to is ended.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router, transaction
from django.http import HttpRequest
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import RefreshToken
from drupal_jwt_auth.tokens.issuing import IssuedToken, announce, sign
from drupal_jwt_auth.tokens.revoking import revoke_login
from drupal_jwt_auth.tokens.stamps import is_current, security_stamp
from drupal_jwt_auth.tokens.users import TokenUser, load_user

Prepare = Callable[[AbstractBaseUser, IssuedToken], object]

_BYTES = 32
_SESSION_BYTES = 16


def _nothing(user: AbstractBaseUser, token: IssuedToken) -> None:
    """Prepare nothing."""


def start_session(
    user: AbstractBaseUser, request: HttpRequest | None = None, prepare: Prepare = _nothing
) -> IssuedToken:
    """Return a token for a user who has logged in, with a refresh token where there are any.

    ``prepare`` is called with user and token before anything of it is saved or told.
    """
    lifetime = app_settings.REFRESH_TOKEN_LIFETIME
    if lifetime is None:
        token = sign(user, request)
        prepare(user, token)
    else:
        token, refresh_token = _sign(user, request, lifetime, secrets.token_hex(_SESSION_BYTES))
        prepare(user, token)
        refresh_token.save(force_insert=True)
    announce(user, token, request)
    return token


@sensitive_variables("text")
def refresh(
    text: str, request: HttpRequest | None = None, prepare: Prepare = _nothing
) -> tuple[AbstractBaseUser, IssuedToken]:
    """Return the user and new tokens for a refresh token, which is used up by it.

    ``prepare`` is called with them before: where it fails, the refresh token stays good. Somebody
    else may use that up meanwhile, and nobody gets the new ones then.

    Raise AuthenticationError: TOKEN_EXPIRED for one that is unknown, expired, used or revoked,
    USER_BLOCKED for one of an inactive user.
    """
    lifetime = app_settings.REFRESH_TOKEN_LIFETIME
    found = RefreshToken.find(text)
    loaded = load_user(str(found.user_id), found.session) if found else None
    if lifetime is None or found is None or loaded is None:
        raise AuthenticationError(Error.TOKEN_EXPIRED)
    user = loaded.user
    if found.used_at is None:
        _check(found, loaded)
        # The new tokens hang on what was looked at here, not on what is there when they are made.
        stamp = security_stamp(user, loaded.cutoff)
        # Hooks and receivers are a project's, and may take their time: no row is locked meanwhile.
        token, refresh_token = _sign(user, request, lifetime, found.session, stamp)
        prepare(user, token)
        if _exchange(found, refresh_token):
            announce(user, token, request)
            return user, token
    if not loaded.revoked:
        revoke_login(found)
    raise AuthenticationError(Error.TOKEN_EXPIRED, user=user)


def _check(token: RefreshToken, loaded: TokenUser) -> None:
    """Raise AuthenticationError for a token that is no good, though it was not used."""
    user = loaded.user
    if token.expires_at > now():
        if not user.is_active:
            raise AuthenticationError(Error.USER_BLOCKED, user=user)
        if not loaded.revoked and is_current(token.stamp, user, loaded.cutoff):
            return
    raise AuthenticationError(Error.TOKEN_EXPIRED, user=user)


def _exchange(used: RefreshToken, new: RefreshToken) -> bool:
    """Save a new refresh token for one that is used up by it; tell whether it was not before."""
    with transaction.atomic(using=router.db_for_write(RefreshToken)):
        # Of two requests with the same token, one changes the row.
        is_first = RefreshToken.objects.filter(pk=used.pk, used_at=None).update(used_at=now()) > 0
        if is_first:
            new.save(force_insert=True)
    return is_first


def _sign(
    user: AbstractBaseUser,
    request: HttpRequest | None,
    lifetime: timedelta,
    session: str,
    stamp: str | None = None,
) -> tuple[IssuedToken, RefreshToken]:
    """Return a token of a login, and what is to be saved of the refresh token in it.

    That can be used for ``lifetime``.
    """
    token = sign(user, request, session=session, stamp=stamp)
    text = secrets.token_urlsafe(_BYTES)
    expires_at = now() + lifetime
    refresh_token = RefreshToken(
        key=RefreshToken.key_of(text),
        user_id=user.pk,
        session=session,
        stamp=token.claims["stamp"],
        expires_at=expires_at,
        kept_until=max(expires_at, from_unix(token.claims["exp"])),
    )
    return replace(token, refresh_token=text), refresh_token
