"""Ending tokens before they expire: one, a login with all its tokens, or all of a user."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Max
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import AuthenticationError
from drupal_jwt_auth.models import RefreshToken, RevokedToken, TokenCutoff
from drupal_jwt_auth.signals import token_revoked
from drupal_jwt_auth.tokens.stamps import is_current
from drupal_jwt_auth.tokens.users import TokenUser
from drupal_jwt_auth.tokens.verifying import VerifiedToken, verify

_MICROSECONDS, _NANOSECONDS = 10**6, 10**9


def revocation_key(token: VerifiedToken) -> str:
    """Return what a token is looked up by among the revoked ones.

    That is its login where it has one, for then all tokens of the login end together, else its
    ``jti``; never its text. A hash, as an issuer may choose any name of any length.
    """
    if token.session is not None:
        return session_key(token.session)
    return _hash("jti", token.issuer or "", token.jti)


def session_key(session: str) -> str:
    """Return what all tokens of a login are looked up by."""
    return _hash("sid", session)


def is_revoked(token: VerifiedToken, found: TokenUser) -> bool:
    """Tell whether a token of this user is no good any more."""
    stamp = token.claims.get("stamp") if token.issuer is None else None
    if isinstance(stamp, str):
        return found.revoked or not is_current(stamp, found.user, found.cutoff)
    # Somebody else has made it. Its time is in whole seconds: better one too many than too few.
    issued_at = token.issued_at * _MICROSECONDS
    return found.revoked or (found.cutoff is not None and issued_at <= found.cutoff)


def revoke(token: VerifiedToken) -> None:
    """End a token, and where it has a login, all tokens of that."""
    if token.session is not None:
        revoke_session(token.session, token.subject)
        return
    expires_at = datetime.fromtimestamp(token.expires_at, timezone.utc)
    _keep(revocation_key(token), expires_at)
    token_revoked.send_robust(sender=RevokedToken, subject=token.subject, scope="token")


@sensitive_variables("text")
def revoke_text(text: str) -> None:
    """End the token that a text is, of either kind; what is no good anyway is left alone."""
    refresh_token = RefreshToken.find(text)
    if refresh_token is not None:
        revoke_session(refresh_token.session, str(refresh_token.user_id))
        return
    with suppress(AuthenticationError):
        # Its login may outlive the token.
        revoke(verify(text, at_any_time=True))


def revoke_session(session: str, subject: str) -> None:
    """End all tokens of a login of the user whose key is ``subject``."""
    last = RefreshToken.objects.filter(session=session).aggregate(last=Max("expires_at"))["last"]
    access_tokens_end = now() + app_settings.TOKEN_LIFETIME
    _keep(session_key(session), max(last or access_tokens_end, access_tokens_end))
    token_revoked.send_robust(sender=RevokedToken, subject=subject, scope="session")


def revoke_all(user: AbstractBaseUser) -> None:
    """End all tokens of a user, other issuers' too."""
    TokenCutoff.objects.update_or_create(
        user_id=user.pk, defaults={"at": time.time_ns() * _MICROSECONDS // _NANOSECONDS}
    )
    token_revoked.send_robust(sender=TokenCutoff, subject=str(user.pk), scope="user")


def revoke_all_of_inactive(instance: AbstractBaseUser, *, raw: bool, **kwargs: Any) -> None:
    """End all tokens of a user who was saved as inactive: a receiver of ``post_save``.

    An inactive user is refused anyway; when active again, the user has to log in again.
    """
    fields = kwargs.get("update_fields")
    if not (raw or instance.is_active) and (fields is None or "is_active" in fields):
        revoke_all(instance)


def _keep(key: str, expires_at: datetime) -> None:
    """Make the row; whoever revokes the same a second time finds it there."""
    RevokedToken.objects.bulk_create(
        [RevokedToken(key=key, expires_at=expires_at)], ignore_conflicts=True
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
