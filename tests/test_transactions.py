"""Locks: what comes first in a transaction that writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import ConnectionHandler
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.models import TextFormat
from drupal_jwt_auth.transactions import apart, lock, locked
from drupal_jwt_auth.urls import urlpatterns

LOCK_OF_ALL = "UPDATE drupal_jwt_auth_textformat SET format = format WHERE 1 = 0"


@pytest.fixture
def formats(db: None) -> None:
    for name in ("a", "b"):
        TextFormat.objects.create(format=name, name=name)


def statements_of(*keys: str) -> tuple[bool, list[str]]:
    """Lock text formats: what comes back, and the statements that are run for it."""
    with CaptureQueriesContext(connection) as captured:
        found = lock(TextFormat, *keys)
    return found, [re.sub('["`]', "", each["sql"]) for each in captured]


def test_rows_are_locked_in_the_order_of_their_keys(
    formats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that two who lock the same do not wait for each other."""
    monkeypatch.setattr(connection.features, "has_select_for_update", True)
    monkeypatch.setattr(connection.ops, "for_update_sql", lambda: "/* for update */")
    table = "drupal_jwt_auth_textformat"
    found, statements = statements_of("b", "nope", "a")
    rows = f"SELECT format FROM {table} WHERE format IN ('b', 'nope', 'a')"
    assert statements == [f"{rows} ORDER BY format /* for update */"]
    assert found
    assert not statements_of("nope")[0]
    assert not statements_of()[0]


@pytest.fixture(params=[None, "deferred", "IMMEDIATE", "exclusive"])
def of_sqlite(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """A connection to an SQLite file, with any ``transaction_mode`` that Django knows."""
    options = {} if request.param is None else {"transaction_mode": request.param}
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db", "OPTIONS": options}
    settings = ConnectionHandler({"default": database}).settings["default"]
    monkeypatch.setitem(connections.settings, "of_sqlite", settings)
    with django_db_blocker.unblock(), closing(connections["of_sqlite"]) as opened:
        with opened.schema_editor() as editor:
            editor.create_model(TextFormat)
        yield opened
    del connections["of_sqlite"]


def is_locked(opened: Any) -> bool:
    """Tell whether nobody else can begin to write to the file of an SQLite database."""
    with closing(sqlite3.connect(opened.settings_dict["NAME"], timeout=0)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


@pytest.mark.parametrize("autocommit", [True, False])
def test_sqlite_is_locked_as_a_whole_and_once_however_its_transactions_begin(
    of_sqlite: Any, autocommit: bool
) -> None:
    mode = of_sqlite.settings_dict["OPTIONS"].get("transaction_mode", "").upper()
    of_sqlite.set_autocommit(autocommit)
    with transaction.atomic("of_sqlite"), CaptureQueriesContext(of_sqlite) as captured:
        assert lock(TextFormat, "a", using="of_sqlite")
        assert is_locked(of_sqlite)
    begins_with_lock = autocommit and mode in {"IMMEDIATE", "EXCLUSIVE"}
    assert [each["sql"].replace('"', "") for each in captured] == (
        [] if begins_with_lock else [LOCK_OF_ALL]
    )
    of_sqlite.rollback()


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_would_last_for_nothing() -> None:
    with pytest.raises(TransactionManagementError, match="open one first"):
        lock(TextFormat, "a")


def test_what_fails_under_a_lock_is_undone(formats: None) -> None:
    def fail() -> None:
        with locked(TextFormat, "a"):
            TextFormat.objects.all().delete()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert TextFormat.objects.count() == 2


def test_a_lock_lasts_as_long_as_the_transaction_around_it(formats: None) -> None:
    with transaction.atomic(), locked(TextFormat, "a"):
        TextFormat.objects.filter(format="a").delete()
    assert [each.format for each in TextFormat.objects.all()] == ["b"]


@pytest.mark.parametrize("of_sqlite", [None], indirect=True)
def test_what_is_written_apart_stays_where_the_transaction_is_undone(
    of_sqlite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As databases have it that let others write meanwhile; here nothing was written before.
    monkeypatch.setattr(of_sqlite.features, "has_select_for_update", True)
    formats = TextFormat.objects.using("of_sqlite")
    with transaction.atomic("of_sqlite"):
        with apart("of_sqlite"):
            assert connections["of_sqlite"] is not of_sqlite
            formats.bulk_create([TextFormat(format="a", name="a")])
        assert connections["of_sqlite"] is of_sqlite
        transaction.set_rollback(True, using="of_sqlite")
    assert [each.format for each in formats.all()] == ["a"]


@pytest.mark.parametrize("of_sqlite", [None], indirect=True)
def test_it_is_a_part_of_the_transaction_where_nobody_can_write_beside_one(of_sqlite: Any) -> None:
    formats = TextFormat.objects.using("of_sqlite")
    with transaction.atomic("of_sqlite"):
        with apart("of_sqlite"):
            formats.bulk_create([TextFormat(format="a", name="a")])
        transaction.set_rollback(True, using="of_sqlite")
    assert not formats.exists()


def test_so_it_is_in_a_test_that_is_undone_as_a_whole(formats: None) -> None:
    with transaction.atomic(), apart("default"):
        TextFormat.objects.all().delete()
        transaction.set_rollback(True)
    assert TextFormat.objects.count() == 2


def views() -> list[Any]:
    """All views of this app, with those of its pages in the admin."""
    pages = [
        page
        for each in admin.site._registry.values()
        if isinstance(each, LockingAdmin)
        for page in each.get_urls()
    ]
    return [each.callback for each in [*urlpatterns, *pages]]


def test_every_view_opens_its_transactions_itself() -> None:
    """Where the project's own has begun before it, a lock cannot come first any more."""
    assert all(view._non_atomic_requests == {"default"} for view in views())
    assert len(views()) > 50
