"""Comments on a node: whether they are open, and their statistics.

``{"status": 2, "cid": 0, "last_comment_timestamp": 1750000360, "last_comment_name": null,
"last_comment_uid": 1, "comment_count": 0}``; status 0 hides comments, 1 closes, 2 opens them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.fields.base import (
    NOT_A_PRIMITIVE,
    NOT_NULL,
    Context,
    Entity,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.forms.inputs import ChoiceFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.primitives import is_scalar, to_integer, to_text
from drupal_jwt_auth.fields.settings import ChoiceSetting, Setting
from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.fields.user_keys import to_user_key, wire_key

HIDDEN, CLOSED, OPEN = 0, 1, 2
STATUSES = ((OPEN, _("Open")), (CLOSED, _("Closed")), (HIDDEN, _("Hidden")))

NO_CONTACT, MAY_CONTACT, MUST_CONTACT = 0, 1, 2
"""Whether guests say how to reach them: the setting ``anonymous``."""


def _name(value: Any) -> str | None:
    return to_text(value) if is_scalar(value) else None


class CommentFieldType(FieldType):
    """Status and statistics; a client may set the status alone.

    The setting ``comment_type`` is the type of the comments, ``anonymous`` whether guests say how
    to reach them: they cannot (0), may (1) or must (2).
    """

    id = "comment"
    module = "comment"
    casts: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "status": to_integer,
        "cid": to_integer,
        "last_comment_timestamp": to_integer,
        "last_comment_name": _name,
        "last_comment_uid": to_user_key,
        "comment_count": to_integer,
    }
    """What makes the stored value of each property; None for one that is wrong."""
    properties = tuple(casts)
    main_property = "status"
    numeric = frozenset(casts) - {"last_comment_name"}
    view_permissions = ("access comments", "post comments")
    edit_permissions = ("administer comments",)
    label = _("Comments")
    description = _("What people say to it, and whether they may.")
    settings: ClassVar[Mapping[str, Setting]] = {
        "comment_type": ChoiceSetting(
            label=_("Comment type"),
            of_storage=True,
            choices=lambda site: site.bundles_of("comment"),
        ),
        "anonymous": ChoiceSetting(
            label=_("Anonymous commenting"),
            default=NO_CONTACT,
            choices=(
                (NO_CONTACT, _("Anonymous posters may not enter their contact information")),
                (MAY_CONTACT, _("Anonymous posters may leave their contact information")),
                (MUST_CONTACT, _("Anonymous posters must leave their contact information")),
            ),
        ),
    }

    def is_empty(self, item: Item) -> bool:
        """Tell that no item counts as none: a status there must be."""
        return False

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what has no status, and numbers that are none."""
        if item.get("status") is None:
            yield "status", NOT_NULL
        for name, value in item.items():
            if value is not None and self.casts[name](value) is None:
                yield name, NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store numbers, a name and a user's key; what was not sent is None until it is known."""
        return {name: cast(item.get(name)) for name, cast in self.casts.items()}

    def user_properties(self, field: Field) -> tuple[str, ...]:
        """Return the one that tells who wrote the last comment."""
        return ("last_comment_uid",)

    def implied(self, field: Field) -> Sequence[Item]:
        """Return the default: there is always a status, though the answer shows none."""
        return [self.cast(item, field) for item in field.default[:1]]

    def fill(self, item: Item, entity: Entity, before: Sequence[Item]) -> Item:
        """Keep the statistics that there are; those of a new entity say that nobody commented."""
        if before:
            return {**before[0], "status": item["status"]}
        return {
            "status": item["status"],
            "cid": 0,
            "last_comment_timestamp": to_unix(getattr(entity, "changed", None) or timezone.now()),
            "last_comment_name": None,
            "last_comment_uid": wire_key(getattr(entity, "uid_id", None)),
            "comment_count": 0,
        }

    def status(self, items: Sequence[Item]) -> int:
        """Return whether comments are open where a field has these stored items."""
        return next((item["status"] for item in items), OPEN)

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return a select box for the status; the statistics are not for people to set."""
        status = ChoiceFormField(STATUSES, initial=2)
        return ItemsFormField(field, {"status": status}, **kwargs)
