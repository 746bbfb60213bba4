"""Who may view, create, update and delete a node, and set a field of it, and the reason why not.

Source: Drupal core 10.6, the access control of nodes, their fields and their creation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.fields import BaseField, Field
from drupal_jwt_auth.models import Node, NodeType


class AccessResult(NamedTuple):
    """Whether something is allowed, and the reason that a client is told if not."""

    allowed: bool
    reason: str = ""


ALLOWED = AccessResult(allowed=True)
DENIED = AccessResult(allowed=False)

_NEVER_EDITED = {
    "nid": "The entity ID cannot be changed.",
    "changed": "",
    "revision_timestamp": "",
    "revision_uid": "",
}
_ADMINISTERED = frozenset({"uid", "status", "created", "promote", "sticky"})
_ALIAS_PERMISSIONS = ("create url aliases", "administer url aliases")
_COMMENT_PERMISSIONS = ("access comments", "post comments")
_REVISION_PERMISSIONS = ("view all revisions", "view {type} revisions", "administer nodes")
_UUID_REASON = "The entity UUID cannot be changed."


def requires(account: Account, permission: str) -> AccessResult:
    """Return whether the account has a permission."""
    return AccessResult(
        account.has_permission(permission), f"The '{permission}' permission is required."
    )


def content_access(account: Account) -> AccessResult:
    """Return whether the account may do anything at all with content."""
    if account.has_permission("bypass node access"):
        return ALLOWED
    return requires(account, "access content")


def view_access(account: Account, node: Node) -> AccessResult:
    """Return whether the account may see a node."""
    access = content_access(account)
    if not access.allowed or node.status or account.has_permission("bypass node access"):
        return access
    own = account.user is not None and node.uid_id == account.key
    return ALLOWED if own and account.has_permission("view own unpublished content") else DENIED


def viewable(user: Any) -> Q:
    """Return the condition for the nodes that `view_access` lets a user see, or an account."""
    account = Account.of(user)
    if not content_access(account).allowed:
        return Q(pk__in=())
    if account.has_permission("bypass node access"):
        return Q()
    own = account.user is not None and account.has_permission("view own unpublished content")
    return Q(status=True) | Q(uid=account.key) if own else Q(status=True)


def change_access(account: Account, node: Node, operation: str) -> AccessResult:
    """Return whether the account may do an operation, ``edit`` or ``delete``, to a node."""
    access = content_access(account)
    if not access.allowed or account.has_permission("bypass node access"):
        return access
    own = (node.uid_id or 0) == account.key
    if own and account.has_permission(f"{operation} own {node.type_id} content"):
        return ALLOWED
    return requires(account, f"{operation} any {node.type_id} content")


def any_access(account: Account, operation: str) -> AccessResult:
    """Return whether the account may ``create``, ``edit`` or ``delete`` nodes of some type.

    Asked before the body is read and anything is locked.
    """
    access = content_access(account)
    if not access.allowed or account.has_permission("bypass node access"):
        return access
    return ALLOWED if account.may_with_any_content(operation) else DENIED


def create_access(account: Account, type_name: str) -> AccessResult:
    """Return whether the account may create nodes of a type."""
    access = content_access(account)
    if not access.allowed or account.has_permission("bypass node access"):
        return access
    return AccessResult(
        account.has_permission(f"create {type_name} content"),
        f"You are not authorized to create this node entity of bundle {type_name}.",
    )


def requires_any(account: Account, permissions: Sequence[str]) -> AccessResult:
    """Return whether the account has one of several permissions."""
    names = " OR ".join(f"'{permission}'" for permission in permissions)
    return AccessResult(
        any(map(account.has_permission, permissions)),
        f"The following permissions are required: {names}.",
    )


def field_edit_access(
    account: Account, field: Field, node_type: NodeType, *, creating: bool
) -> AccessResult:
    """Return whether the account may set a field of a node that it may create or update."""
    field_name = field.name
    result = ALLOWED
    if field_name in _NEVER_EDITED:
        result = AccessResult(allowed=False, reason=_NEVER_EDITED[field_name])
    elif field_name == "uuid":
        result = AccessResult(allowed=creating, reason=_UUID_REASON)
    elif field_name in _ADMINISTERED:
        result = requires(account, "administer nodes")
    elif field_name == "revision_log" and not node_type.new_revision:
        result = AccessResult(account.has_permission("administer nodes"))
    elif field.type.id == "path":
        result = requires_any(account, _ALIAS_PERMISSIONS)
    elif field.type.id == "comment":
        result = requires(account, "administer comments")
    return result


def field_view_access(account: Account, field: Field, node: Node) -> bool:
    """Tell whether the account may see a field of a node that it may view."""
    if field.name == "revision_log":
        permissions = [name.format(type=node.type_id) for name in _REVISION_PERMISSIONS]
        return account.has_permission("access content") and (
            any(map(account.has_permission, permissions))
            or change_access(account, node, "edit").allowed
        )
    if field.type.id == "comment":
        return any(map(account.has_permission, _COMMENT_PERMISSIONS))
    return not (isinstance(field, BaseField) and field.internal)
