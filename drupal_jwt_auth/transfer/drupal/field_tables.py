"""The values of configurable fields, which Drupal keeps in a table or two for each storage.

Source: Drupal core's mapping of tables for entities in SQL. A row is an item; of an empty item
there is none. A field that was deleted leaves its rows behind, marked as such.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.fields import Field, Item, Reference
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.primitives import to_integer
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase, Row, as_bytes
from drupal_jwt_auth.transfer.drupal.exceptions import SerializedValueError
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.serialized import unserialize
from drupal_jwt_auth.transfer.fields import DescribedSite, described_field, item_faults

TABLE_NAME_LENGTH = 48
ENTITY_TYPE_LENGTH = 34
"""What is left of the name of an entity type in the name of a table that would be too long."""
HASH_LENGTH = 10

ANONYMOUS = 0

SERIALIZED = {"link": "options"}
"""The property of a field type that PHP has serialized."""

Values = dict[str, list[Item]]


def table_name(entity_type: str, field: str, uuid: str, *, revisions: bool = False) -> str:
    """Return the table of a field, or that of its values at all revisions.

    ``uuid`` is that of the storage.
    """
    name = f"{entity_type}{'_revision__' if revisions else '__'}{field}"
    if len(name) <= TABLE_NAME_LENGTH:
        return name
    mark = sha256(uuid.encode()).hexdigest()[:HASH_LENGTH]
    return f"{entity_type[:ENTITY_TYPE_LENGTH]}{'_r__' if revisions else '__'}{mark}"


class WhatIsThere(NamedTuple):
    """The numbers of entities by type, and the names of text formats that are kept.

    ``storages`` is the configuration of the storages of fields, by entity type and name.
    """

    numbers: Mapping[str, Set[int]]
    formats: Set[str]
    storages: Mapping[tuple[str, str], Any]

    def lacks(self, reference: Reference) -> bool:
        """Tell whether a reference leads to nothing, as far as that is known."""
        if reference.entity_type not in self.numbers:
            return False
        # Of the anonymous user, and of the root of terms, there is no row.
        number = to_integer(reference.key)
        return bool(number) and number not in self.numbers[reference.entity_type]

    def owner(self, number: int | None, what: str, entity: str, report: Report) -> int:
        """Return the number of a user who is there, the anonymous one's for one who is not."""
        if number and self.lacks(Reference("user", number)):
            becomes = "kept, as those of the anonymous user."
            report.note("References", f"{what} of a user who is not there", becomes, entity)
            return ANONYMOUS
        return number or ANONYMOUS


