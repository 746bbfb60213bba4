"""Content for code of a project: who asks, and what they may do."""

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.node.access import AccessResult

__all__ = [
    "AccessResult",
    "Account",
]
