"""The database of a Drupal site, read with Django's backends: one state of it, nothing written."""

from __future__ import annotations

import re
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, Error
from django.db.utils import ConnectionHandler

from drupal_jwt_auth.batches import BATCH, batches
from drupal_jwt_auth.transfer.drupal.exceptions import DrupalDatabaseError
from drupal_jwt_auth.transfer.drupal.sqlite_files import SQLiteFile

ENGINES: Mapping[str, str] = {
    "mariadb": "django.db.backends.mysql",
    "mysql": "django.db.backends.mysql",
    "pgsql": "django.db.backends.postgresql",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "sqlite": "django.db.backends.sqlite3",
}
"""Django's backends by the schemes of addresses, those that Drupal writes among them."""

ONE_STATE: Mapping[str, Sequence[str]] = {
    "mysql": (
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
    "postgresql": ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON", "BEGIN"),
}
"""What makes all that is read afterwards one state of the database, by vendor."""

_PREFIX = re.compile(r"\w*", re.ASCII)

Row = dict[str, Any]


class Server:
    """Where a database is that is no file: all is in its address."""

    def address(self) -> None:
        """Return no other name of the database."""
        return

    def prepare(self, connection: Any) -> None:
        """Do nothing with what was opened."""

    def leave(self) -> None:
        """Do nothing: nothing was made."""


class DrupalDatabase:
    """The database at an address, open within ``with``; raises DrupalDatabaseError.

    ``url`` is as ``mysql://user:password@host:3306/name``, ``pgsql://...`` or
    ``sqlite:///path/to/.ht.sqlite``. ``prefix`` is what the names of all tables begin with.
    """

    def __init__(self, url: str, prefix: str = "") -> None:
        self.url = url
        self.prefix = prefix
        self.asked: set[str] = set()
        """The tables that were asked for."""
        self.place: Server | SQLiteFile = Server()
        if not _PREFIX.fullmatch(prefix):
            raise DrupalDatabaseError(
                "A prefix of tables has letters, digits and underscores. A schema of PostgreSQL "
                "is named in the address: ?options=-c%20search_path%3Dname"
            )
        if is_sqlite(url):
            path = Path(unquote(_parts(url).path).removeprefix("/"))
            if not path.name:
                raise DrupalDatabaseError(NO_NAME)
            own = path.with_name(f"{path.name}-{prefix}")
            if prefix and own.is_file():
                # So Drupal keeps the tables of a prefix with SQLite: in a file of their own.
                path, self.prefix = own, ""
            if not is_file(path):
                hint = "" if path.is_absolute() else " An absolute path has four slashes before it."
                raise DrupalDatabaseError(f"There is no file {path}.{hint}")
            self.place = SQLiteFile(path)

    def __enter__(self) -> DrupalDatabase:
        try:
            self._open()
        except (Error, sqlite3.Error) as error:
            raise DrupalDatabaseError(f"The database cannot be opened: {error}") from error
        return self

    def __exit__(self, *failure: object) -> None:
        self.connection.close()
        self.place.leave()

    def _open(self) -> None:
        self.connection: Any = connection_to(self.url, self.place.address())
        try:
            self.connection.ensure_connection()
        except TypeError as error:
            # So drivers say that they know no such option.
            raise DrupalDatabaseError(f"The database cannot be opened: {error}") from error
        self.place.prepare(self.connection.connection)
        with self.connection.cursor() as cursor:
            for statement in ONE_STATE[self.connection.vendor]:
                cursor.execute(statement)
            names = self.connection.introspection.table_names(cursor)
        self.tables = frozenset(
            name.removeprefix(self.prefix) for name in names if name.startswith(self.prefix)
        )

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[Row]:
        """Return the rows of a query, by the names of their columns.

        Names of tables stand in braces, as in Drupal's own queries, and get the prefix.
        """
        statement = re.sub(r"\{(\w+)\}", lambda found: self.quoted(found[1]), sql)
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(statement, tuple(values) or None)
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except Error as error:
            raise DrupalDatabaseError(f"The database cannot be read: {error}") from error

    def in_order(self, table: str, key: str, columns: str = "*", where: str = "") -> Iterator[Row]:
        """Yield rows of a table in the order of a number, some at a time; none of no table."""
        if table not in self.tables:
            return
        last: Any = -1
        condition = f"AND ({where})" if where else ""
        while True:
            # S608: all names are written in this package, or Drupal's own and checked.
            sql = (
                f"SELECT {columns} FROM {{{table}}} "  # noqa: S608
                f"WHERE {key} > %s {condition} ORDER BY {key} LIMIT {BATCH}"
            )
            rows = self.rows(sql, [last])
            yield from rows
            if len(rows) < BATCH:
                return
            last = rows[-1][key]

    def in_some(
        self, table: str, key: str, keys: Sequence[Any], where: str = "1 = 1", *, order: str = ""
    ) -> Iterator[Row]:
        """Yield the rows of a table in which a column has one of some values; none of no table."""
        if table not in self.tables:
            return
        for batch in batches(keys):
            marks = ", ".join(["%s"] * len(batch))
            sql = f"SELECT * FROM {{{table}}} WHERE {key} IN ({marks}) AND {where}"  # noqa: S608
            yield from self.rows(f"{sql} ORDER BY {order}" if order else sql, batch)

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Return how many rows a table has, 0 where there is none such."""
        if table not in self.tables:
            return 0
        [row] = self.rows(f"SELECT COUNT(*) AS number FROM {{{table}}} WHERE {where}")  # noqa: S608
        return int(row["number"])

    def quoted(self, table: str) -> str:
        """Return the name of a table as it stands in SQL; it is asked for, then."""
        self.asked.add(table)
        return str(self.connection.ops.quote_name(self.prefix + table))


NO_NAME = "The address names no database: that comes last in it, after a slash."


def _parts(url: str) -> SplitResult:
    """Return the parts of an address; raise DrupalDatabaseError, which tells nothing of them."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise DrupalDatabaseError(
            "The address of the database cannot be read. In a user's name and a password, signs "
            "such as @ : / ? # and brackets stand percent-encoded, as %40 for @."
        ) from None
    return parts


