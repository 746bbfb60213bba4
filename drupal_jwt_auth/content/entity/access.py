"""Who may do what with an entity and its fields, and the reason why not.

Source: Drupal core 10.6, the access control of entities and their fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_permission_codename
from django.db.models import Q

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.fields import Field

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
    from drupal_jwt_auth.content.entity.structure import Bundle


class AccessResult(NamedTuple):
    """Whether something is allowed, and the reason that a client is told if not."""

    allowed: bool
    reason: str = ""


ALLOWED = AccessResult(allowed=True)
DENIED = AccessResult(allowed=False)


def allowed_if(condition: bool, reason: str = "") -> AccessResult:  # noqa: FBT001  it is a condition
    """Return whether something is allowed, with the reason if it is not."""
    return ALLOWED if condition else AccessResult(allowed=False, reason=reason)


def allowed_if_has_permission(account: Account, permission: str) -> AccessResult:
    """Return whether the account has a permission."""
    return allowed_if(
        account.has_permission(permission), f"The '{permission}' permission is required."
    )


def allowed_if_has_any_permission(account: Account, permissions: Sequence[str]) -> AccessResult:
    """Return whether the account has one of several permissions."""
    names = " OR ".join(f"'{permission}'" for permission in permissions)
    return allowed_if(
        any(map(account.has_permission, permissions)),
        f"The following permissions are required: {names}.",
    )


class EntityAccess:
    """The rules for entities of a type; a kind of its own overrides what is different there.

    As they are here, Django's permissions for the model decide: ``shop.add_product`` to create,
    ``change`` to update, ``delete``, and ``view`` or ``change`` to see what is published. What is
    not published is seen by whoever may change it, and by its owner who may see what is.
    """

    def __init__(self, entity_type: ContentEntityType) -> None:
        self.entity_type = entity_type

    # Entities

    def view(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may see an entity."""
        if self.entity_type.is_published(entity) or self._is_own(account, entity):
            return self._may_see_some(account)
        return self.has_model_permission(account, "change")

    def view_label(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may see what an entity is called, if nothing else of it."""
        return self.view(account, entity)

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return whether the account may create entities of a bundle."""
        return self.has_model_permission(account, "add")

    def update(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may change an entity."""
        return self.has_model_permission(account, "change")

    def delete(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may delete an entity."""
        return self.has_model_permission(account, "delete")

    def view_revisions(self, account: Account, entity: Any) -> bool:
        """Tell whether the account may see what an entity that it sees was before."""
        return False

    def revert(self, account: Account, entity: Any) -> bool:
        """Tell whether the account may make an entity what it was before."""
        return False

    def delete_revision(self, account: Account, entity: Any) -> bool:
        """Tell whether the account may delete what an entity was before."""
        return False

    def may(self, operation: str, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may ``view``, ``update`` or ``delete`` an entity."""
        rules = {"view": self.view, "update": self.update, "delete": self.delete}
        return rules[operation](account, entity)

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may view, create, update or delete some entity.

        Asked before the body of a request is read and anything is locked.
        """
        if operation == "view":
            return self._may_see_some(account)
        actions = {"create": "add", "update": "change"}
        return self.has_model_permission(account, actions.get(operation, operation))

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the entities that the account may see."""
        keys, attribute = self.entity_type.keys, self.entity_type.attribute
        if not self._may_see_some(account).allowed:
            return Q(pk__in=())
        if keys.published is None or self.has_model_permission(account, "change").allowed:
            return Q()
        visible = Q(**{attribute(keys.published): True})
        if keys.owner is not None and account.user is not None:
            visible |= Q(**{attribute(keys.owner): account.key})
        return visible

    def labels_visible_to(self, account: Account) -> Q:
        """Return the condition for the entities whose labels the account may see."""
        return self.visible_to(account)

    def fields_visible_to(self, account: Account, field: Field, bundle: Bundle) -> Q | None:
        """Return the condition for the entities of a bundle whose field the account may see.

        None for a field that it may not even ask for: that is told, as no entity has it for all
        that the account sees.
        """
        entity = self.entity_type.storage.new(bundle, account)
        owner = self.entity_type.keys.owner
        if owner is not None:
            setattr(entity, self.entity_type.attribute(owner), None)
        return Q() if self.view_field(account, field, entity) else None

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference what is not published."""
        return self.has_model_permission(account, "change").allowed

    def has_model_permission(self, account: Account, action: str) -> AccessResult:
        """Return whether the account may add, change, delete or view entities, as Django has it."""
        meta = self.entity_type.model._meta
        permission = f"{meta.app_label}.{get_permission_codename(action, meta)}"
        return allowed_if_has_permission(account, permission)

    def _is_own(self, account: Account, entity: Any) -> bool:
        return account.user is not None and self.entity_type.owner_key(entity) == account.key

    def _may_see_some(self, account: Account) -> AccessResult:
        """Return whether the account may see entities; who may change them may see them, too."""
        seeing = self.has_model_permission(account, "view")
        return ALLOWED if self.has_model_permission(account, "change").allowed else seeing

    # Fields

    def view_field(self, account: Account, field: Field, entity: Any) -> bool:
        """Tell whether the account may see a field of an entity that it may view."""
        if isinstance(field, BaseField) and not field.is_shown:
            return False
        permissions = field.type.view_permissions
        return not permissions or any(map(account.has_permission, permissions))

    def create_field(
        self, account: Account, field: Field, bundle: Bundle, draft: Any
    ) -> AccessResult:
        """Return whether the account may set a field of an entity that it is about to create.

        ``draft`` is what `EntityStorage.draft` has made of the document.
        """
        return self.edit_field(account, field, bundle, None)

    def edit_field(
        self, account: Account, field: Field, bundle: Bundle, entity: Any | None
    ) -> AccessResult:
        """Return whether the account may set a field of an entity that it may create or update.

        ``entity`` is None for one that is to be made.
        """
        if isinstance(field, BaseField):
            if field.never_set is not None:
                return AccessResult(allowed=False, reason=field.never_set)
            if field.set_once is not None and entity is not None:
                return AccessResult(allowed=False, reason=field.set_once)
            if field.edit_permission is not None:
                return allowed_if_has_permission(account, field.edit_permission)
        permissions = field.type.edit_permissions
        if len(permissions) == 1:
            return allowed_if_has_permission(account, permissions[0])
        return allowed_if_has_any_permission(account, permissions) if permissions else ALLOWED
