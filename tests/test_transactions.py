"""Locks: what comes first in a transaction that writes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.models import TextFormat
from drupal_jwt_auth.transactions import lock, locked
from drupal_jwt_auth.urls import urlpatterns


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


def test_a_database_without_such_locks_is_locked_as_a_whole(
    formats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.features, "has_select_for_update", False)
    for keys in (("a", "b"), ()):
        found, statements = statements_of(*keys)
        table = "drupal_jwt_auth_textformat"
        assert statements == [f"UPDATE {table} SET format = format WHERE 1 = 0"]
        assert found


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
