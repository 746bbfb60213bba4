"""A user's UUID is made from the key, so that it is always the same, and found again by it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import can_be_foreseen, user_key, user_uuid
from tests.content.visitors import make_user


@pytest.mark.parametrize("key", [0, 1, 12, 2**31, 2**62 - 1, 2**62, 2**63 - 1, -1, -(2**63)])
def test_a_number_is_read_from_it_again(key: int) -> None:
    text = user_uuid(key)
    assert (uuid.UUID(text).version, uuid.UUID(text).variant) == (8, uuid.RFC_4122)
    assert user_key(text) == user_key(text.upper()) == key


def test_two_users_have_two() -> None:
    assert len({user_uuid(key) for key in range(100)}) == 100


@pytest.mark.parametrize("key", [2**63, -(2**63) - 1, "somebody"])
def test_any_other_key_is_hashed(key: Any) -> None:
    text = user_uuid(key)
    assert text == user_uuid(key)
    assert uuid.UUID(text).version == 5
    assert user_key(text) is None


@pytest.mark.parametrize("text", ["", "abc", "00000000-0000-4000-8000-000000000001", "\0"])
def test_nothing_else_stands_for_a_user(text: str) -> None:
    assert user_key(text) is None


def test_a_key_that_is_a_uuid_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    key = uuid.UUID("11111111-2222-4333-8444-555555555555")
    assert user_uuid(key) == str(key)
    monkeypatch.setattr(User._meta, "pk", models.UUIDField())
    assert user_key(str(key)) == key


FREE = "6f1b2c3d-1111-4000-8000-000000000001"
HASH = str(uuid.uuid5(uuid.NAMESPACE_DNS, "x"))


@pytest.mark.parametrize(
    ("kind", "foreseen", "others"),
    [
        (models.BigAutoField, [user_uuid(0), user_uuid(10**6), user_uuid(1).upper()], [HASH]),
        (models.CharField, [user_uuid("somebody"), user_uuid(0), HASH], []),
        (models.UUIDField, [], [user_uuid(1), HASH]),
    ],
)
def test_one_that_is_made_from_a_key_can_be_foreseen(
    monkeypatch: pytest.MonkeyPatch, kind: Any, foreseen: list[str], others: list[str]
) -> None:
    monkeypatch.setattr(User._meta, "pk", kind())
    assert all(map(can_be_foreseen, foreseen))
    assert not any(map(can_be_foreseen, [*others, FREE, "x", ""]))


def test_an_imported_one_wins(db: None) -> None:
    user = make_user("somebody")
    assert Account(user).uuid == user_uuid(user.pk)
    UserProfile.objects.create(user=user, uuid="their-own")
    assert Account(user).uuid == "their-own"


def test_the_anonymous_user_has_one_too(db: None) -> None:
    assert Account(None).uuid == user_uuid(0)
