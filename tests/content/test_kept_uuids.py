"""UUIDs from which no key can be read are kept in rows (see also tests/host/test_user_keys.py)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import User
from django.core.management import call_command

from drupal_jwt_auth.content.user.kept_uuids import keep_missing_uuids, keep_uuid
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import make_user


def kept() -> dict[Any, str]:
    return dict(UserProfile.objects.values_list("user", "uuid"))


@pytest.fixture
def hashed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are of a kind that is not read from UUIDs."""
    monkeypatch.setattr("drupal_jwt_auth.content.user.kept_uuids.is_hashed", lambda key: True)


def test_a_number_needs_no_row(db: None) -> None:
    make_user("somebody")
    call_command("migrate", verbosity=0)
    assert kept() == {}


def test_a_new_user_gets_one(hashed: None) -> None:
    user = make_user("somebody")
    assert kept() == {user.pk: user_uuid(user.pk)}


def test_a_user_who_is_saved_again_keeps_the_one_that_there_is(hashed: None) -> None:
    user = make_user("somebody")
    UserProfile.objects.update(uuid="imported")
    user.save()
    keep_uuid(user, created=True, using="default")
    assert kept() == {user.pk: "imported"}


def test_nothing_else_that_is_saved_gets_one(hashed: None) -> None:
    UserProfile(uuid="x", user=make_user("somebody")).save()
    assert len(kept()) == 1


def test_migrate_makes_those_that_are_missing(hashed: None) -> None:
    made = make_user("somebody")
    users = User.objects.bulk_create([User(username=f"user{number}") for number in range(3)])
    call_command("migrate", verbosity=0)
    assert kept() == {user.pk: user_uuid(user.pk) for user in (made, *users)}


def test_before_the_apps_migrations_there_is_nothing_to_do(hashed: None) -> None:
    keep_missing_uuids(None, "default", Apps())
    assert kept() == {}


def test_another_database_gets_none(hashed: None, settings: Any) -> None:
    User.objects.bulk_create([User(username="somebody")])
    settings.DATABASE_ROUTERS = ["tests.content.test_kept_uuids.Elsewhere"]
    keep_missing_uuids(None, "default")
    assert kept() == {}


class Elsewhere:
    """Lets no database have this app's tables."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return app_label != "drupal_jwt_auth"
