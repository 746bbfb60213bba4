"""A name is taken by one of those who want it for what they upload, and lost by the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.models import QuerySet

from drupal_jwt_auth.models import UploadName

DEADLOCK = OperationalError(1213, "Deadlock found when trying to get lock")


def fail(monkeypatch: pytest.MonkeyPatch, error: OperationalError) -> None:
    """Let the database answer so to whoever takes a name."""

    def create(rows: QuerySet[UploadName], **values: Any) -> None:
        raise error

    monkeypatch.setattr(QuerySet, "create", create)


@pytest.mark.django_db
def test_it_is_the_first_ones_until_that_one_releases_it() -> None:
    assert UploadName.objects.take("same.png")
    assert not UploadName.objects.take("same.png")
    assert UploadName.objects.take("other.png")
    UploadName.objects.release("same.png")
    assert UploadName.objects.take("same.png")


@pytest.mark.django_db(transaction=True)
def test_who_gives_way_in_a_deadlock_has_lost_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several have waited for a name that was just released, and one of them has it."""
    fail(monkeypatch, DEADLOCK)
    assert not UploadName.objects.take("same.png")


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_ends_the_transaction_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, DEADLOCK)
    with pytest.raises(OperationalError, match="Deadlock"), transaction.atomic():
        UploadName.objects.take("same.png")


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_not_to_be_had_tells_nothing_of_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail(monkeypatch, OperationalError("database is locked"))
    with pytest.raises(OperationalError, match="locked"):
        UploadName.objects.take("same.png")
