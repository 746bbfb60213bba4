"""Subqueries over the items of a field, and over what an item refers to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import Case, Exists, F, Q, QuerySet, Subquery, Value, When

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.places import ItemRows, JSONItems
from drupal_jwt_auth.content.query.conditions import Step
from drupal_jwt_auth.content.query.json_items import AnyItem, BestItem, ItemProperty
from drupal_jwt_auth.content.query.keys import lifted, refers_to
from drupal_jwt_auth.content.query.ways import (
    AnItem,
    Nothing,
    Row,
    UnsearchableError,
    Way,
    json_column,
)

KEY = "target_id"
"""The property that a reference is followed by."""
SORTED = "drupal_jwt_auth_sorted"


class Over(ABC):
    """A subquery: what is asked inside begins at its ``origin``, and ``depth`` levels inside.

    ``otherwise`` is what is there where it finds nothing.
    """

    origin: Row | AnItem
    depth: int
    otherwise: AnItem | Nothing = Nothing()

    @abstractmethod
    def exists(self, condition: Q) -> Q:
        """Return the condition that it finds something which a condition is true of."""

    @abstractmethod
    def best(self, value: Any, condition: Q, *, is_largest: bool) -> Any:
        """Return the smallest or the largest value of what it finds, where a condition is true."""


class OverJSON(Over):
    """The items in JSON, which are no deeper level to Django."""

    def __init__(self, place: JSONItems, number: int, depth: int, levels: int) -> None:
        alias = f"item_{number}"
        self.column = lifted(F(place.column), levels)
        self.names: dict[str, Any] = {
            "name": place.name,
            "alias": alias,
            "properties": [*place.kinds],
        }
        columns = {
            name: json_column(ItemProperty(alias, name), kind) for name, kind in place.kinds.items()
        }
        self.origin = AnItem((number,), depth, columns)
        self.depth = depth

    def exists(self, condition: Q) -> Q:
        """Return the condition that there is an item which a condition is true of."""
        return Q(AnyItem(self.column, condition, **self.names))

    def best(self, value: Any, condition: Q, *, is_largest: bool) -> Any:
        """Return the smallest or the largest value of the items."""
        return BestItem(self.column, value, is_largest=is_largest, **self.names)


class OverRows(Over):
    """The rows of a model."""

    def __init__(
        self,
        rows: QuerySet[Any, Any],
        origin: Row | AnItem,
        otherwise: AnItem | Nothing = Nothing(),  # noqa: B008  it never changes
    ) -> None:
        self.rows = rows
        self.origin = origin
        self.depth = origin.depth
        self.otherwise = otherwise

    def exists(self, condition: Q) -> Q:
        """Return the condition that there is a row which a condition is true of."""
        return Q(Exists(self.rows.filter(condition)))

    def best(self, value: Any, condition: Q, *, is_largest: bool) -> Any:
        """Return the smallest or the largest value of the rows, where a condition is true."""
        # No filter: where that is never true, Django would take the whole query for empty.
        seen = Case(When(condition, then=value)) if condition else value
        rows = self.rows.annotate(**{SORTED: seen})
        rows = rows.exclude(**{SORTED: None}).order_by(f"-{SORTED}" if is_largest else SORTED)
        return Subquery(rows.values(SORTED)[:1])


def subquery(way: Way, number: int, depth: int) -> Over:
    """Return the subquery that a way goes on in, as it is written so many levels inside.

    Raise `UnsearchableError` where there is none.
    """
    origin, part = way.origin, way.parts[0]
    if isinstance(origin, AnItem) and isinstance(part, ContentEntityType):
        return _over_target(origin, part, number, depth)
    if isinstance(origin, Row) and isinstance(part, Step):
        place, levels = origin.entity_type.place(part.field), depth - origin.depth
        if isinstance(place, JSONItems):
            return OverJSON(place, number, depth, levels)
        if isinstance(place, ItemRows) and part.delta is None:
            return _over_rows(place, number, depth, levels)
        raise UnsearchableError(part.field.name)
    raise TypeError(f"No way leads from {origin!r} over {part!r}.")


def _over_rows(place: ItemRows, number: int, depth: int, levels: int) -> OverRows:
    """Return the subquery over items in rows of their own."""
    rows = place.rows.filter(**{place.back: lifted(F("pk"), levels + 1)})
    origin = AnItem((number,), depth + 1, place.columns)
    if place.implied is None:
        return OverRows(rows, origin)
    columns = {
        name: column._replace(expression=Value(place.implied[name], column.field), nothing=None)
        for name, column in place.columns.items()
    }
    return OverRows(rows, origin, AnItem((number,), depth, columns, is_implied=True))


def _over_target(item: AnItem, target: ContentEntityType, number: int, depth: int) -> OverRows:
    """Return the subquery over what an item refers to."""
    column = item.column(KEY)
    key = lifted(column.expression, depth + 1 - item.depth)
    rows = target.storage.rows.filter(refers_to(target, column._replace(expression=key)))
    return OverRows(rows, Row(target, depth + 1, number))
