"""Who may view, write, update and delete a comment, and set a field of it, and why not.

Source: Drupal core 10.6, the access control of comments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, IntegerField, OuterRef, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from drupal_jwt_auth.content.comment.host import commented_entity, host_in, host_type, host_types
from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
    DENIED,
    AccessResult,
    EntityAccess,
    allowed_if,
    allowed_if_has_permission,
)
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.places import Column, Kind
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.query.keys import refers_to
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.comment import NO_CONTACT
from drupal_jwt_auth.models import Comment

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.structure import Bundle

ADMINISTER = "administer comments"
SEE = "access comments"
POST = "post comments"
EDIT_OWN = "edit own comments"

NOT_SEEN = f"The '{SEE}' permission is required and the comment must be published."
NOT_EDITED = (
    f"The '{EDIT_OWN}' permission is required, the user must be the comment author, and the "
    "comment must be published."
)

CONTACT = frozenset({"mail", "homepage"})
"""How guests are reached."""
OF_GUESTS = CONTACT | {"name"}


class CommentAccess(EntityAccess):
    """The rules for comments: none is seen by who may not see what it is on."""

    def view(self, account: Account, entity: Comment) -> AccessResult:
        """Return whether the account may see a comment: it is published, and what it is on seen."""
        of_host = self._view_host(account, entity)
        if account.has_permission(ADMINISTER):
            return of_host
        seen = entity.status and account.has_permission(SEE) and of_host.allowed
        return allowed_if(seen, NOT_SEEN)

    def _view_host(self, account: Account, comment: Comment) -> AccessResult:
        entity_type, host = host_type(comment), commented_entity(comment)
        if entity_type is None or host is None:
            return DENIED
        return entity_type.access.view(account, host)

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the comments that the account may see."""
        administers = account.has_permission(ADMINISTER)
        on_seen = Q(pk__in=())
        if administers or account.has_permission(SEE):
            for host in host_types().values():
                on_seen |= _on(host, host.access.visible_to(account))
        return on_seen if administers else on_seen & Q(status=True)

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return whether the account may comment."""
        return allowed_if_has_permission(account, POST)

    def update(self, account: Account, entity: Comment) -> AccessResult:
        """Return whether the account may change a comment."""
        if account.has_permission(ADMINISTER):
            return ALLOWED
        own = account.user is not None and entity.uid_id == account.key
        edited = own and entity.status and account.has_permission(EDIT_OWN)
        return allowed_if(edited, NOT_EDITED)

    def delete(self, account: Account, entity: Comment) -> AccessResult:
        """Return whether the account may delete a comment."""
        return allowed_if(account.has_permission(ADMINISTER))

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may do an operation to some comment."""
        if operation == "create":
            return allowed_if_has_permission(account, POST)
        enough = {"view": (SEE,), "update": (EDIT_OWN,)}.get(operation, ())
        return allowed_if(any(map(account.has_permission, (ADMINISTER, *enough))))

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reply to comments that are not published."""
        return account.has_permission(ADMINISTER)

    def view_field(self, account: Account, field: Field, entity: Comment) -> bool:
        """Tell whether the account may see a field of a comment that it may view."""
        if field.name == "mail" and not account.has_permission(ADMINISTER):
            return False
        return super().view_field(account, field, entity)

    def create_field(
        self, account: Account, field: Field, bundle: Bundle, draft: Comment
    ) -> AccessResult:
        """Return whether the account may set a field of the comment that it is about to write.

        What nobody changes later is set where the thread is not closed. Guests say who they are.
        """
        host = host_in(get_structure(account.stamp), draft)
        if isinstance(field, BaseField) and field.set_once is not None:
            return allowed_if(host is None or not host.is_closed)
        if field.name in OF_GUESTS and account.user is None:
            contact = NO_CONTACT if host is None else host.contact
            if contact != NO_CONTACT or field.name not in CONTACT:
                return ALLOWED
        return self.edit_field(account, field, bundle, None)


def _on(host: ContentEntityType, seen: Q) -> Q:
    """Return the condition for the comments on entities of a type that fulfil another one.

    An index of their keys says which a comment is on, so that not all of them are looked at.
    """
    key: Any = OuterRef("entity_id")
    hosts = host.model._default_manager.order_by().filter(
        seen, refers_to(host, Column(key, Kind.TEXT))
    )
    if isinstance(host.model._meta.pk, IntegerField):
        # "01" is a number, and the key of nothing.
        hosts = hosts.filter(Exact(Cast("pk", CharField()), key))
    return Q(entity_type=host.id) & Q(Exists(hosts))
