"""Who may see and change aliases.

Source: Drupal core 10.6, the access control of aliases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drupal_jwt_auth.content.entity.access import (
    AccessResult,
    EntityAccess,
    allowed_if_has_permission,
)

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account

ADMINISTER = "administer url aliases"


class PathAliasAccess(EntityAccess):
    """The rule for aliases: one permission for everything."""

    def has_model_permission(self, account: Account, action: str) -> AccessResult:
        """Return whether the account administers aliases."""
        return allowed_if_has_permission(account, ADMINISTER)
