"""How a database is opened: by its address, for reading, as one state."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection
from pytest_django import Settings

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.transfer.drupal.database import (
    ENGINES,
    DrupalDatabase,
    as_bytes,
    connection_to,
)
from drupal_jwt_auth.transfer.drupal.exceptions import DrupalDatabaseError
from drupal_jwt_auth.transfer.drupal.sqlite_files import SQLiteFile, compare
from tests.transfer.drupal.conftest import Move
from tests.transfer.drupal.old_site import OldSite, serialize

pytestmark = pytest.mark.django_db


def test_nothing_can_be_written(old_site: OldSite, url: str) -> None:
    old_site.write(url)
    with (
        DrupalDatabase(url) as database,
        pytest.raises(DrupalDatabaseError, match="cannot be read"),
    ):
        database.rows("UPDATE {node} SET nid = 7")


def test_all_that_is_read_is_one_state(old_site: OldSite, url: str) -> None:
    old_site.write(url)
    with DrupalDatabase(url) as database:
        assert database.count("node") == 2
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
                other.create_collation("NOCASE_UTF8", compare)
                other.execute("DELETE FROM node")
                other.commit()
        else:
            with closing(connection_to(url)) as other, other.cursor() as cursor:
                cursor.execute("DELETE FROM node")
        assert database.count("node") == 2
    with DrupalDatabase(url) as database:
        assert database.count("node") == 0


def test_a_prefix_of_tables_is_read(old_site: OldSite, url: str, move: Move) -> None:
    old_site.write(url, prefix="d10_")
    move("--prefix", "d10_", write=False)
    assert Node.objects.count() == 2
    with pytest.raises(CommandError, match="no tables that begin with 'd9_' called config, "):
        move("--prefix", "d9_", write=False)


def test_a_prefix_is_no_sql(move: Move) -> None:
    with pytest.raises(CommandError, match="A prefix of tables has letters, digits"):
        move("--prefix", "x; DROP TABLE users")


def test_with_sqlite_the_tables_of_a_prefix_may_have_a_file_of_their_own(
    old_site: OldSite, tmp_path: Path
) -> None:
    old_site.write(f"sqlite:///{tmp_path}/site.db-d10_")
    with DrupalDatabase(f"sqlite:///{tmp_path}/site.db", "d10_") as database:
        assert database.count("node") == 2


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("oracle://host/name", "The address of a database begins with one of mariadb://, "),
        ("mysql://a:b@host:port/x", "The address of the database cannot be read."),
        ("mysql://[::1/x", "The address of the database cannot be read."),
        ("mysql://a:b@host/", "The address names no database: that comes last in it"),
        ("sqlite://", "The address names no database: that comes last in it"),
        ("sqlite:///", "The address names no database: that comes last in it"),
        ("mysql://nobody@127.0.0.1:1/site?connect_timeout=1", "The database cannot be opened: "),
        ("sqlite:///not/there.db", "There is no file not/there.db."),
        ("mysql://nobody@127.0.0.1:1/site", "The database cannot be opened: "),
        ("pgsql://nobody@127.0.0.1:1/site", "The database cannot be opened: "),
    ],
)
def test_what_cannot_be_opened_is_refused_with_a_sentence(
    url: str, reason: str, move: Move
) -> None:
    with pytest.raises(DrupalDatabaseError) as caught, DrupalDatabase(url):
        pass
    assert str(caught.value).startswith(reason)


def test_a_password_that_is_not_encoded_is_not_told(move: Move) -> None:
    with pytest.raises(CommandError, match="percent-encoded, as %40 for @") as caught:
        move(write=False, database="mysql://a:s3c/ret@host/x")
    assert "s3c" not in str(caught.value)


def test_a_path_with_a_slash_too_few_is_told_of(tmp_path: Path) -> None:
    told = "There is no file {}."
    with pytest.raises(DrupalDatabaseError) as caught, DrupalDatabase(f"sqlite:///{tmp_path}/x"):
        pass
    assert str(caught.value) == told.format(tmp_path / "x")
    with pytest.raises(DrupalDatabaseError) as caught, DrupalDatabase("sqlite:///srv/x"):
        pass
    assert str(caught.value) == (
        told.format("srv/x") + " An absolute path has four slashes before it."
    )


def test_an_option_that_the_driver_does_not_know_is_told(old_site: OldSite, tmp_path: Path) -> None:
    old_site.write(f"sqlite:///{tmp_path}/site.db")
    with (
        pytest.raises(DrupalDatabaseError, match=r"The database cannot be opened: .*colour"),
        DrupalDatabase(f"sqlite:///{tmp_path}/site.db?colour=red"),
    ):
        pass


def test_queries_are_kept_nowhere_while_errors_are_shown(
    settings: Settings, old_site: OldSite, url: str
) -> None:
    settings.DEBUG = True
    old_site.write(url)
    with DrupalDatabase(url) as database:
        assert database.count("node") == 2
        assert not database.connection.queries_log


def test_a_driver_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "mysql", "no.such.backend")
    with (
        pytest.raises(DrupalDatabaseError, match=r"The database cannot be opened: 'no\.such"),
        DrupalDatabase("mysql://127.0.0.1/site"),
    ):
        pass


class TestSQLite:
    """A file is left as it was found."""

    @pytest.fixture
    def path(self, old_site: OldSite, tmp_path: Path) -> Path:
        path = tmp_path / "site" / "site.db"
        path.parent.mkdir()
        old_site.write(f"sqlite:///{path}")
        return path

    def test_nothing_is_changed_and_nothing_stays_beside_it(self, path: Path) -> None:
        before = path.read_bytes()
        with DrupalDatabase(f"sqlite:///{path}") as database:
            assert database.rows("SELECT title FROM {node_field_data} WHERE title = 'one'")
        assert path.read_bytes() == before
        assert [each.name for each in path.parent.iterdir()] == ["site.db"]

    def test_the_newest_rows_of_a_site_in_use_are_read_and_its_log_stays(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as site:
            site.create_collation("NOCASE_UTF8", compare)
            site.execute("DELETE FROM node WHERE nid = 2")
            site.commit()
            with DrupalDatabase(f"sqlite:///{path}") as database:
                assert database.count("node") == 1
            assert (path.parent / "site.db-wal").exists()

    def test_a_file_in_a_folder_that_nobody_may_write_to_is_read(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = sqlite3.connect

        def connect(address: str, **options: object) -> sqlite3.Connection:
            # As root may write everywhere, what SQLite says otherwise is said here.
            if "mode=ro" in address:
                raise sqlite3.OperationalError("unable to open database file")
            return real(address, uri=True)

        monkeypatch.setattr(sqlite3, "connect", connect)
        file = SQLiteFile(path)
        assert file.address().endswith("?immutable=1")
        Path(f"{path}-wal").touch()
        with pytest.raises(sqlite3.OperationalError):
            SQLiteFile(path).address()

    def test_what_is_no_database_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "site.db"
        path.write_bytes(os.urandom(4096))
        with (
            pytest.raises(DrupalDatabaseError, match=r"The database cannot be opened: file is not"),
            DrupalDatabase(f"sqlite:///{path}"),
        ):
            pass


def test_texts_are_compared_without_regard_to_case() -> None:
    assert (compare("Ä", "ä"), compare("a", "B"), compare("b", "A")) == (0, -1, 1)


@pytest.mark.parametrize("value", ["a\0ü", "a\0ü".encode(), memoryview("a\0ü".encode())])
def test_bytes_are_bytes_whatever_a_database_makes_of_them(value: object) -> None:
    assert as_bytes(value) == "a\0ü".encode()


class TestVersion:
    """Drupal 9, 10 and 11 are read."""

    @pytest.mark.parametrize(
        ("update", "version"), [(8901, 9), (9301, 9), (10600, 10), (11102, 11), (12000, 12)]
    )
    def test_the_last_update_tells_the_version(
        self, update: int, version: int, old_site: OldSite, move: Move
    ) -> None:
        old_site.row("key_value", name="system")["value"] = serialize(update)
        printed = move("--dry-run")
        assert f"from Drupal {version}." in printed
        assert ("versions of Drupal that nobody has tried (12)" in printed) is (version == 12)

    def test_drupal_7_is_refused(self, old_site: OldSite, move: Move) -> None:
        old_site.tables["variable"] = [{"name": "x", "value": serialize(1)}]
        del old_site.tables["config"]
        with pytest.raises(CommandError, match="This is a database of Drupal 7, which keeps"):
            move()

    def test_drupal_8_is_refused(self, old_site: OldSite, move: Move) -> None:
        old_site.row("key_value", name="system")["value"] = serialize(8804)
        with pytest.raises(CommandError, match=r"of Drupal 8\. Update the site"):
            move()

    def test_any_other_database_is_refused(self, old_site: OldSite, move: Move) -> None:
        old_site.tables = {"node": old_site.tables["node"]}
        with pytest.raises(CommandError, match="there are no tables called config, key_value, "):
            move()

    @pytest.mark.parametrize("value", [None, b"O:", b"N;"])
    def test_one_that_does_not_say_is_refused(
        self, value: bytes | None, old_site: OldSite, move: Move
    ) -> None:
        if value is None:
            old_site.row("key_value", name="system")["name"] = "node"
        else:
            old_site.row("key_value", name="system")["value"] = value
        with pytest.raises(CommandError, match="does not say of which Drupal it is"):
            move()
