"""Ending tokens before they expire: one, a login with all its tokens, or all of a user."""

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
    """Return what a token is looked up by among the revoked ones.

    That is its login where it has one, for then all tokens of the login end together, else a hash
    of its ``jti``, as an issuer may choose any name of any length; never its text.
    """
    if token.session is not None:
        return token.session
    name = f"jti\0{token.issuer or ''}\0{token.jti}"
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def why_revoked(token: VerifiedToken, found: TokenUser) -> str | None:
    """Return why a token of this user is no good any more, None where it is.

    ``%r`` in it stands for the user's key.
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
    """Tell whether a token that somebody else has made was issued after all were revoked.

    Its time is in whole seconds, and that of another clock: better one too many than too few.
    """
    issued_at = token.issued_at - app_settings.LEEWAY.total_seconds()
    return issued_at * _MICROSECONDS > cutoff


def revoke(token: VerifiedToken) -> None:
    """End a token, and where it has a login, all tokens of that."""
    expires_at = from_unix(token.expires_at)
    if token.session is not None:
        _revoke_session(token.session, token.subject, expires_at)
        return
    _keep(revocation_key(token), expires_at)
    token_revoked.send_robust(sender=RevokedToken, subject=token.subject, scope="token")


@sensitive_variables("text")
def revoke_text(text: str) -> None:
    """End the token that a text is, of either kind; what is no good anyway is left alone."""
    refresh_token = RefreshToken.find(text)
    if refresh_token is not None:
        revoke_login(refresh_token)
        return
    with suppress(AuthenticationError):
        # Its login may outlive the token.
        revoke(verify(text, at_any_time=True))


def revoke_login(refresh_token: RefreshToken) -> None:
    """End all tokens of the login that a refresh token is of."""
    _revoke_session(refresh_token.session, str(refresh_token.user_id), refresh_token.kept_until)


def revoke_all(user: AbstractBaseUser) -> None:
    """End all tokens of a user, other issuers' too."""
    TokenCutoff.move(user.pk, router.db_for_write(TokenCutoff, instance=user))
    token_revoked.send_robust(sender=TokenCutoff, subject=str(user.pk), scope="user")


def _revoke_session(session: str, subject: str, expires_at: datetime) -> None:
    """End all tokens of a login, one of which is good until ``expires_at``.

    Others may be longer, and one may just be made. `prune_jwt_auth` looks at those that there are
    when it runs: nothing has to be known of them here.
    """
    _keep(session, expires_at)
    token_revoked.send_robust(sender=RevokedToken, subject=subject, scope="session")


def _keep(key: str, expires_at: datetime) -> None:
    """Make the row; whoever revokes the same a second time finds it there."""
    RevokedToken.objects.bulk_create(
        [RevokedToken(key=key, expires_at=expires_at)], ignore_conflicts=True
    )
