"""References as the database follows them: from the key in an item to the row that has it."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast, Lower, Replace
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.places import Column, Kind
from drupal_jwt_auth.content.query.json_items import Number


def refers_to(target: ContentEntityType, column: Column) -> Q:
    """Return the condition for the entity of a type whose key a column has.

    An index of the keys serves it, but where they are no numbers and the column is of another kind.
    """
    key, own = column.expression, F("pk")
    field: Any = target.model._meta.pk
    field = getattr(field, "target_field", field)
    if isinstance(field, IntegerField):
        if column.kind is Kind.TEXT:
            # PostgreSQL refuses a number that no key can be.
            number, largest = Number(key), BigIntegerField.MAX_BIGINT
            known = Q(GreaterThanOrEqual(number, -largest), LessThanOrEqual(number, largest))
            key = Case(When(known, then=Cast(number, BigIntegerField())))
        elif column.field is None:
            key = Cast(key, BigIntegerField())
    elif not (column.kind is Kind.OTHER or isinstance(field, CharField)):
        # Of a UUID not every database has the hyphens.
        key, own = (_bare(Cast(each, CharField())) for each in (key, own))
    return Q(Exact(own, key))


def _bare(text: Any) -> Any:
    return Lower(Replace(text, Value("-"), Value("")))


def lifted(expression: Any, levels: int) -> Any:
    """Return an expression over a row as it is written in a subquery, so many levels inside."""
    if levels == 0:
        return expression
    if isinstance(expression, F):
        name: Any = vars(expression)["name"]
        for _level in range(levels):
            name = OuterRef(name)
        return name
    inner = expression.get_source_expressions()
    if not inner:
        return expression
    clone = expression.copy()
    clone.set_source_expressions([each and lifted(each, levels) for each in inner])
    return clone