class FieldTables:
    """The tables of the fields of an entity type.

    ``bundles`` are their fields as they are described, ``there`` what else is on the site.
    """

    def __init__(
        self,
        database: DrupalDatabase,
        report: Report,
        entity_type: str,
        bundles: Mapping[str, Sequence[Mapping[str, Any]]],
        there: WhatIsThere,
    ) -> None:
        self.database = database
        self.report = report
        self.there = there
        self.entity_type = entity_type
        self.fields: dict[str, dict[str, Field]] = {
            bundle: {field["name"]: described_field(entity_type, bundle, field) for field in fields}
            for bundle, fields in bundles.items()
        }
        self.uuids = {
            name: str(storage.get("uuid"))
            for (of, name), storage in there.storages.items()
            if of == entity_type
        }
        self.context: SiteContext = DescribedSite()
        for name in sorted({name for fields in self.fields.values() for name in fields}):
            if table_name(entity_type, name, self.uuids[name]) not in database.tables:
                report.note(
                    *("Fields", "fields that have no table, as one with a storage of its own"),
                    "kept without values.",
                    f"{entity_type}.{name}",
                )
        # Of these nothing is left out, though some are not looked into where there is no need.
        database.asked |= {
            table_name(entity_type, name, self.uuids[name], revisions=revisions)
            for fields in self.fields.values()
            for name in fields
            for revisions in (False, True)
        }

    def of(self, entities: Sequence[Row], key: str, bundle: str | None) -> dict[Any, Values]:
        """Return the values of entities by their numbers, which are their ``key``.

        ``bundle`` is the column of that; without, the bundle is the entity type.
        """
        return self._read(entities, key, bundle, revisions=False)

    def at_revisions(self, revisions: Sequence[Row], key: str, bundle: str) -> dict[Any, Values]:
        """Return the values at revisions by their numbers."""
        return self._read(revisions, key, bundle, revisions=True)

    def _read(
        self, rows: Sequence[Row], key: str, bundle: str | None, *, revisions: bool
    ) -> dict[Any, Values]:
        values: dict[Any, Values] = {row[key]: {} for row in rows}
        of: dict[str, dict[Any, tuple[Field, Row]]] = defaultdict(dict)
        for row in rows:
            name = self.entity_type if bundle is None else row[bundle]
            for field in self.fields.get(name, {}).values():
                of[field.name][row[key]] = field, row
        for name, fields in of.items():
            table = table_name(self.entity_type, name, self.uuids[name], revisions=revisions)
            column = "revision_id" if revisions else "entity_id"
            found = self.database.in_some(
                table, column, list(fields), "deleted = 0", order=f"{column}, delta"
            )
            for stored in found:
                field, row = fields[stored[column]]
                if stored["langcode"] == row["langcode"]:
                    items = values[stored[column]].setdefault(name, [])
                    items += self._item(field, row, stored)
                else:
                    self.report.note(
                        "Translations",
                        "values in other languages",
                        "left out.",
                        f"{self.entity_type} {stored['entity_id']} {name}",
                    )
            if not revisions and any(
                isinstance(field.type, CommentFieldType) for field, _ in fields.values()
            ):
                self._count_comments(name, values)
        return values

    def _item(self, field: Field, row: Row, stored: Row) -> Iterator[Item]:
        """Yield the item of a row, unless it cannot be shown."""
        prefix = f"{field.name}_"
        item = {
            name.removeprefix(prefix): plain(value)
            for name, value in stored.items()
            if name.startswith(prefix)
        }
        serialized = SERIALIZED.get(field.type.id)
        if serialized in item:
            item[serialized] = self._unserialized(item[serialized], field, stored)
        known = {name: item[name] for name in field.type.properties if name in item}
        faults = list(item_faults(field, [known], self.context))
        if faults:
            self.report.note(
                "Values",
                f"values that the field type {field.type.id} cannot show",
                "left out.",
                f"{self.entity_type} {stored['entity_id']} {faults[0]}",
            )
            return
        entity = f"{self.entity_type} {stored['entity_id']}"
        target = field.type.reference(known, field) or _linked(known.get("uri"))
        if target is not None and self.there.lacks(target):
            self.report.note(
                *(
                    "References",
                    f"references in fields to a {target.entity_type} that is not there",
                ),
                "kept: clients see the number alone.",
                f"{entity} {field.name}: {target.key}",
            )
        text_format = known.get("format")
        if text_format is not None and text_format not in self.there.formats:
            self.report.note(
                *("Text formats", f"texts in the format {text_format}, which is off or not there"),
                "kept, and shown empty.",
                f"{entity} {field.name}",
            )
        yield known

    def _unserialized(self, value: Any, field: Field, stored: Row) -> Any:
        try:
            return unserialize(as_bytes(value or b"a:0:{}"))
        except SerializedValueError as error:
            self.report.note(
                "Values",
                "options that cannot be read",
                "left out.",
                f"{self.entity_type} {stored['entity_id']} {field.name}: {error}",
            )
            return []

    def _count_comments(self, name: str, values: Mapping[Any, Values]) -> None:
        """Note how many comments there are, in the items that say whether there may be some."""
        found = self.database.in_some(
            "comment_entity_statistics",
            "entity_id",
            list(values),
            f"entity_type = '{self.entity_type}' AND field_name = '{name}'",
        )
        statistics = {row["entity_id"]: row for row in found}
        for number, fields in values.items():
            for item in fields.get(name, ()):
                row = statistics.get(number, {})
                item |= {key: row[key] for key in CommentFieldType.casts if key in row}


def _linked(uri: Any) -> Reference | None:
    """Return the entity that a link leads to, None for any other link."""
    found = _ENTITY_LINK.match(uri) if isinstance(uri, str) else None
    return found and Reference(found[1], found[2])


_ENTITY_LINK = re.compile(r"entity:(\w+)/([0-9]+)", re.ASCII)


def plain(value: Any) -> Any:
    """Return a value of a column as JSON has it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return value
