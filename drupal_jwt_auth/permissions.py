"""DRF permissions."""

from drupal_jwt_auth.auth.permissions import TokenRequired

__all__ = [
    "TokenRequired",
]
