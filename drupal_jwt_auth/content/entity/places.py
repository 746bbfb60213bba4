"""Where the database has the items of a field: what can be looked for, and sorted by.

A place is told from the row of an entity, in the terms of Django's queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, QuerySet


class Kind(Enum):
    """How values are compared."""

    TEXT = "text"
    """In upper and lower case alike."""
    NUMBER = "number"
    FLAG = "flag"
    """True or false, to clients 1 or 0."""
    MOMENT = "moment"
    """A ``datetime``, to clients whole seconds since 1970."""
    OTHER = "other"
    """As Django compares the values of the column."""


class Column(NamedTuple):
    """An expression for one property of an item, and how its values are compared.

    ``field`` is the field of the model that reads what values stand for, ``nothing`` the value that
    NULL stands for. ``is_never_null`` where it is known that each row has a value.
    """

    expression: Any
    kind: Kind
    field: Any = None
    nothing: Any = None
    is_never_null: bool = False


@dataclass(frozen=True)
class OneItem:
    """At most one item, whose properties are in columns: all are NULL where there is none."""

    columns: Mapping[str, Column]


@dataclass(frozen=True)
class JSONItems:
    """Items in a column of JSON, an object that has them by the name of the field.

    ``column`` is the lookup that leads to it, ``kinds`` are how the properties are compared.
    ``is_single`` where there is one item at most.
    """

    column: str
    name: str
    kinds: Mapping[str, Kind]
    is_single: bool


@dataclass(frozen=True)
class ItemRows:
    """Items in rows of their own: ``back`` is what leads from one to the entity.

    ``implied`` is the item that an entity without any row has, one that refers to nothing; None
    where it has none then.
    """

    rows: QuerySet[Any, Any]
    back: str
    columns: Mapping[str, Column]
    implied: Mapping[str, Any] | None = None


Place = OneItem | JSONItems | ItemRows


def column_of(model: type[models.Model], path: str, expression: Any = None) -> Column:
    """Return the column that a path of lookups leads to; ``expression`` where it is made of it."""
    found: Any = None
    may_be_null = expression is not None
    for name in path.split("__"):
        found = model._meta.get_field(name)
        may_be_null |= found.null
        model = found.related_model
    field = found.target_field if found.remote_field else found
    given = F(path) if expression is None else expression
    return Column(given, _kind_of(field), field, is_never_null=not may_be_null)


def _kind_of(field: Any) -> Kind:
    if isinstance(field, models.BooleanField):
        return Kind.FLAG
    if isinstance(field, models.DateTimeField):
        return Kind.MOMENT
    if isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return Kind.NUMBER
    if isinstance(field, models.CharField | models.TextField):
        return Kind.TEXT
    return Kind.OTHER
