"""Tokens for code of a project: issued, verified, revoked."""

from drupal_jwt_auth.auth.tokens import (
    IssuedToken,
    TokenLengthError,
    VerifiedToken,
    issue,
    refresh,
    revoke,
    revoke_all,
    start_session,
    verify,
)

__all__ = [
    "IssuedToken",
    "TokenLengthError",
    "VerifiedToken",
    "issue",
    "refresh",
    "revoke",
    "revoke_all",
    "start_session",
    "verify",
]
