"""Revoke tokens: a single one, all tokens of a login, or all tokens of a user."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.auth.signals import token_revoked
from drupal_jwt_auth.auth.tokens.stamps import is_current
from drupal_jwt_auth.auth.tokens.users import TokenUser
from drupal_jwt_auth.auth.tokens.verifying import VerifiedToken, verify
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import RefreshToken, RevokedToken, TokenCutoff

_MICROSECONDS = 10**6


def revocation_key(token: VerifiedToken) -> str:
    """Return the key of a token in the table of revoked tokens.

    That is the id of its login, if it has one, so that all tokens of the login end together. Else
    it is a hash of its issuer and ``jti``, which may have any length; the token's text is not kept.
    """
    if token.session is not None:
        return token.session
    name = f"jti\0{token.issuer or ''}\0{token.jti}"
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def why_revoked(token: VerifiedToken, found: TokenUser) -> str | None:
    """Return the reason why a token was revoked, or None if it was not.

    The reason is a message of a logger, in which ``%r`` stands for the user's key.
    """
    if found.revoked:
        return "it, or the login that it is of, was revoked, of user %r"
    stamp = token.claims.get("stamp") if token.issuer is None else None
    if isinstance(stamp, str):
        if not is_current(stamp, found.user, found.cutoff):
            return "user %r has another password since, or all tokens were revoked"
    elif found.cutoff is not None and not _is_from_after(found.cutoff, token):
        return "all tokens of user %r from before were revoked"
    return None


def _is_from_after(cutoff: int, token: VerifiedToken) -> bool:
    """Return True if a token without a stamp was issued after all of the user's were revoked.

    Its time is in whole seconds, of another server's clock. In doubt it counts as revoked.
    """
    issued_at = token.issued_at - app_settings.LEEWAY.total_seconds()
    return issued_at * _MICROSECONDS > cutoff


def revoke(token: VerifiedToken) -> None:
    """Revoke a token, or all tokens of its login if it has one."""
    expires_at = from_unix(token.expires_at)
    if token.session is not None:
        _revoke_session(token.session, token.subject, expires_at)
        return
    _insert(revocation_key(token), expires_at)
    token_revoked.send_robust(sender=RevokedToken, subject=token.subject, scope="token")


@sensitive_variables("text")
def revoke_text(text: str) -> None:
    """Revoke the JWT or refresh token of this text; ignore an invalid one."""
    refresh_token = RefreshToken.find(text)
    if refresh_token is not None:
        revoke_login(refresh_token)
        return
    with suppress(AuthenticationError):
        # Also an expired token: its login may still be valid.
        revoke(verify(text, at_any_time=True))


def revoke_login(refresh_token: RefreshToken) -> None:
    """Revoke all tokens of the login of a refresh token."""
    _revoke_session(refresh_token.session, str(refresh_token.user_id), refresh_token.kept_until)


def revoke_all(user: AbstractBaseUser) -> None:
    """Revoke all tokens of a user, those of other issuers too."""
    TokenCutoff.move(user.pk, router.db_for_write(TokenCutoff, instance=user))
    token_revoked.send_robust(sender=TokenCutoff, subject=str(user.pk), scope="user")


def _revoke_session(session: str, subject: str, expires_at: datetime) -> None:
    """Revoke all tokens of a login, one of which expires at ``expires_at``.

    Others of the login may expire later. `prune_jwt_auth` looks for these before it deletes the
    row, so they need not be known here.
    """
    _insert(session, expires_at)
    token_revoked.send_robust(sender=RevokedToken, subject=subject, scope="session")


def _insert(key: str, expires_at: datetime) -> None:
    """Insert the row, unless it is there because the same was revoked before."""
    RevokedToken.objects.bulk_create(
        [RevokedToken(key=key, expires_at=expires_at)], ignore_conflicts=True
    )
