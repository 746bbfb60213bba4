"""Comments on a node: whether they are open, and their statistics.

``{"status": 2, "cid": 0, "last_comment_timestamp": 1750000360, "last_comment_name": null,
"last_comment_uid": 1, "comment_count": 0}``; status 0 hides comments, 1 closes, 2 opens them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
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
from drupal_jwt_auth.fields.forms import ChoiceFormField, ItemsFormField
from drupal_jwt_auth.fields.primitives import is_integer, is_scalar, to_integer, to_text
from drupal_jwt_auth.fields.timestamps import to_unix

STATUSES = ((2, _("Open")), (1, _("Closed")), (0, _("Hidden")))


class CommentType(FieldType):
    """Status and statistics; a client may set the status alone."""

    id = "comment"
    properties = (
        "status",
        "cid",
        "last_comment_timestamp",
        "last_comment_name",
        "last_comment_uid",
        "comment_count",
    )
    main_property = "status"

    def is_empty(self, item: Item) -> bool:
        """Tell that no item counts as none: a status there must be."""
        return False

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what has no status, and numbers that are none."""
        if item.get("status") is None:
            yield "status", NOT_NULL
        for name, value in item.items():
            is_valid = is_scalar if name == "last_comment_name" else is_integer
            if value is not None and not is_valid(value):
                yield name, NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store numbers; what was not sent is None until it is known."""
        stored = {name: to_integer(item.get(name)) for name in self.properties}
        name = item.get("last_comment_name")
        return {**stored, "last_comment_name": None if name is None else to_text(name)}

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
            "last_comment_timestamp": to_unix(entity.changed),
            "last_comment_name": None,
            "last_comment_uid": entity.uid_id or 0,
            "comment_count": 0,
        }

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return a select box for the status; the statistics are not for people to set."""
        status = ChoiceFormField(STATUSES, initial=2)
        return ItemsFormField(field, {"status": status}, **kwargs)
