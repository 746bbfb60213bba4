"""``manage.py prune_jwt_auth`` deletes what is of no use any more, and nothing else."""

from __future__ import annotations

import time
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

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.management.commands import prune_jwt_auth
from drupal_jwt_auth.models import (
    AuditEntry,
    ContentEntry,
    FailedLogin,
    File,
    FileUsage,
    RefreshToken,
    RevokedToken,
    UploadName,
)
from drupal_jwt_auth.models.upload_name import KEPT

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def prune(**options: Any) -> str:
    """Run the command; return what is printed."""
    output = StringIO()
    call_command("prune_jwt_auth", stdout=output, **options)
    return output.getvalue()


def add_entry(age: timedelta) -> None:
    AuditEntry.objects.create(timestamp=now() - age, method="GET", path=str(age), status=401)


def add_content_entry(age: timedelta) -> None:
    ContentEntry.objects.create(
        timestamp=now() - age, action="created", entity_type="node", entity_id=str(age)
    )


def add_tokens(name: str, user: User, age: timedelta) -> None:
    """Add a revoked and a refresh token that expired so long ago."""
    RevokedToken.objects.create(key=name, expires_at=now() - age)
    add_refresh_token(name, user, age)


def add_refresh_token(
    name: str, user: User, age: timedelta, age_of_token: timedelta = timedelta.max
) -> None:
    """Add one that expired so long ago, and the token that came with it so long."""
    kept_until = now() - min(age, age_of_token)
    RefreshToken.objects.create(
        key=name, user=user, session=name, expires_at=now() - age, kept_until=kept_until
    )


def paths() -> list[str]:
    return sorted(AuditEntry.objects.values_list("path", flat=True))


def keys() -> list[list[str]]:
    return [
        sorted(model.objects.values_list("key", flat=True))
        for model in (RevokedToken, RefreshToken)
    ]


@pytest.fixture
def old_and_new(user: User) -> None:
    """Entries of 89 and 91 days, tokens that expired 23 and 25 hours ago, and one that has not.

    One failed login counts no more, and one does.
    """
    add_entry(89 * DAY)
    add_entry(91 * DAY)
    add_tokens("lately", user, 23 * HOUR)
    add_tokens("long ago", user, 25 * HOUR)
    for age in (89 * DAY, 91 * DAY):
        add_content_entry(age)
    add_tokens("good", user, -HOUR)
    for key, seconds in (("past", -1), ("counts", 60)):
        FailedLogin.objects.create(key=key, name="x", until=time.time() + seconds)


def test_prune_deletes_what_is_old_and_says_how_much(old_and_new: None) -> None:
    assert prune() == (
        "Deleted 1 entries of the audit log, 1 revoked tokens, 1 refresh tokens, "
        "1 failed logins, 1 entries of the content log, 0 temporary files.\n"
    )
    assert paths() == ["89 days, 0:00:00"]
    assert keys() == [["good", "lately"]] * 2
    assert FailedLogin.objects.get().key == "counts"
    assert ContentEntry.objects.get().entity_id == "89 days, 0:00:00"


def test_a_second_run_finds_nothing(old_and_new: None) -> None:
    prune()
    assert prune() == (
        "Deleted 0 entries of the audit log, 0 revoked tokens, 0 refresh tokens, "
        "0 failed logins, 0 entries of the content log, 0 temporary files.\n"
    )


def test_a_dry_run_says_the_same_and_deletes_nothing(old_and_new: None) -> None:
    assert prune(dry_run=True) == (
        "Would delete 1 entries of the audit log, 1 revoked tokens, 1 refresh tokens, "
        "1 failed logins, 1 entries of the content log, 0 temporary files.\n"
    )
    assert len(paths()) == 2
    assert keys() == [["good", "lately", "long ago"]] * 2


def test_prune_can_be_silent(old_and_new: None) -> None:
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


