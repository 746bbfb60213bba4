"""The fields that every node has, in the order in which Drupal shows them.

Source: Drupal core 10.6, the base field definitions of node and of what it extends.
"""

from __future__ import annotations

from typing import Any

from drupal_jwt_auth.fields.base import BaseField, Context, Faults, Field, FieldType, Item
from drupal_jwt_auth.fields.entity_reference import AuthorType, EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.path import PathType
from drupal_jwt_auth.fields.string import LanguageType, StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType

TITLE_LABEL = "Title"
TITLE_MAX_LENGTH = 255
UUID_MAX_LENGTH = 128
LANGCODE_MAX_LENGTH = 12
VID_MAX = 2**31 - 1


def _field(
    name: str,
    label: str,
    field_type: FieldType,
    *,
    required: bool = False,
    has_default: bool = True,
    internal: bool = False,
    **settings: Any,
) -> BaseField:
    return BaseField(
        name=name,
        label=label,
        type=field_type,
        required=required,
        has_default=has_default,
        internal=internal,
        settings=settings,
    )


class RevisionIdType(IntegerType):
    """The number of a revision: a client must not use all of them up."""

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no number, or a very high one."""
        yield from super().validate(item, field, context)
        if (self.number(item["value"]) or 0) > VID_MAX:
            yield "value", f"{field.label}: the value may be no greater than {VID_MAX}."

    def cast(self, item: Item, field: Field) -> Item:
        """Store the number; 0 means the next one, as to Drupal."""
        return {"value": super().cast(item, field)["value"] or None}


NODE_BASE_FIELDS = (
    _field("nid", "ID", IntegerType()),
    _field("uuid", "UUID", UUIDType(), required=True, max_length=UUID_MAX_LENGTH),
    _field("vid", "Revision ID", RevisionIdType(), unsigned=True),
    _field("langcode", "Language", LanguageType(), required=True, max_length=LANGCODE_MAX_LENGTH),
    _field("type", "Content type", EntityReferenceType(), required=True, target_type="node_type"),
    _field("revision_timestamp", "Revision create time", CreatedType()),
    _field("revision_uid", "Revision user", AuthorType(), target_type="user"),
    _field("revision_log", "Revision log message", StringLongType()),
    _field("status", "Published", BooleanType(), required=True),
    _field("uid", "Authored by", AuthorType(), target_type="user"),
    _field(
        "title",
        TITLE_LABEL,
        StringType(),
        required=True,
        has_default=False,
        max_length=TITLE_MAX_LENGTH,
    ),
    _field("created", "Authored on", CreatedType(), required=True),
    _field("changed", "Changed", ChangedType(), required=True),
    _field("promote", "Promoted to front page", BooleanType(), required=True),
    _field("sticky", "Sticky at top of lists", BooleanType(), required=True),
    _field("default_langcode", "Default translation", BooleanType(), required=True),
    _field("revision_default", "Default revision", BooleanType(), internal=True),
    _field("revision_translation_affected", "Revision translation affected", BooleanType()),
    _field("path", "URL alias", PathType()),
)
"""Configurable fields follow these, in the order of their names."""
