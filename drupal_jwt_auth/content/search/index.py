"""Indexes that a site may have for searches: a command makes them, and migrations know none.

The database keeps them up to date by itself, whoever writes; without one nothing costs anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import DatabaseError, NotSupportedError, connections, transaction
from django.utils.text import smart_split, unescape_string_literal


class SearchIndex(NamedTuple):
    """What a database is told to ``create`` and to ``drop`` an index.

    ``exists`` returns a row if the index is there and up to date, ``remains`` if there is anything
    to be dropped, ``prevents`` if there can be none, which ``refusal`` says.
    """

    create: Sequence[str]
    drop: Sequence[str]
    exists: str
    remains: str = "SELECT 1"
    prevents: str = ""
    refusal: str = ""

    def is_made(self, using: str) -> bool:
        """Tell whether a database has the index, and keeps it up to date."""
        return _finds(self.exists, using)

    def drop_from(self, using: str) -> None:
        """Drop what there is of the index."""
        if _finds(self.remains, using):
            _execute(self.drop, using)

    def make_on(self, using: str) -> None:
        """Make the index, anew if it is there; where that fails nothing is left of it.

        Raises `DatabaseError` where the database has not what it takes, or does not permit it.
        """
        if self.prevents and _finds(self.prevents, using):
            raise NotSupportedError(self.refusal)
        try:
            with transaction.atomic(using=using):
                self.drop_from(using)
                _execute(self.create, using)
        except DatabaseError:
            # MySQL and MariaDB do not undo what has changed tables.
            self.drop_from(using)
            raise


def full_text_index(
    name: str, *source: str, text: str = "{row}.{column}", options: str = ""
) -> SearchIndex:
    """Return an index of SQLite's, FTS5 with three triggers, of a text that is made of a column.

    ``source`` is a table, its key, a column of numbers, and the column, as they stand in a
    statement. ``text`` is an expression of ``{row}`` and ``{column}``.
    """
    table, key, column = source
    parts = {"name": name, "table": table, "key": key, "column": column, "options": options}
    for place, row in (("new", "new"), ("old", "old"), ("own", table)):
        parts[place] = f"{row}.{key}, {text.format(row=row, column=column)}"
    return SearchIndex(
        create=[statement.format_map(parts) for statement in _CREATE_FTS5],
        drop=[statement.format_map(parts) for statement in _DROP_FTS5],
        exists=_FTS5_EXISTS.format_map(parts),
    )


_CREATE_FTS5 = (
    """
    CREATE VIRTUAL TABLE "{name}" USING fts5(words, content=''{options})
    """,
    """
    INSERT INTO "{name}" (rowid, words) SELECT {own} FROM {table}
    """,
    """
    CREATE TRIGGER "{name}_insert" AFTER INSERT ON {table}
    BEGIN
        INSERT INTO "{name}" (rowid, words) VALUES ({new});
    END
    """,
    """
    CREATE TRIGGER "{name}_update" AFTER UPDATE OF {key}, {column} ON {table}
    BEGIN
        INSERT INTO "{name}" ("{name}", rowid, words) VALUES ('delete', {old});
        INSERT INTO "{name}" (rowid, words) VALUES ({new});
    END
    """,
    """
    CREATE TRIGGER "{name}_delete" AFTER DELETE ON {table}
    BEGIN
        INSERT INTO "{name}" ("{name}", rowid, words) VALUES ('delete', {old});
    END
    """,
)

_DROP_FTS5 = (
    'DROP TRIGGER IF EXISTS "{name}_insert"',
    'DROP TRIGGER IF EXISTS "{name}_update"',
    'DROP TRIGGER IF EXISTS "{name}_delete"',
    'DROP TABLE IF EXISTS "{name}"',
)

# Without all triggers, which Django's migrations may take away, it is not up to date.
_FTS5_EXISTS = """
    SELECT 1 WHERE 4 = (
        SELECT count(*) FROM sqlite_master
        WHERE name IN ('{name}', '{name}_insert', '{name}_update', '{name}_delete')
    )
    """


def search_terms(search: str) -> Iterator[str]:
    """Yield the words of a search, and what stands between quotation marks, as Django reads it."""
    for part in smart_split(search):
        is_quoted = part[0] in "\"'" and part[0] == part[-1]
        yield unescape_string_literal(part) if is_quoted else part


def _finds(question: str, using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() is not None


def _execute(statements: Sequence[str], using: str) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