def test_a_token_that_is_good_by_the_leeway_stays_revoked(user: User, settings: Settings) -> None:
    """A day longer than that: clocks may differ."""
    settings.DRUPAL_JWT_AUTH = {"LEEWAY": 5 * HOUR}
    add_tokens("lately", user, 28 * HOUR)
    add_tokens("long ago", user, 30 * HOUR)
    prune()
    assert keys() == [["lately"]] * 2


def test_what_is_deleted_is_not_good_again_with_the_longest_leeway_there_is(
    old_and_new: None,
) -> None:
    prune()
    assert keys() == [["good", "lately"]] * 2
    assert app_settings.declared()["LEEWAY"].accepts(24 * HOUR)
    assert not app_settings.declared()["LEEWAY"].accepts(25 * HOUR)


def test_a_refresh_token_is_kept_as_long_as_the_token_that_came_with_it(user: User) -> None:
    add_refresh_token("long token", user, 9 * DAY, age_of_token=-HOUR)
    add_refresh_token("short token", user, 9 * DAY, age_of_token=10 * DAY)
    prune()
    assert keys() == [[], ["long token"]]


def test_a_login_stays_revoked_as_long_as_one_of_its_refresh_tokens_is_kept(user: User) -> None:
    """It was revoked while this one was made, and for less long."""
    RevokedToken.objects.create(key="login", expires_at=now() - 9 * DAY)
    RevokedToken.objects.create(key="another", expires_at=now() - 9 * DAY)
    add_refresh_token("login", user, -HOUR)
    assert "1 revoked tokens, 0 refresh tokens" in prune()
    assert keys() == [["login"], ["login"]]


def test_both_are_deleted_in_the_same_run(user: User) -> None:
    RevokedToken.objects.create(key="login", expires_at=now() - 9 * DAY)
    add_refresh_token("login", user, 2 * DAY)
    counts = "1 revoked tokens, 1 refresh tokens"
    assert counts in prune(dry_run=True)
    assert counts in prune()


def test_many_are_deleted_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune_jwt_auth, "BATCH", 2)
    for days in range(100, 105):
        add_entry(days * DAY)
    with CaptureQueriesContext(connection) as captured:
        assert prune().startswith("Deleted 5 entries of the audit log,")
    table = AuditEntry._meta.db_table
    deletions = [
        each["sql"] for each in captured if "DELETE" in each["sql"] and table in each["sql"]
    ]
    assert len(deletions) == 3
    assert paths() == []


@pytest.fixture
def uploads(db: None) -> None:
    """Temporary files of five and seven hours, a used one, and a permanent one."""
    for name, age in (("new", 5 * HOUR), ("old", 7 * HOUR), ("used", DAY), ("kept", DAY)):
        File.objects.create(filename=name, uri=name, status=name == "kept", changed=now() - age)
    used = File.objects.get(filename="used")
    FileUsage.objects.create(file=used, entity_type="node", entity_id="1")


def filenames() -> set[str]:
    return set(File.objects.values_list("filename", flat=True))


def test_a_temporary_file_that_nothing_has_used_for_six_hours_is_deleted(uploads: None) -> None:
    assert prune(dry_run=True).endswith("1 temporary files.\n")
    assert filenames() == {"new", "old", "used", "kept"}
    assert prune().endswith("1 temporary files.\n")
    assert filenames() == {"new", "used", "kept"}


def test_temporary_files_can_be_kept_for_ever(uploads: None, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"TEMPORARY_FILE_LIFETIME": None}
    assert prune().endswith("0 temporary files.\n")
    assert len(filenames()) == 4


@pytest.mark.django_db
def test_a_name_that_nobody_has_come_back_for_is_free_again() -> None:
    UploadName.objects.take("long ago")
    UploadName.objects.update(since=now() - KEPT)
    UploadName.objects.take("lately")
    prune(dry_run=True)
    assert UploadName.objects.count() == 2
    prune()
    assert UploadName.objects.take("long ago")
    assert not UploadName.objects.take("lately")
