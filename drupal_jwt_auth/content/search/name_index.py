"""The index of all parts of the names in a column, as each kind of database has it.

PostgreSQL's (pg_trgm) is used by itself where names are searched. SQLite's (FTS5) and that of
MariaDB and MySQL, a table of parts, are asked for the rows that may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.utils import truncate_name
from django.db.models import IntegerField

from drupal_jwt_auth.content.search.index import SearchIndex, full_text_index

NAME_LENGTH = 255
"""The largest ``max_length`` of a column whose parts MariaDB and MySQL index."""

STORED_LENGTH = 2 * NAME_LENGTH
"""How many characters are stored of such a name, at most: some are kept as pairs."""

PART_LENGTH = 16
"""How many characters a part has in their table, at most."""

PART_SIZE = 512
"""How many bytes the weights of a part come to, at most: 32 for a character."""

TRIGRAM = 3
"""How many characters a part has to have, at least, for SQLite to know it."""

NAME_OF_INDEX = 48
"""How many characters the name of an index has, at most, before what tells its triggers apart."""


@dataclass(frozen=True)
class NameIndex:
    """The index of a column, and how it is asked.

    ``keys`` is the statement for the keys of the rows that may have a part. It takes one of the
    ``pieces`` that are made of the part, each of which leads to all of these rows by itself, and
    how many keys are asked for, at most. Where the database uses the index by itself there are
    neither.
    """

    index: SearchIndex
    keys: str = ""
    pieces: Callable[[str], Sequence[str]] = lambda part: ()


def _names(column: Any, using: str) -> dict[str, Any]:
    """Return what stands in the statements for the index of a column.

    The ``name`` of the index is one that longer names may begin with.
    """
    quote = connections[using].ops.quote_name
    table = column.model._meta.db_table
    name = re.sub(r"\W", "_", f"drupal_names_{table}_{column.column}")
    return {
        "name": truncate_name(name, NAME_OF_INDEX),
        "table": quote(table),
        "key": quote(column.model._meta.pk.column),
        "column": quote(column.column),
        "table_name": _in_literal(table),
        "column_name": _in_literal(column.column),
        "part_length": PART_LENGTH,
        "part_size": PART_SIZE,
        "stored_length": STORED_LENGTH,
    }


def _in_literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''")


def _postgresql(column: Any, using: str) -> NameIndex:
    names = _names(column, using)
    # It is of what Django compares where case does not matter.
    create = """
        CREATE INDEX "{name}" ON {table} USING gin (upper({column}::text) gin_trgm_ops)
        """
    exists = """
        SELECT 1 FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('"{name}"')
        """
    return NameIndex(
        SearchIndex(
            create=["CREATE EXTENSION IF NOT EXISTS pg_trgm", create.format_map(names)],
            drop=['DROP INDEX IF EXISTS "{name}"'.format_map(names)],
            exists=exists.format_map(names),
        )
    )


def _sqlite(column: Any, using: str) -> NameIndex | None:
    # A trigger is not told of a column that the database makes of others.
    if not isinstance(column.model._meta.pk, IntegerField) or getattr(column, "generated", False):
        return None
    names = _names(column, using)
    keys = """
        SELECT rowid FROM "{name}" WHERE "{name}" MATCH %s LIMIT %s
        """
    return NameIndex(
        full_text_index(
            *(names[each] for each in ("name", "table", "key", "column")),
            options=", tokenize='trigram'",
        ),
        keys=keys.format_map(names),
        pieces=_phrases,
    )


def _phrases(part: str) -> Sequence[str]:
    """Return a part as FTS5 takes it, if it knows such parts."""
    if len(part) < TRIGRAM or "\0" in part:
        return ()
    return ['"' + part.replace('"', '""') + '"']


def _mysql(column: Any, using: str) -> NameIndex | None:
    if column.max_length is None or column.max_length > NAME_LENGTH:
        return None
    names = _names(column, using)
    names["new"], names["old"] = (
        _PARTS_OF_ROW.format_map({**names, "row": row}) for row in ("NEW", "OLD")
    )
    return NameIndex(
        SearchIndex(
            create=[statement.format_map(names) for statement in _CREATE_PARTS],
            drop=[statement.format_map(names) for statement in _DROP_PARTS],
            exists=_PARTS_EXIST.format_map(names),
            prevents=_OTHER_COLLATION.format_map(names),
            refusal=f"There is no such index for the collation of {names['column']}.",
        ),
        keys=_KEYS_OF_PARTS.format_map(names),
        pieces=_beginnings,
    )


def _beginnings(part: str) -> Sequence[str]:
    """Return the pieces of a part, to its end, that parts in the table begin with.

    Nothing is in each name, and in that which has no parts.
    """
    if not part:
        return ()
    last = max(0, len(part) - PART_LENGTH)
    return [part[start : start + PART_LENGTH] for start in (*range(0, last, PART_LENGTH), last)]


# What is compared are the weights of characters, in which texts are equal that the column's
# collation takes for equal. A part begins at each character.
_PARTS_OF_ROW = """
    WITH RECURSIVE places (place) AS (
        SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < CHAR_LENGTH({row}.{column})
    )
    SELECT WEIGHT_STRING(SUBSTRING({row}.{column}, place, {part_length})) AS part, {row}.{key} AS id
    FROM places WHERE CHAR_LENGTH({row}.{column}) > 0
    """

_CREATE_PARTS = (
    """
    CREATE TABLE `{name}` (part VARBINARY({part_size}) NOT NULL, PRIMARY KEY (part, id))
    SELECT '' AS part, {key} AS id FROM {table} WHERE FALSE
    """,
    """
    CREATE TRIGGER `{name}_insert` AFTER INSERT ON {table} FOR EACH ROW
    INSERT IGNORE INTO `{name}` (part, id) {new}
    """,
    """
    CREATE TRIGGER `{name}_update` AFTER UPDATE ON {table} FOR EACH ROW
    IF NOT (BINARY NEW.{column} <=> BINARY OLD.{column} AND NEW.{key} <=> OLD.{key}) THEN
        DELETE known FROM ({old}) AS gone
        STRAIGHT_JOIN `{name}` AS known ON known.part = gone.part AND known.id = gone.id;
        INSERT IGNORE INTO `{name}` (part, id) {new};
    END IF
    """,
    """
    INSERT IGNORE INTO `{name}` (part, id)
    WITH RECURSIVE places (place) AS (
        SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < {stored_length}
    )
    SELECT WEIGHT_STRING(SUBSTRING({column}, place, {part_length})), {key}
    FROM {table} JOIN places ON place <= CHAR_LENGTH({column})
    """,
    # The last one: where it is there, all is.
    """
    CREATE TRIGGER `{name}_delete` AFTER DELETE ON {table} FOR EACH ROW
    DELETE known FROM ({old}) AS gone
    STRAIGHT_JOIN `{name}` AS known ON known.part = gone.part AND known.id = gone.id
    """,
)

_DROP_PARTS = (
    "DROP TRIGGER IF EXISTS `{name}_delete`",
    "DROP TRIGGER IF EXISTS `{name}_update`",
    "DROP TRIGGER IF EXISTS `{name}_insert`",
    "DROP TABLE IF EXISTS `{name}`",
)

_PARTS_EXIST = """
    SELECT 1 FROM information_schema.triggers
    WHERE trigger_schema = DATABASE() AND trigger_name = '{name}_delete'
    AND event_object_table = '{table_name}'
    """

# In these collations each character has weights of its own, one after the other. In others two
# characters may have weights together, or all second weights come after all first ones.
_OTHER_COLLATION = """
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = '{table_name}'
    AND column_name = '{column_name}'
    AND collation_name NOT REGEXP '_(general|unicode|unicode_520)(_nopad)?_ci$|_bin$'
    """

# An empty part of a name makes the collation that of the column.
_KEYS_OF_PARTS = """
    SELECT id FROM `{name}`, (
        SELECT WEIGHT_STRING(
            CONCAT(%s, (SELECT IFNULL(LEFT({column}, 0), '') FROM {table} LIMIT 1))
        ) AS weights
    ) AS asked
    WHERE part BETWEEN weights AND CONCAT(weights, REPEAT(X'FF', {part_size})) LIMIT %s
    """

INDEXES: dict[str, Callable[[Any, str], NameIndex | None]] = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "sqlite": _sqlite,
}
"""What makes the index of a column, by Django's names of the databases; others have none."""