def is_sqlite(url: str) -> bool:
    """Tell whether an address is that of a file of SQLite; raise DrupalDatabaseError for none."""
    scheme = _parts(url).scheme
    if scheme not in ENGINES:
        known = ", ".join(f"{scheme}://" for scheme in ENGINES)
        raise DrupalDatabaseError(f"The address of a database begins with one of {known}.")
    return scheme == "sqlite"


def is_file(path: Path) -> bool:
    """Tell whether there is a file; raise DrupalDatabaseError where nobody lets one see.

    There is none whose name no disk has room for, or takes.
    """
    try:
        return path.is_file()
    except PermissionError as error:
        raise DrupalDatabaseError(f"{path} cannot be read: {error.strerror}.") from error
    except OSError:
        return False


def connection_to(url: str, name: str | None = None) -> Any:
    """Return Django's connection to an address; ``name`` is another name for the database.

    The project's connections, and its routers, know nothing of it. Raise DrupalDatabaseError.
    """
    parts = _parts(url)
    database = unquote(parts.path.removeprefix("/"))
    if not database:
        raise DrupalDatabaseError(NO_NAME)
    settings = {
        "ENGINE": ENGINES[parts.scheme],
        "NAME": database if name is None else name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            key: int(value) if value.isdecimal() else value for key, value in parse_qsl(parts.query)
        },
    }
    handler: Any = ConnectionHandler({DEFAULT_DB_ALIAS: settings})
    try:
        connection = handler[DEFAULT_DB_ALIAS]
    except ImproperlyConfigured as error:
        raise DrupalDatabaseError(f"The database cannot be opened: {error}") from error
    # While DEBUG is on, Django keeps what was asked: nobody looks at it, and it is a lot.
    connection.queries_log = deque(maxlen=0)
    # To be read from, a server may be older than those that Django writes to.
    connection.check_database_version_supported = lambda: None
    return connection


def as_bytes(value: Any) -> bytes:
    """Return what a column of bytes holds; with SQLite, Drupal keeps such as texts."""
    return value.encode(errors="surrogateescape") if isinstance(value, str) else bytes(value)
