"""When somebody was here last: noted at most once in three minutes, known without a query."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.accounts import ACCESS_INTERVAL, Account
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.models.revision import now
from tests.content.user.accounts import change, look
from tests.content.visitors import Visitor, make_user


def access_of(user: User) -> datetime | None:
    found: datetime | None = UserProfile.objects.get(user=user).access
    return found


def test_the_first_request_makes_a_profile(member: User, own: Visitor) -> None:
    assert not UserProfile.objects.exists()
    assert look(own, member).status_code == 200
    profile = UserProfile.objects.get()
    assert profile.access is not None
    assert now() - profile.access < timedelta(minutes=1)
    assert profile.uuid == Account(member).uuid


@pytest.mark.parametrize(("ago", "moves"), [(170, False), (190, True)])
def test_it_moves_once_in_three_minutes(
    member: User, own: Visitor, *, ago: int, moves: bool
) -> None:
    before = now() - timedelta(seconds=ago)
    UserProfile.objects.create(user=member, uuid="m", access=before)
    with CaptureQueriesContext(connection) as captured:
        assert look(own, member).status_code == 200
    assert (access_of(member) != before) is moves
    writes = [each["sql"] for each in captured if each["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(writes) == moves


def test_nobody_has_none(member: User) -> None:
    look(Visitor(), member)
    assert not UserProfile.objects.exists()


def test_what_cannot_be_noted_refuses_nobody(
    member: User, own: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    UserProfile.objects.create(user=member, uuid="m")

    def busy(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(QuerySet, "update", busy)
    assert look(own, member).status_code == 200
    assert "could not be noted" in caplog.text


def test_a_change_leaves_what_was_noted_meanwhile(member: User, clerk: Visitor) -> None:
    moment = now() - 2 * ACCESS_INTERVAL
    UserProfile.objects.create(user=member, uuid="m", access=moment)
    assert change(clerk, member, timezone=["Europe/Zurich"]).status_code == 200
    assert access_of(member) == moment


def test_who_was_deleted_is_not_noted(db: None) -> None:
    account = Account(make_user("gone"))
    assert account.uuid
    User.objects.all().delete()
    account.note_access()
    assert not UserProfile.objects.exists()
