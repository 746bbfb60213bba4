"""Which field types there are."""

from __future__ import annotations

from typing import TypeVar

from drupal_jwt_auth.fields.base import FieldType
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.contact import EmailType, LinkType, TelephoneType, UriType
from drupal_jwt_auth.fields.dates import DateRangeType, DateTimeType
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.fields.file import FileType, ImageType
from drupal_jwt_auth.fields.lists import ListFloatType, ListIntegerType, ListStringType
from drupal_jwt_auth.fields.numbers import BooleanType, DecimalType, FloatType, IntegerType
from drupal_jwt_auth.fields.path import PathType
from drupal_jwt_auth.fields.string import LanguageType, StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.text import TextLongType, TextType, TextWithSummaryType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType, TimestampType

FIELD_TYPES: dict[str, FieldType] = {}
"""The field types by id."""

FieldTypeClass = TypeVar("FieldTypeClass", bound=type[FieldType])


def register(field_type: FieldTypeClass) -> FieldTypeClass:
    """Make a field type known, in place of one with the same id; usable as a decorator."""
    FIELD_TYPES[field_type.id] = field_type()
    return field_type


for _field_type in (
    BooleanType,
    ChangedType,
    CommentFieldType,
    CreatedType,
    DateRangeType,
    DateTimeType,
    DecimalType,
    EmailType,
    EntityReferenceType,
    FileType,
    FloatType,
    ImageType,
    IntegerType,
    LanguageType,
    LinkType,
    ListFloatType,
    ListIntegerType,
    ListStringType,
    PathType,
    StringLongType,
    StringType,
    TelephoneType,
    TextLongType,
    TextType,
    TextWithSummaryType,
    TimestampType,
    UUIDType,
    UriType,
):
    register(_field_type)
