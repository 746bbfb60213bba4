"""Who may view, create, update and delete a node, and set a field of it, and the reason why not.

Source: Drupal core 10.6, the access control of nodes, their fields and their creation.
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
    from drupal_jwt_auth.models import Node

BYPASS = "bypass node access"
ADMINISTER = "administer nodes"
OF_REVISIONS = ("{verb} all revisions", "{verb} {type} revisions", ADMINISTER)
"""The permissions of which one is needed, beside what is needed for the node itself."""

VERBS = {"create": "create", "update": "edit", "delete": "delete"}
"""What Drupal's permissions call the operations."""


class NodeAccess(EntityAccess):
    """The rules for nodes: permissions by content type, ``bypass node access`` stands above all."""

    def content(self, account: Account) -> AccessResult:
        """Return whether the account may do anything at all with content."""
        if account.has_permission(BYPASS):
            return ALLOWED
        return allowed_if_has_permission(account, "access content")

    def view(self, account: Account, entity: Node) -> AccessResult:
        """Return whether the account may see a node: it is published, or the account's own."""
        access = self.content(account)
        if not access.allowed or entity.status or account.has_permission(BYPASS):
            return access
        own = account.user is not None and entity.uid_id == account.key
        return ALLOWED if own and account.has_permission("view own unpublished content") else DENIED

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the nodes that the account may see."""
        if account.has_permission(BYPASS):
            return Q()
        if not account.has_permission("access content"):
            return Q(pk__in=())
        own = account.user is not None and account.has_permission("view own unpublished content")
        return Q(status=True) | Q(uid=account.key) if own else Q(status=True)

    def update(self, account: Account, entity: Node) -> AccessResult:
        """Return whether the account may change a node."""
        return self._change(account, entity, VERBS["update"])

    def delete(self, account: Account, entity: Node) -> AccessResult:
        """Return whether the account may delete a node."""
        return self._change(account, entity, VERBS["delete"])

    def _change(self, account: Account, node: Node, verb: str) -> AccessResult:
        access = self.content(account)
        if not access.allowed or account.has_permission(BYPASS):
            return access
        own = (node.uid_id or 0) == account.key
        if own and account.has_permission(f"{verb} own {node.type_id} content"):
            return ALLOWED
        return allowed_if_has_permission(account, f"{verb} any {node.type_id} content")

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may do an operation to nodes of some type."""
        access = self.content(account)
        if not access.allowed or account.has_permission(BYPASS) or operation == "view":
            return access
        return allowed_if(account.has_permission_like(f"{VERBS[operation]} ", " content"))

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return whether the account may create nodes of a content type."""
        access = self.content(account)
        if not access.allowed or account.has_permission(BYPASS):
            return access
        return allowed_if(account.has_permission(f"create {bundle.id} content"))

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference nodes that are not published."""
        return account.has_permission(BYPASS)

    def view_field(self, account: Account, field: Field, entity: Node) -> bool:
        """Tell whether the account may see a field of a node that it may view."""
        if field.name != "revision_log":
            return super().view_field(account, field, entity)
        return account.has_permission("access content") and (
            self.view_revisions(account, entity) or self.update(account, entity).allowed
        )

    def fields_visible_to(self, account: Account, field: Field, bundle: Bundle) -> Q | None:
        """Return the condition for the nodes of a type whose field the account may see."""
        if field.name != "revision_log":
            return super().fields_visible_to(account, field, bundle)
        may_change_any = map(account.has_permission, (BYPASS, f"edit any {bundle.id} content"))
        if _may_with_revisions(account, "view", bundle.id) or any(may_change_any):
            return Q()
        own = account.has_permission(f"edit own {bundle.id} content")
        return Q(uid=account.key) if own and account.user is not None else Q(pk__in=())

    def view_revisions(self, account: Account, entity: Node) -> bool:
        """Tell whether the account may see what a node that it sees was before."""
        return _may_with_revisions(account, "view", entity.type_id)

    def revert(self, account: Account, entity: Node) -> bool:
        """Tell whether the account may make a node, which it may change, what it was before."""
        may_update = self.update(account, entity).allowed
        return may_update and _may_with_revisions(account, "revert", entity.type_id)

    def delete_revision(self, account: Account, entity: Node) -> bool:
        """Tell whether the account may delete what a node, which it may delete, was before."""
        may_delete = self.delete(account, entity).allowed
        return may_delete and _may_with_revisions(account, "delete", entity.type_id)

    def edit_field(
        self, account: Account, field: Field, bundle: Bundle, entity: Any | None
    ) -> AccessResult:
        """Return whether the account may set a field of a node that it may create or update."""
        if field.name == "revision_log" and not bundle.config.new_revision:
            return allowed_if(account.has_permission(ADMINISTER))
        return super().edit_field(account, field, bundle, entity)


def _may_with_revisions(account: Account, verb: str, bundle: str) -> bool:
    permissions = (name.format(verb=verb, type=bundle) for name in OF_REVISIONS)
    return any(map(account.has_permission, permissions))
