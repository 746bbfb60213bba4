"""``manage.py prune_jwt_auth`` deletes what is of no use any more, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from drupal_jwt_auth.management.commands import prune_jwt_auth
from drupal_jwt_auth.models import AuditEntry, RefreshToken, RevokedToken

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def prune(**options: Any) -> str:
    """Run the command; return what is printed."""
    output = StringIO()
    call_command("prune_jwt_auth", stdout=output, **options)
    return output.getvalue()


def add_entry(age: timedelta) -> None:
    AuditEntry.objects.create(timestamp=now() - age, method="GET", path=str(age), status=401)


def add_tokens(name: str, user: User, age: timedelta) -> None:
    """Add a revoked and a refresh token that expired so long ago."""
    expires_at = now() - age
    RevokedToken.objects.create(key=name, expires_at=expires_at)
    RefreshToken.objects.create(key=name, user=user, session=name, expires_at=expires_at)


def paths() -> list[str]:
    return sorted(AuditEntry.objects.values_list("path", flat=True))


def keys() -> list[list[str]]:
    return [
        sorted(model.objects.values_list("key", flat=True))
        for model in (RevokedToken, RefreshToken)
    ]


@pytest.fixture
def old_and_new(user: User) -> None:
    """Entries of 89 and 91 days, tokens that expired 23 and 25 hours ago, and one that has not."""
    add_entry(89 * DAY)
    add_entry(91 * DAY)
    add_tokens("lately", user, 23 * HOUR)
    add_tokens("long ago", user, 25 * HOUR)
    add_tokens("good", user, -HOUR)


def test_it_deletes_what_is_old_and_says_how_much(old_and_new: None) -> None:
    assert prune() == "Deleted 1 entries of the audit log, 1 revoked tokens, 1 refresh tokens.\n"
    assert paths() == ["89 days, 0:00:00"]
    assert keys() == [["good", "lately"]] * 2


def test_a_second_run_finds_nothing(old_and_new: None) -> None:
    prune()
    assert prune() == "Deleted 0 entries of the audit log, 0 revoked tokens, 0 refresh tokens.\n"


def test_a_dry_run_says_the_same_and_deletes_nothing(old_and_new: None) -> None:
    assert prune(dry_run=True) == (
        "Would delete 1 entries of the audit log, 1 revoked tokens, 1 refresh tokens.\n"
    )
    assert len(paths()) == 2
    assert keys() == [["good", "lately", "long ago"]] * 2


def test_it_can_be_silent(old_and_new: None) -> None:
    assert prune(verbosity=0) == ""
    assert len(paths()) == 1


def test_the_setting_says_how_long_entries_are_kept(old_and_new: None, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_RETENTION": timedelta(days=30)}
    prune()
    assert paths() == []


def test_entries_can_be_kept_for_ever(old_and_new: None, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_RETENTION": None}
    assert prune().startswith("Deleted 0 entries of the audit log, 1 revoked tokens")
    assert len(paths()) == 2


def test_a_token_that_is_good_by_the_leeway_stays_revoked(
    old_and_new: None, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"LEEWAY": 2 * DAY}
    prune()
    assert keys() == [["good", "lately", "long ago"]] * 2


def test_many_are_deleted_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune_jwt_auth, "BATCH", 2)
    for days in range(100, 105):
        add_entry(days * DAY)
    with CaptureQueriesContext(connection) as captured:
        assert prune().startswith("Deleted 5 entries of the audit log,")
    deletions = [each["sql"] for each in captured if "DELETE" in each["sql"]]
    assert len(deletions) == 3
    assert paths() == []
