"""Refresh tokens: a new token without the password.

Each is good for one use, and the answer carries the next (RFC 9700, 4.14.2). One that comes a
second time has been stolen, or its successor has: the login that it belongs to is ended.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router, transaction
from django.http import HttpRequest
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.models import RefreshToken
from drupal_jwt_auth.tokens.issuing import IssuedToken, announce, sign
from drupal_jwt_auth.tokens.revoking import revoke_session, session_key
from drupal_jwt_auth.tokens.stamps import is_current
from drupal_jwt_auth.tokens.users import load_user

_BYTES = 32
_SESSION_BYTES = 16


def start_session(user: AbstractBaseUser, request: HttpRequest | None = None) -> IssuedToken:
    """Return a token for a user who has logged in, with a refresh token where there are any."""
    token, refresh_token = _sign(user, request, secrets.token_hex(_SESSION_BYTES))
    if refresh_token:
        refresh_token.save(force_insert=True)
    announce(user, token, request)
    return token


@sensitive_variables("text")
def refresh(text: str, request: HttpRequest | None = None) -> tuple[AbstractBaseUser, IssuedToken]:
    """Return the user and new tokens for a refresh token, which is used up by it.

    Raise AuthenticationError: TOKEN_EXPIRED for one that is unknown, expired, used or revoked,
    USER_BLOCKED for one of an inactive user.
    """
    found = RefreshToken.find(text)
    if found is None or found.expires_at <= now():
        raise AuthenticationError(Error.TOKEN_EXPIRED)
    loaded = load_user(str(found.user_id), session_key(found.session))
    user = loaded.user if loaded else None
    if user and not user.is_active:
        raise AuthenticationError(Error.USER_BLOCKED, user=user)
    if not (loaded and user) or loaded.revoked or not is_current(found.stamp, user, loaded.cutoff):
        raise AuthenticationError(Error.TOKEN_EXPIRED, user=user)
    # Hooks and receivers are a project's, and may take their time: no row is locked meanwhile.
    token, refresh_token = _sign(user, request, found.session)
    with transaction.atomic(using=router.db_for_write(RefreshToken)):
        # Of two requests with the same token, one changes the row.
        is_first = RefreshToken.objects.filter(pk=found.pk, used_at=None).update(used_at=now())
        if is_first and refresh_token:
            refresh_token.save(force_insert=True)
    if not is_first:
        revoke_session(found.session, str(user.pk))
        raise AuthenticationError(Error.TOKEN_EXPIRED, user=user)
    announce(user, token, request)
    return user, token


def _sign(
    user: AbstractBaseUser, request: HttpRequest | None, session: str
) -> tuple[IssuedToken, RefreshToken | None]:
    """Return a token of a login, and the refresh token to be saved with it where there are any."""
    lifetime = app_settings.REFRESH_TOKEN_LIFETIME
    if lifetime is None:
        return sign(user, request), None
    token = sign(user, request, session=session)
    text = secrets.token_urlsafe(_BYTES)
    refresh_token = RefreshToken(
        key=RefreshToken.key_of(text),
        user_id=user.pk,
        session=session,
        stamp=token.claims["stamp"],
        expires_at=now() + lifetime,
    )
    return replace(token, refresh_token=text), refresh_token
