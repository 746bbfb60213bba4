"""Sessions as credentials of the API."""

from drupal_jwt_auth.auth.sessions import keep_session

__all__ = [
    "keep_session",
]
