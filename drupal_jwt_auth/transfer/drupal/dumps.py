"""A dump of a database: restored to where it can be read, for as long as that takes."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from django.db import Error

from drupal_jwt_auth.transfer.drupal.database import connection_to, is_sqlite
from drupal_jwt_auth.transfer.drupal.exceptions import DrupalDatabaseError
from drupal_jwt_auth.transfer.drupal.sqlite_files import compare

_OPTIONS = {
    # What a dump says itself, unless it was made with --compact.
    "mysql": [
        "--default-character-set=utf8mb4",
        "--init-command=SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
    ],
    "postgresql": ["--quiet", "--set=ON_ERROR_STOP=1"],
}
"""How the program of a server is to read a dump, by vendor."""
_GZIP = b"\x1f\x8b"
_SQLITE = b"SQLite format 3\0"
_OTHER_NAMES = {"mysql": "mariadb"}
"""What else the program of a server may be called."""
_SANDBOX = b"/*M!999999"
"""How the first line of a dump of a new MariaDB begins, which other clients do not know."""
_HEAD = 65_536
"""How much of a dump is looked into: before its first table it says where that goes."""
_CUSTOM = b"PGDMP"
_ELSEWHERE = re.compile(rb"^(?:USE |CREATE DATABASE |\\c(?:onnect)? )", re.I | re.M)
"""What leads to another database than the one that is made for the dump."""


@contextmanager
def restored(dump: Path | None, url: str) -> Iterator[str]:
    """Give the address at which a dump can be read; without one, the address of the database.

    ``url`` names the database to restore to, which is made, and deleted afterwards. With SQLite
    that is a file which nobody else sees. Raise DrupalDatabaseError.
    """
    if dump is None:
        yield url
    elif is_sqlite(url):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "site.sqlite"
            _to_file(dump, path)
            yield f"sqlite:///{quote(str(path))}"
    else:
        with _made(url) as connection:
            _to_server(dump, connection)
            yield url


@contextmanager
def _opened(dump: Path) -> Iterator[Any]:
    """Give the content of a dump, compressed or not."""
    try:
        with dump.open("rb") as file:
            is_compressed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            with gzip.open(file) if is_compressed else file as content:
                yield content
    except (OSError, EOFError) as error:
        raise DrupalDatabaseError(f"{dump} cannot be read: {error}") from error


def _to_file(dump: Path, path: Path) -> None:
    """Restore a dump of SQLite, SQL or the file itself, to a file."""
    with _opened(dump) as content:
        head = content.read(len(_SQLITE))
        if head == _SQLITE:
            with path.open("wb") as file:
                file.write(head)
                shutil.copyfileobj(content, file)
            return
        script = head + content.read()
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.create_collation("NOCASE_UTF8", compare)
            connection.executescript(script.decode())
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise DrupalDatabaseError(f"{dump} is no dump of SQLite: {error}") from error


@contextmanager
def _made(url: str) -> Iterator[Any]:
    """Give a connection to a database that was made, and is deleted afterwards."""
    connection = connection_to(url)
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    try:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    except (Error, TypeError) as error:  # The latter of options that a driver does not know.
        raise DrupalDatabaseError(
            f"The database that --database names could not be made for the dump: {error}"
        ) from error
    try:
        yield connection
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def _to_server(dump: Path, connection: Any) -> None:
    """Let the client of a server restore a dump."""
    arguments, environment = connection.client.settings_to_cmd_args_env(
        connection.settings_dict, _OPTIONS[connection.vendor]
    )
    names = (arguments[0], _OTHER_NAMES.get(arguments[0], arguments[0]))
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        raise DrupalDatabaseError(
            f"A dump is restored by the program {arguments[0]}, which is not installed."
        )
    with _opened(dump) as content:
        head = content.read(_HEAD)
        if head.startswith(_CUSTOM):
            raise DrupalDatabaseError(f"{dump} is no SQL: make it with pg_dump --format=plain.")
        if _ELSEWHERE.search(head.partition(b"CREATE TABLE")[0]):
            raise DrupalDatabaseError(
                f"{dump} names a database that it goes to, which may hold something else. Make it "
                "without --databases or --all-databases (mysqldump), --create (pg_dump)."
            )
        # S603: the program of the server, with what the settings of a connection say.
        client = subprocess.Popen(  # noqa: S603
            [program, *arguments[1:]],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _, errors = _fed(client, head, content)
    if client.returncode:
        raise DrupalDatabaseError(
            f"{dump} could not be restored: {errors.decode(errors='replace').strip()}"
        )


def _fed(client: subprocess.Popen[bytes], head: bytes, rest: Any) -> tuple[bytes, bytes]:
    """Give a program what it reads; it may stop before the end."""
    stdin: Any = client.stdin
    if head.startswith(_SANDBOX):
        head = head.partition(b"\n")[2]
    with suppress(BrokenPipeError):
        stdin.write(head)
        shutil.copyfileobj(rest, stdin)
    return client.communicate()
