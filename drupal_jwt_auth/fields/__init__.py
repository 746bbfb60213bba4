"""The field types, and what a field is.

A project adds a type of its own with `register`.
"""

from __future__ import annotations

from drupal_jwt_auth.fields.base import Context, Entity, Field, FieldType, Item, Reference, Target
from drupal_jwt_auth.fields.contact import EmailType, LinkType, TelephoneType, UriType
from drupal_jwt_auth.fields.dates import DateRangeType, DateTimeType
from drupal_jwt_auth.fields.entity_reference import AuthorType, EntityReferenceType
from drupal_jwt_auth.fields.file import FileType, ImageType
from drupal_jwt_auth.fields.lists import ListFloatType, ListIntegerType, ListStringType
from drupal_jwt_auth.fields.numbers import BooleanType, DecimalType, FloatType, IntegerType
from drupal_jwt_auth.fields.registry import FIELD_TYPES, register
from drupal_jwt_auth.fields.settings import (
    ChoiceSetting,
    FlagSetting,
    NumberSetting,
    Setting,
    SeveralSetting,
    TextSetting,
    WholeNumberSetting,
)
from drupal_jwt_auth.fields.string import LanguageType, StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.text import TextLongType, TextType, TextWithSummaryType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType, TimestampType

__all__ = [
    "FIELD_TYPES",
    "AuthorType",
    "BooleanType",
    "ChangedType",
    "ChoiceSetting",
    "Context",
    "CreatedType",
    "DateRangeType",
    "DateTimeType",
    "DecimalType",
    "EmailType",
    "Entity",
    "EntityReferenceType",
    "Field",
    "FieldType",
    "FileType",
    "FlagSetting",
    "FloatType",
    "ImageType",
    "IntegerType",
    "Item",
    "LanguageType",
    "LinkType",
    "ListFloatType",
    "ListIntegerType",
    "ListStringType",
    "NumberSetting",
    "Reference",
    "Setting",
    "SeveralSetting",
    "StringLongType",
    "StringType",
    "Target",
    "TelephoneType",
    "TextLongType",
    "TextSetting",
    "TextType",
    "TextWithSummaryType",
    "TimestampType",
    "UUIDType",
    "UriType",
    "WholeNumberSetting",
    "register",
]
