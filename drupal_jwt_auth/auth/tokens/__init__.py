"""JSON Web Tokens: keys, issuing, verifying, refreshing and revoking, without any views."""

from drupal_jwt_auth.auth.tokens.issuing import IssuedToken, TokenLengthError, issue
from drupal_jwt_auth.auth.tokens.refreshing import refresh, start_session
from drupal_jwt_auth.auth.tokens.revoking import revoke, revoke_all
from drupal_jwt_auth.auth.tokens.verifying import VerifiedToken, verify

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
