"""Base fields made of what a model says of its columns, as DRF's ``ModelSerializer`` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import NOT_PROVIDED, Model

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.sources import (
    Attribute,
    Author,
    ForeignKey,
    ManyToMany,
    Moment,
    OptionalText,
    Source,
    Text,
)
from drupal_jwt_auth.fields.base import UNLIMITED, FieldType
from drupal_jwt_auth.fields.contact import EmailType, UriType
from drupal_jwt_auth.fields.dates import DateTimeType
from drupal_jwt_auth.fields.entity_reference import AuthorType, EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, DecimalType, FloatType, IntegerType
from drupal_jwt_auth.fields.string import StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType

FIXED = "The entity {name} cannot be changed."
"""Why nobody changes what an entity is known by."""

TYPES: Mapping[type[Any], tuple[type[FieldType], type[Attribute]]] = {
    models.UUIDField: (UUIDType, Text),
    models.BooleanField: (BooleanType, Attribute),
    models.IntegerField: (IntegerType, Attribute),
    models.DecimalField: (DecimalType, Text),
    models.FloatField: (FloatType, Attribute),
    models.DateTimeField: (CreatedType, Moment),
    models.DateField: (DateTimeType, Text),
    models.TimeField: (StringType, Text),
    models.DurationField: (StringType, Text),
    models.GenericIPAddressField: (StringType, Attribute),
    models.EmailField: (EmailType, Attribute),
    models.URLField: (UriType, Attribute),
    models.CharField: (StringType, Attribute),
    models.TextField: (StringLongType, Attribute),
}
"""Field type and source for each class of columns: the first one that a column is of counts."""

ENTITY_TYPE_IDS: dict[str, str] = {}
"""The id of the entity type of each model, by the model's label; types enter themselves."""


def column(name: str, /, **values: Any) -> BaseField:
    """Return a base field for a column of the type's model, or a many-to-many field.

    Its name is the column's, its label the verbose name; type, source, settings, whether it is
    required, unique, has a default and can be set at all come from the column. ``values`` are those
    of `BaseField` that are to be something else. Where the column is of a class that no field type
    goes with, ``type`` and ``source`` have to be among them.
    """
    given = {"name": name, "label": name, "type": StringType(), "source": Attribute(name), **values}
    return _Column(**given, column=name, given=values)


@dataclass(frozen=True, kw_only=True)
class _Column(BaseField):
    """A field that is not complete before its model is known."""

    column: str
    given: Mapping[str, Any]

    def of(self, model: type[Model]) -> BaseField:
        """Return the field; this one where the model has no such column, which a check tells."""
        try:
            found: Any = model._meta.get_field(self.column)
        except FieldDoesNotExist:
            return self
        if not isinstance(found, models.Field):
            return self
        described = _described(found, self.given)
        settings = {**described["settings"], **self.given.get("settings", {})}
        return BaseField(**{**described, **self.given, "settings": settings})


def _described(column: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a column says of its field."""
    many = column.many_to_many
    values = {
        "name": column.name,
        "label": str(column.verbose_name).capitalize(),
        "required": not (column.null or many or _is_optional_text(column)),
        "has_default": is_made(column) or not column.editable,
        "unique": column.unique,
        "cardinality": UNLIMITED if many else 1,
        "settings": _settings(column),
        **_protection(column),
    }
    if not {"type", "source"} <= given.keys():
        values["type"], values["source"] = _type_and_source(column)
    return values


def _type_and_source(column: Any) -> tuple[FieldType, Source]:
    """Return how the values of a column are shown; raise TypeError where nothing is known."""
    if column.many_to_many:
        return EntityReferenceType(), ManyToMany(column.name)
    if column.remote_field:
        if column.related_model is get_user_model():
            return AuthorType(), Author(column.name)
        return EntityReferenceType(), ForeignKey(column.name)
    if _is_optional_text(column):
        found = _of_class(column)
        return found[0](), OptionalText(column.name)
    if getattr(column, "auto_now", False):
        return ChangedType(), Moment(column.name)
    field_type, source = _of_class(column)
    return field_type(), source(column.name)


def _of_class(column: Any) -> tuple[type[FieldType], type[Attribute]]:
    kind = column.output_field if column.generated else column
    for column_class, found in TYPES.items():
        if isinstance(kind, column_class):
            return found
    raise TypeError(
        f"No field type goes with {column!r}: give column({column.name!r}) a type and a source."
    )


def _is_optional_text(column: Any) -> bool:
    """Tell whether a column holds a text that may be empty, and not be NULL."""
    is_text = isinstance(column, models.CharField | models.TextField)
    return is_text and column.blank and not column.null


def _settings(column: Any) -> dict[str, Any]:
    if column.remote_field:
        return {"target_type": _target_type(column.related_model)}
    settings: dict[str, Any] = {}
    if isinstance(column, models.CharField) and column.max_length is not None:
        settings["max_length"] = column.max_length
    if isinstance(column, models.DecimalField):
        settings["scale"] = column.decimal_places
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        settings["datetime_type"] = "date"
    return settings


def _target_type(model: type[Model]) -> str:
    """Return the id of the entity type of a model; by convention it is the model's name."""
    if model is get_user_model():
        return "user"
    return ENTITY_TYPE_IDS.get(model._meta.label, str(model._meta.model_name))


def _protection(column: Any) -> dict[str, str]:
    """Return who may not set a column, and why."""
    if column.primary_key:
        return {"never_set" if is_made(column) else "set_once": FIXED.format(name="ID")}
    if column.generated or not column.editable:
        return {"never_set": ""}
    is_uuid = isinstance(column, models.UUIDField) and column.unique
    return {"set_once": FIXED.format(name="UUID")} if is_uuid else {}


def is_made(column: Any) -> bool:
    """Tell whether a new row has a value without being given one."""
    is_automatic = isinstance(
        column, models.AutoField | models.BigAutoField | models.SmallAutoField
    )
    return is_automatic or column.has_default() or column.db_default is not NOT_PROVIDED
