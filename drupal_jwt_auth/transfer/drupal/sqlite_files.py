"""A database in a file of SQLite's, as others may have it open: read, and left as it was found.

Who reads a file whose changes go to a log first (``-wal``, as Drupal's do) needs that log and an
index of it beside the file. Where nobody has the file open they are not there, and a connection
that may only read makes them, and cannot take them away.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote


class SQLiteFile:
    """A file that is read only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_alone = not self._log.exists()

    @property
    def _log(self) -> Path:
        return Path(f"{self.path}-wal")

    def uri(self, mode: str) -> str:
        """Return the address of the file for a mode."""
        return f"file:{quote(str(self.path.absolute()))}?{mode}"

    def address(self) -> str:
        """Return the address to read it at, while others may write to it."""
        reading = self.uri("mode=ro")
        try:
            with closing(sqlite3.connect(reading, uri=True)) as connection:
                connection.execute("SELECT name FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            # In a folder in which nothing can be made, nobody can be writing either.
            if self._is_alone:
                return self.uri("immutable=1")
            raise
        return reading

    def prepare(self, connection: Any) -> None:
        """Have texts be compared: the columns of Drupal have an order of its own."""
        connection.create_collation("NOCASE_UTF8", compare)

    def leave(self) -> None:
        """Take away what reading it has made, unless others have it open by now."""
        if self._is_alone and self._log.exists():
            # Who may write, and is the last to close it, does so.
            with closing(sqlite3.connect(self.uri("mode=rw"), uri=True)) as last:
                last.execute("SELECT name FROM sqlite_master").fetchone()


def compare(left: str, right: str) -> int:
    """Compare two texts as Drupal has SQLite do it: without regard to upper and lower case."""
    first, second = left.lower(), right.lower()
    return (first > second) - (first < second)
