"""Ways through entities: from a row over its items, and over what these refer to, to a property.

A way goes on without a subquery as long as there is one item at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.places import Column, ItemRows, JSONItems, Kind, OneItem
from drupal_jwt_auth.content.query.conditions import Hop, Path, Step
from drupal_jwt_auth.content.query.json_items import ItemAt, Number

Parts = tuple[Step | ContentEntityType | str, ...]
"""What is left of a way: fields, the types that these refer to, a property at the end."""


class UnsearchableError(Exception):
    """The database has no place to look for something in; ``name`` is the field or property."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Row:
    """An entity, whose row is that of a subquery so many levels inside.

    ``number`` tells it from other rows of its type.
    """

    entity_type: ContentEntityType
    depth: int = 0
    number: int = 0


@dataclass(frozen=True)
class AnItem:
    """An item, whose columns are told as they are so many levels inside.

    One that ``is_implied`` refers to nothing.
    """

    identity: tuple[Any, ...]
    depth: int
    columns: Mapping[str, Column] = field(compare=False)
    is_implied: bool = False

    def column(self, name: str) -> Column:
        """Return the column of a property; raise `UnsearchableError`."""
        if name not in self.columns:
            raise UnsearchableError(name)
        return self.columns[name]


@dataclass(frozen=True)
class Nothing:
    """What is not there: no way leads on."""


Origin = Row | AnItem | Nothing


@dataclass(frozen=True)
class Way:
    """A way that goes on from somewhere."""

    origin: Origin
    parts: Parts

    @property
    def key(self) -> tuple[Any, ...] | None:
        """Return what tells the subquery that it goes on in; None where it goes no further."""
        if not self.parts or isinstance(self.parts[0], str):
            return None
        part = self.parts[0]
        if isinstance(part, Step):
            return self.origin, part.field.name, part.delta
        return self.origin, part.id

    def advanced(self) -> Way:
        """Return the way as far as it goes without a subquery."""
        origin, parts = self.origin, self.parts
        while isinstance(origin, Row) and parts and not _is_many(origin, parts[0]):
            origin, parts = _only_item(origin, parts[0]), parts[1:]
        if isinstance(origin, AnItem) and origin.is_implied and len(parts) > 1:
            origin = Nothing()
        return replace(self, origin=origin, parts=() if isinstance(origin, Nothing) else parts)

    def from_within(self, origin: Origin) -> Way:
        """Return the way from what its next part leads to."""
        return replace(self, origin=origin, parts=self.parts[1:])


def parts_of(hops: Sequence[Hop]) -> Parts:
    """Return the way over some references to what the last one leads to."""
    return tuple(part for hop in hops for part in (hop.step, hop.target))


def parts_to(path: Path) -> Parts:
    """Return the way to the property at the end of a path."""
    return (*parts_of(path.hops), path.step, path.property)


def json_column(text: Any, kind: Kind) -> Column:
    """Return the text of a property in JSON as a column."""
    return Column(Number(text) if kind is Kind.NUMBER else text, kind)


def _is_many(row: Row, step: Any) -> bool:
    """Tell whether a row may have many items of a field, any of which may be meant."""
    place = row.entity_type.place(step.field)
    if isinstance(place, JSONItems):
        return not place.is_single and step.delta is None
    return isinstance(place, ItemRows)


def _only_item(row: Row, step: Any) -> AnItem | Nothing:
    """Return the item of a field that is meant, where a row has one at most."""
    place, delta = row.entity_type.place(step.field), step.delta or 0
    identity = row, step.field.name, step.delta
    if isinstance(place, OneItem):
        return Nothing() if delta else AnItem(identity, row.depth, place.columns)
    if isinstance(place, JSONItems):
        columns = {
            name: json_column(ItemAt(F(place.column), place.name, delta, name), kind)
            for name, kind in place.kinds.items()
        }
        return AnItem(identity, row.depth, columns)
    raise UnsearchableError(step.field.name)
