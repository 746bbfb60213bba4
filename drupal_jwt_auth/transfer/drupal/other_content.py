"""The entities of types that apps of their own bring, as Drupal's tables have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.drupal_tables import DrupalTables
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.timestamps import TimestampType
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase, Row
from drupal_jwt_auth.transfer.drupal.field_tables import FieldTables
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.times import kept_time

ORIGINAL = "default_langcode = 1"
"""The row of an entity in the language that it was written in."""


def skip(report: Report, noun: str, number: int) -> None:
    """Note that something is not whole, or of or on nothing."""
    report.note(
        *("References", f"{noun}s that are not whole, or whose type or place is not there"),
        "left out.",
        f"{noun} {number}",
    )


class OtherContent:
    """The entities of a type: ``fields`` are the tables of their configurable fields."""

    def __init__(
        self,
        database: DrupalDatabase,
        entity_type: ContentEntityType,
        tables: DrupalTables,
        fields: FieldTables,
        report: Report,
    ) -> None:
        self.database = database
        self.entity_type = entity_type
        self.tables = tables
        self.fields = fields
        self.report = report
        self.keys = entity_type.keys

    def rows(self) -> Iterator[Row]:
        """Yield the entities, each with its older revisions."""
        number, bundle = self.keys.id, str(self.keys.bundle)
        revision = str(self.keys.revision)
        data = self.database.in_order(self.tables.data, number, where=ORIGINAL)
        for batch in batches(data):
            some = self.database.in_some
            numbers = [row[number] for row in batch]
            uuids = {row[number]: row["uuid"] for row in some(self.tables.base, number, numbers)}
            whole = [row for row in batch if self._is_whole(row, uuids)]
            bundle_of = {row[number]: row[bundle] for row in whole}
            current = {row[revision] for row in whole}
            others: dict[int, list[Row]] = defaultdict(list)
            for row in some(self.tables.revision_data, number, numbers, ORIGINAL, order=revision):
                if row[revision] not in current and row[number] in bundle_of:
                    others[row[number]].append({**row, bundle: bundle_of[row[number]]})
            values = self.fields.of(whole, number, bundle)
            older = [row for rows in others.values() for row in rows]
            older_values = self.fields.at_revisions(older, revision, bundle)
            for row in whole:
                yield {
                    "id": row[number],
                    "uuid": uuids[row[number]],
                    "bundle": row[bundle],
                    "revision_id": row[revision],
                    "base": self._base(row),
                    "fields": values[row[number]],
                    "revisions": [
                        {
                            "revision_id": other[revision],
                            "base": self._base(other),
                            "fields": older_values[other[revision]],
                        }
                        for other in others[row[number]]
                    ],
                }

    def _is_whole(self, row: Row, uuids: Mapping[int, str]) -> bool:
        """Tell whether there is all of an entity; note where there is nothing but its data."""
        number = row[self.keys.id]
        if number not in uuids:
            skip(self.report, str(self.entity_type.label), number)
        return number in self.fields.there.numbers[self.entity_type.id]

    def _base(self, row: Row) -> dict[str, list[Item]]:
        """Return the items of the base fields by name: a column is a property, or all of it."""
        base: dict[str, list[Item]] = {}
        label, number = self.entity_type.label, self.keys.id
        for field in self.entity_type.base_fields:
            main = field.type.main_property
            item: dict[str, Any] = {
                name: row[column]
                for name in field.type.properties
                for column in (f"{field.name}__{name}", field.name if name == main else "")
                if row.get(column) is not None
            }
            for name in item.keys() & set(field.type.user_properties(field)):
                item[name] = self.fields.there.owner(
                    item[name], f"{label}s", f"{label} {row[number]}", self.report
                )
            if isinstance(field.type, TimestampType) and "value" in item:
                item["value"] = kept_time(item["value"], f"{label} {row[number]}", self.report)
            if item:
                base[field.name] = [item]
        return base
