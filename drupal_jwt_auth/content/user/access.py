"""Who may see a user's account, and the reason why not.

Source: Drupal core 10.6, the access control of users.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
    AccessResult,
    EntityAccess,
    allowed_if,
    allowed_if_has_permission,
)

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account

VIEW = "access user profiles"
ADMINISTER = "administer users"


class UserAccess(EntityAccess):
    """The rules for users: who administers them sees all, each sees their own account."""

    def view(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may see a user: an active one, with the permission."""
        own = account.user is not None and entity.pk == account.key
        if own or account.has_permission(ADMINISTER):
            return ALLOWED
        access = allowed_if_has_permission(account, VIEW)
        if not access.allowed:
            return access
        reason = f"The '{VIEW}' permission is required and the user must be active."
        return allowed_if(getattr(entity, "is_active", True), reason)

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference users who are not active."""
        return account.has_permission(ADMINISTER)
