"""API keys for code of a project: made and deleted."""

from drupal_jwt_auth.auth.api_keys import delete_api_key, make_api_key

__all__ = [
    "delete_api_key",
    "make_api_key",
]
