"""Who may see, make, change and delete an account, and each field of it, and why not.

Source: Drupal core 10.6, the access control of users.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
    DENIED,
    AccessResult,
    EntityAccess,
    allowed_if,
    allowed_if_has_permission,
)
from drupal_jwt_auth.fields import Field

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.structure import Bundle

VIEW = "access user profiles"
ADMINISTER = "administer users"
RENAME = "change own username"
CANCEL = "cancel account"

NOT_UPDATED = (
    f"Users can only update their own account, unless they have the '{ADMINISTER}' permission."
)

OWN = frozenset({"preferred_langcode", "preferred_admin_langcode", "mail", "timezone"})
"""The fields that nobody sees of others."""
ADMINISTERED = frozenset({"status", "access", "login", "init", "roles"})
"""The fields that nobody sees and sets, not even of their own account."""


class UserAccess(EntityAccess):
    """The rules for users: who administers them may do all, each sees and changes their own."""

    def view(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may see a user: an active one, with the permission."""
        if entity.is_anonymous:
            return DENIED
        if is_own(account, entity) or account.has_permission(ADMINISTER):
            return ALLOWED
        access = allowed_if_has_permission(account, VIEW)
        if not access.allowed:
            return access
        reason = f"The '{VIEW}' permission is required and the user must be active."
        return allowed_if(entity.is_active, reason)

    def view_label(self, account: Account, entity: Any) -> bool:
        """Tell that everybody may see what users are called."""
        return True

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return whether the account may make users."""
        return allowed_if_has_permission(account, ADMINISTER)

    def update(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may change a user: itself, and others who administers them."""
        if entity.is_anonymous:
            return DENIED
        allowed = is_own(account, entity) or account.has_permission(ADMINISTER)
        return allowed_if(allowed, NOT_UPDATED)

    def delete(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may delete a user: itself with the permission for that."""
        if entity.is_anonymous:
            return DENIED
        if account.has_permission(ADMINISTER):
            return ALLOWED
        access = allowed_if_has_permission(account, CANCEL)
        return allowed_if(is_own(account, entity)) if access.allowed else access

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may do an operation to some user: its own at least."""
        if account.has_permission(ADMINISTER):
            return ALLOWED
        if operation == "create":
            return allowed_if_has_permission(account, ADMINISTER)
        if operation == "delete":
            return allowed_if_has_permission(account, CANCEL)
        return allowed_if(account.user is not None, NOT_UPDATED)

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the users whom the account may see."""
        if account.has_permission(ADMINISTER):
            return Q()
        published, own = self.entity_type.keys.published, Q(pk__in=())
        if account.user is not None:
            own = Q(pk=account.key)
        if not account.has_permission(VIEW):
            return own
        if published is None:
            return Q()
        return own | Q(**{self.entity_type.attribute(published): True})

    def named_to(self, account: Account) -> Q:
        """Return the condition for the users whose names the account may see: those of all."""
        return Q()

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference users who are not active."""
        return account.has_permission(ADMINISTER)

    # Fields

    def view_field(self, account: Account, field: Field, entity: Any) -> bool:
        """Tell whether the account may see a field of a user whom it may view."""
        if not super().view_field(account, field, entity):
            return False
        if account.has_permission(ADMINISTER):
            return True
        if field.name in OWN:
            return is_own(account, entity)
        return field.name not in ADMINISTERED

    def edit_field(
        self, account: Account, field: Field, bundle: Bundle, entity: Any | None
    ) -> AccessResult:
        """Return whether the account may set a field of a user whom it may make or change.

        Clients are not told which permission it would need.
        """
        access = super().edit_field(account, field, bundle, entity)
        if not access.allowed or account.has_permission(ADMINISTER):
            return access
        if field.name == "name":
            # Who has no account names the one to be made.
            return allowed_if(account.user is None or account.has_permission(RENAME))
        return allowed_if(field.name != "created" and field.name not in ADMINISTERED)


def is_own(account: Account, user: Any) -> bool:
    """Tell whether a user is the one who asks."""
    return account.user is not None and user.pk == account.key
