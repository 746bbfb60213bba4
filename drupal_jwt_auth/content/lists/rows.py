"""The rows of a list: objects of the fields of its entities, formatted or raw.

Source: Drupal core 10.6, the rows of a REST export that are fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.html import escape

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.lists.declaration import EntityList, Shown
from drupal_jwt_auth.content.lists.formatters import Formatting, formatter_of
from drupal_jwt_auth.content.lists.labels import KnownLabels
from drupal_jwt_auth.content.lists.list_fields import ListFields
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.primitives import is_scalar, to_text

Row = dict[str, Any]


class FieldRows:
    """Shows entities as the fields that a list declares."""

    def __init__(
        self, declared: EntityList, site: SiteContext, date_formats: Mapping[str, str]
    ) -> None:
        self.site = site
        self.date_formats = date_formats
        self.fields = ListFields(declared, site.structure)
        self.labels = KnownLabels(site)
        # What it sees of no entity at all is no part of rows.
        self.shown = [
            each
            for each in declared.fields
            if self.fields.seen(each.field, site.account) is not None
        ]

    def rows(self, entities: Sequence[Any]) -> list[Row]:
        """Return the rows, what they refer to being looked up at once."""
        bundles = self.site.structure.bundles_of(self.fields.entity_type)
        names = {each.field for each in self.shown}
        found = []
        for entity in entities:
            of_bundle = bundles[self.fields.entity_type.bundle_of(entity)].fields
            fields = {
                name: of_bundle[name]
                for name in names
                if name in of_bundle and self.is_seen(of_bundle[name], entity)
            }
            found.append((entity, fields))
        self.look_up(found)
        return [self.row(entity, fields) for entity, fields in found]

    def is_seen(self, field: Field, entity: Any) -> bool:
        """Tell whether the account sees a field of an entity."""
        return self.fields.entity_type.access.view_field(self.site.account, field, entity)

    def look_up(self, found: Iterable[tuple[Any, Mapping[str, Field]]]) -> None:
        """Look up what the fields that are formatted refer to."""
        names = {each.field for each in self.shown if not each.is_raw}
        references = [
            reference
            for entity, fields in found
            for name in names & fields.keys()
            for reference in fields[name].references(fields[name].get(entity))
        ]
        self.site.look_up(references)
        self.labels.learn(references)

    def row(self, entity: Any, fields: Mapping[str, Field]) -> Row:
        """Return the row of an entity, of which the account sees these fields."""
        return {
            each.name(): self.value(each, fields.get(each.field), entity) for each in self.shown
        }

    def value(self, shown: Shown, field: Field | None, entity: Any) -> Any:
        """Return what is shown of a field."""
        if shown.is_raw:
            return self.raw(shown, field, entity)
        if field is None:
            return shown.empty
        parts = [
            self.formatted(shown, field, item, entity)
            for item in items_of(shown, field, entity, self.site)
        ]
        return shown.separator.join(filter(None, parts)) or shown.empty

    def raw(self, shown: Shown, field: Field | None, entity: Any) -> Any:
        """Return the value of a field as it is: several, where it may have several."""
        values = []
        if field is not None:
            name = shown.property or field.type.main_property
            values = [
                raw_text(item.get(name)) for item in items_of(shown, field, entity, self.site)
            ]
        if (field or self.fields.field(shown.field)).cardinality == 1:
            return values[0] if values else False
        return values

    def formatted(self, shown: Shown, field: Field, item: Item, entity: Any) -> str:
        """Return an item as HTML."""
        if shown.property is not None:
            value = raw_text(item.get(shown.property))
            return "" if value is None else escape(value)
        formatter = formatter_of(field, shown.formatter)
        if formatter is None or item.get(field.type.main_property) is None:
            return ""
        known = self.date_formats, self.site, self.labels
        how = Formatting(field, shown.settings, *known, self.fields.entity_type, entity)
        return formatter.show(item, how)


def items_of(shown: Shown, field: Field, entity: Any, site: SiteContext) -> Iterator[Item]:
    """Yield the items of a field as they are stored, or else as they are shown elsewhere."""
    yield from field.get(entity) if shown.property is None else field.normalize(entity, site)


def raw_text(value: Any) -> Any:
    """Return a value as Drupal's tables have it: numbers and truth are texts."""
    if isinstance(value, bool):
        return str(int(value))
    return to_text(value) if is_scalar(value) else value
