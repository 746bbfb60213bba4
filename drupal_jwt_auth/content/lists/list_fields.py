"""The fields of a list: what its names stand for, in all bundles of its type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from django.db.models import Q

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.places import JSONItems
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle, Structure
from drupal_jwt_auth.content.lists.declaration import (
    OTHERWISE,
    ContextualFilter,
    EntityList,
    Filter,
    SortBy,
    is_argument,
)
from drupal_jwt_auth.content.lists.formatters import FORMATTERS, formatter_of
from drupal_jwt_auth.content.query.comparing import OPERATORS
from drupal_jwt_auth.content.query.conditions import Path, Step
from drupal_jwt_auth.content.query.visibility import fields_seen
from drupal_jwt_auth.fields import Field


class ListFields:
    """The fields that entities of a list have; the type of a list without faults is there."""

    def __init__(self, declared: EntityList, structure: Structure) -> None:
        self.declared = declared
        self.structure = structure

    @cached_property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities; raise KeyError."""
        return ENTITY_TYPES.content(self.declared.entity_type)

    def having(self, name: str) -> list[tuple[Bundle, Field]]:
        """Return the bundles that have a field of a name, each with its own."""
        bundles = self.structure.bundles_of(self.entity_type).values()
        return [(each, each.fields[name]) for each in bundles if name in each.fields]

    def field(self, name: str) -> Field:
        """Return a field by its name, as some bundle has it; raise KeyError."""
        for _bundle, field in self.having(name):
            return field
        return self.entity_type.field(name)

    def path(self, name: str, item_property: str | None, seen: Q | None = None) -> Path:
        """Return the path to a property of a field, the main one for None."""
        field = self.field(name)
        return Path((), Step(field, seen=seen or Q()), item_property or field.type.main_property)

    def seen(self, name: str, account: Account) -> Q | None:
        """Return the condition for the entities whose field the account sees, None for no one's."""
        return fields_seen(self.having(name), account)

    # Faults

    def faults(self) -> list[str]:
        """Return what keeps the list from being served."""
        return self.own_faults() or self.field_faults()

    def own_faults(self) -> list[str]:
        """Return what is wrong with the list, whatever fields there are."""
        declared = self.declared
        missing = [name for name in declared.needed if not getattr(declared, name)]
        if missing:
            return [f"it has no {' and no '.join(missing)}"]
        if not is_content(declared.entity_type):
            return [f"there is no entity type {declared.entity_type!r}"]
        return [*self._path_faults(), *self._operator_faults()]

    def field_faults(self) -> list[str]:
        """Return what is wrong with the fields that the list names; its type is there."""
        declared = self.declared
        looked_for: list[Filter | ContextualFilter | SortBy] = [
            *declared.filters,
            *declared.contextual_filters,
            *declared.sorts,
        ]
        places = [
            fault for each in looked_for for fault in self._place_faults(each.field, each.property)
        ]
        return [*places, *self._row_faults()]

    def _path_faults(self) -> Iterator[str]:
        path = self.declared.path
        if not path.startswith("/") or "" in self.declared.segments:
            yield f"{path!r} is no path: it begins with a slash, and has no empty parts"
        named = sum(map(is_argument, self.declared.segments))
        if named > len(self.declared.contextual_filters):
            yield f"{path!r} has more parts in braces than there are contextual filters"

    def _operator_faults(self) -> Iterator[str]:
        declared = self.declared
        asked: list[Filter | ContextualFilter] = [*declared.filters, *declared.contextual_filters]
        for each in asked:
            if each.operator not in OPERATORS:
                yield f"there is no operator {each.operator!r}"
        for argument in declared.contextual_filters:
            if argument.otherwise not in OTHERWISE:
                yield f"otherwise is one of {', '.join(OTHERWISE)}, not {argument.otherwise!r}"
            if argument.entity_type is not None and not is_content(argument.entity_type):
                yield f"there is no entity type {argument.entity_type!r}"

    def _place_faults(self, name: str, item_property: str | None) -> Iterator[str]:
        """Yield why nothing can be filtered or sorted by a property of a field."""
        if not self._has(name):
            yield f"there is no field {name!r}"
            return
        field = self.field(name)
        wanted = item_property or field.type.main_property
        place = self.entity_type.place(field)
        known = place.kinds if isinstance(place, JSONItems) else getattr(place, "columns", {})
        if wanted not in known:
            yield f"{name}.{wanted} cannot be filtered or sorted by"

    def _row_faults(self) -> Iterator[str]:
        names = [shown.name() for shown in self.declared.fields]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"several fields of a row are called {name!r}"
        for shown in self.declared.fields:
            if not self._has(shown.field):
                yield f"there is no field {shown.field!r}"
            elif shown.property is not None:
                field_type = self.field(shown.field).type
                if shown.property not in (*field_type.properties, *field_type.computed):
                    yield f"{shown.field} has no {shown.property!r}"
            elif not shown.is_raw:
                yield from self._formatter_faults(shown.field, shown.formatter)

    def _formatter_faults(self, name: str, formatter: str | None) -> Iterator[str]:
        field = self.field(name)
        if formatter is not None and formatter not in FORMATTERS:
            yield f"there is no formatter {formatter!r}"
        elif formatter_of(field, formatter) is None:
            yield f"{formatter or field.type.id!r} does not show fields like {name!r}"

    def _has(self, name: str) -> bool:
        if self.having(name):
            return True
        return any(field.name == name for field in self.entity_type.base_fields)


def is_content(entity_type: str) -> bool:
    """Tell whether there is a type of content with an id."""
    return isinstance(ENTITY_TYPES.get(entity_type), ContentEntityType)
