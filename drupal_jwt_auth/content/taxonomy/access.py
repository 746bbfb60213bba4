"""Who may view, create, update and delete a term, and see a field of it, and why not.

Source: Drupal core 10.6, the access control of terms and of revision logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from drupal_jwt_auth.content.entity.access import (
    DENIED,
    AccessResult,
    EntityAccess,
    allowed_if,
    allowed_if_has_any_permission,
)
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.fields import Field

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.structure import Bundle
    from drupal_jwt_auth.models import Term

ADMINISTER = "administer taxonomy"
VIEW_REVISIONS = ("view term revisions in {vid}", "view all taxonomy revisions")

VERBS = {"create": "create", "update": "edit", "delete": "delete"}
"""What Drupal's permissions call the operations."""


class TermAccess(EntityAccess):
    """The rules for terms: permissions by vocabulary, ``administer taxonomy`` for all."""

    def view(self, account: Account, entity: Term) -> AccessResult:
        """Return whether the account may see a term: it is published, or the account's to keep."""
        seen = entity.status and account.has_permission("access content")
        return allowed_if(
            seen or account.has_permission(ADMINISTER),
            "The 'access content' permission is required and the taxonomy term must be published.",
        )

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the terms that the account may see."""
        if account.has_permission(ADMINISTER):
            return Q()
        return Q(status=True) if account.has_permission("access content") else Q(pk__in=())

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return whether the account may create terms of a vocabulary."""
        return _change(account, "create", bundle.id)

    def update(self, account: Account, entity: Term) -> AccessResult:
        """Return whether the account may change a term."""
        return _change(account, "update", entity.vid_id)

    def delete(self, account: Account, entity: Term) -> AccessResult:
        """Return whether the account may delete a term."""
        return _change(account, "delete", entity.vid_id)

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may do an operation to terms of some vocabulary.

        Who may not is told of the first one.
        """
        if operation == "view":
            return allowed_if(
                any(map(account.has_permission, ("access content", ADMINISTER))),
                "The 'access content' permission is required.",
            )
        vocabularies = sorted(get_structure(account.stamp).bundles_of(self.entity_type))
        results = [_change(account, operation, vid) for vid in vocabularies]
        return next((result for result in results if result.allowed), next(iter(results), DENIED))

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference terms that are not published."""
        return account.has_permission(ADMINISTER)

    def view_field(self, account: Account, field: Field, entity: Term) -> bool:
        """Tell whether the account may see a field of a term that it may view."""
        if field.name != "revision_log_message":
            return super().view_field(account, field, entity)
        permissions = (name.format(vid=entity.vid_id) for name in VIEW_REVISIONS)
        return any(map(account.has_permission, permissions)) or self.update(account, entity).allowed

    def fields_visible_to(self, account: Account, field: Field, bundle: Bundle) -> Q | None:
        """Return the condition for the terms of a vocabulary whose field the account may see."""
        if field.name != "revision_log_message":
            return super().fields_visible_to(account, field, bundle)
        permissions = (name.format(vid=bundle.id) for name in VIEW_REVISIONS)
        sees = any(map(account.has_permission, permissions))
        return Q() if sees or _change(account, "update", bundle.id).allowed else Q(pk__in=())


def _change(account: Account, operation: str, vid: str) -> AccessResult:
    permissions = (f"{VERBS[operation]} terms in {vid}", ADMINISTER)
    return allowed_if_has_any_permission(account, permissions)
