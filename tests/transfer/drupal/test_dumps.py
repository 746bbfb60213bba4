"""A dump is restored for as long as it is read."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.transfer.drupal import dumps
from drupal_jwt_auth.transfer.drupal.exceptions import DrupalDatabaseError
from tests.transfer.drupal.conftest import Move
from tests.transfer.drupal.old_site import OldSite, server_url

pytestmark = pytest.mark.django_db
NOWHERE = "sqlite:///scratch"


def from_dump(move: Move, dump: Path, url: str) -> str:
    return move("--dump", dump, write=False, database=url)


@pytest.fixture
def sqlite_file(old_site: OldSite, tmp_path: Path) -> Path:
    old_site.write(f"sqlite:///{tmp_path}/old.sqlite")
    return tmp_path / "old.sqlite"


def test_the_file_of_sqlite_is_a_dump(move: Move, sqlite_file: Path, tmp_path: Path) -> None:
    compressed = tmp_path / "site.db.gz"
    compressed.write_bytes(gzip.compress(sqlite_file.read_bytes()))
    from_dump(move, compressed, NOWHERE)
    assert Node.objects.count() == 2


def test_so_is_what_sqlite_writes_of_it(move: Move, sqlite_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(sqlite_file)) as database:
        script = "\n".join(database.iterdump())
    dump = tmp_path / "site.sql"
    dump.write_text(script, encoding="utf-8")
    from_dump(move, dump, NOWHERE)
    assert Node.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"SELECT x FROM nowhere;", "is no dump of SQLite: no such table: nowhere"),
        (b"\xff\xfe", "is no dump of SQLite: 'utf-8' codec"),
        (gzip.compress(b"SELECT 1;", mtime=0)[:-4], "cannot be read: Compressed file ended"),
        (None, "cannot be read: "),
    ],
)
def test_what_is_none_is_refused(
    content: bytes | None, reason: str, move: Move, tmp_path: Path
) -> None:
    dump = tmp_path / "site.sql"
    if content is not None:
        dump.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        from_dump(move, dump, NOWHERE)


class Server:
    """What stands for a server where the tests run on none."""

    def __init__(self, program: list[str], vendor: str = "mysql") -> None:
        self.vendor = vendor
        self.settings_dict = {"NAME": "scratch"}
        self.client = self.ops = self
        self.statements: list[str] = []
        self.program = program

    def quote_name(self, name: str) -> str:
        return f"`{name}`"

    def settings_to_cmd_args_env(self, _settings: Any, more: Any) -> tuple[list[str], None]:
        self.options = more
        return list(self.program), None

    def _nodb_cursor(self) -> Server:
        return self

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *failure: object) -> None:
        """Do nothing."""

    def execute(self, statement: str) -> None:
        self.statements.append(statement)

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "site.sql"
    path.write_bytes(b"/*M!999999\\- enable the sandbox mode */ \nSELECT 1;\n")
    return path


@pytest.mark.parametrize("vendor", ["mysql", "postgresql"])
def test_the_program_of_a_server_restores_it_without_the_mark_of_a_new_mariadb(
    vendor: str, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "restored.sql"
    server = Server(["sh", "-c", f"cat > {copy}"], vendor)
    monkeypatch.setattr(dumps, "connection_to", lambda url: server)
    with dumps.restored(dump, "mysql://server/scratch") as url:
        assert url == "mysql://server/scratch"
        assert copy.read_text() == "SELECT 1;\n"
        assert server.statements == ["CREATE DATABASE `scratch`"]
    assert ("--default-character-set=utf8mb4" in server.options) is (vendor == "mysql")
    assert server.statements[1:] == ["DROP DATABASE `scratch`"]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (["sh", "-c", "echo No such thing. >&2; exit 1"], "could not be restored: No such thing."),
        (["no-such-program"], "by the program no-such-program, which is not installed."),
    ],
)
def test_where_it_fails_the_database_is_deleted(
    program: list[str], reason: str, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(program)
    dump.write_bytes(b"SELECT 1;\n" * 100_000)
    monkeypatch.setattr(dumps, "connection_to", lambda url: server)
    with (
        pytest.raises(DrupalDatabaseError, match=reason),
        dumps.restored(dump, "mysql://server/scratch"),
    ):
        pass
    assert server.statements[-1] == "DROP DATABASE `scratch`"


def test_the_program_of_mariadb_may_have_its_own_name(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "mariadb"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/restored.sql\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    monkeypatch.setattr(dumps, "connection_to", lambda url: Server(["mysql"]))
    # Neither that nor `cat` is found: what counts is that the program is the one that was run.
    with (
        pytest.raises(DrupalDatabaseError, match=r"could not be restored: .*cat"),
        dumps.restored(dump, "mysql://server/scratch"),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"-- MariaDB\n\nUSE `site`;\nDROP TABLE node;\n", "names a database that it goes to"),
        (b"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `site`;\n", "names a database that it goes"),
        (b"SET x = 1;\n\\connect site\n", "names a database that it goes to"),
        (b"PGDMP\x01\x0e", r"is no SQL: make it with pg_dump --format=plain\."),
    ],
)
def test_what_would_go_to_another_database_is_not_run(
    content: bytes, reason: str, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(["sh", "-c", f"cat > {tmp_path}/restored.sql"])
    monkeypatch.setattr(dumps, "connection_to", lambda url: server)
    dump.write_bytes(content)
    with (
        pytest.raises(DrupalDatabaseError, match=reason),
        dumps.restored(dump, "mysql://server/scratch"),
    ):
        pass
    assert not (tmp_path / "restored.sql").exists()
    assert server.statements[-1] == "DROP DATABASE `scratch`"


def test_a_line_of_a_text_may_begin_as_what_leads_elsewhere(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "restored.sql"
    server = Server(["sh", "-c", f"cat > {copy}"], "postgresql")
    monkeypatch.setattr(dumps, "connection_to", lambda url: server)
    content = b"CREATE TABLE comment (body text);\nINSERT INTO comment VALUES ('Or:\nuse tea.');\n"
    dump.write_bytes(content)
    with dumps.restored(dump, "pgsql://server/scratch"):
        assert copy.read_bytes() == content


def test_a_server_that_is_not_there_is_told(dump: Path) -> None:
    with (
        pytest.raises(DrupalDatabaseError, match=r"could not be made|cannot be opened"),
        dumps.restored(dump, "mysql://nobody@127.0.0.1:1/scratch"),
    ):
        pass


@pytest.mark.parametrize(
    "failure", [OperationalError("Access denied"), TypeError("'tls' is an invalid keyword")]
)
def test_a_database_that_cannot_be_made_is_told(
    failure: Exception, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Server):
        def execute(self, statement: str) -> None:
            raise failure

    monkeypatch.setattr(dumps, "connection_to", lambda url: Refusing(["true"]))
    with (
        pytest.raises(DrupalDatabaseError, match=f"could not be made for the dump: {failure}"),
        dumps.restored(dump, "mysql://server/scratch"),
    ):
        pass


@pytest.mark.parametrize("options", [[], ["--compact"]])
def test_a_dump_of_the_server_that_the_tests_run_on(
    options: list[str], move: Move, old_site: OldSite, url: str, tmp_path: Path
) -> None:
    if connection.vendor == "sqlite":
        return  # Shown above.
    old_site.row("node_field_data", nid=1)["title"] = "🍲"
    old_site.write(url)
    settings = connection.settings_dict
    programs = {
        "mysql": ["mysqldump", f"--host={settings['HOST']}", f"--port={settings['PORT']}"],
        "postgresql": ["pg_dump", f"--host={settings['HOST']}", f"--port={settings['PORT']}"],
    }
    user = {"mysql": "--user", "postgresql": "--username"}[connection.vendor]
    name = f"{settings['NAME']}_old"
    dump = tmp_path / "site.sql.gz"
    dumped = subprocess.run(
        [
            *programs[connection.vendor],
            f"{user}={settings['USER']}",
            *(options if connection.vendor == "mysql" else []),
            name,
        ],
        check=True,
        capture_output=True,
    )
    dump.write_bytes(gzip.compress(dumped.stdout))
    from_dump(move, dump, server_url(f"{settings['NAME']}_scratch"))
    assert Node.objects.count() == 2
    assert Node.objects.get(pk=1).title == "🍲"
