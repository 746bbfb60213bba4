"""Signals about tokens."""

from drupal_jwt_auth.auth.signals import token_issued, token_refused, token_revoked

__all__ = [
    "token_issued",
    "token_refused",
    "token_revoked",
]
