"""The keys of users: whole numbers as PHP reads them, or else the texts of whatever they are."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models

from drupal_jwt_auth.fields.user_keys import key_in_text, read_key, to_user_key, wire_key

UUID = uuid.UUID("11111111-2222-4333-8444-5555555555aa")
KeyOf = Any


@pytest.fixture
def keys_are(monkeypatch: pytest.MonkeyPatch) -> KeyOf:
    """Let users have keys of such a field."""
    return lambda field: monkeypatch.setattr(User._meta, "pk", field)


def test_the_anonymous_user_is_0() -> None:
    assert wire_key(None) == 0


@pytest.mark.parametrize("value", [7, "7", " 7 ", "+7", 7.0])
def test_a_number_is_read_as_php_reads_it(value: Any) -> None:
    assert read_key(value) == to_user_key(value) == 7


@pytest.mark.parametrize("value", ["", "x", "07", "7.0", "7_0", "\u0667", 2**63, None, [], {}])
def test_anything_else_is_no_number(value: Any) -> None:
    assert read_key(value) is None
    assert to_user_key(value) is None


@pytest.mark.parametrize("value", [0, "0", 0.0])
def test_0_is_the_anonymous_user_whatever_the_keys_are(keys_are: KeyOf, value: Any) -> None:
    for field in (models.BigAutoField(), models.CharField(), models.UUIDField()):
        keys_are(field)
        assert read_key(value) == to_user_key(value) == 0


@pytest.mark.parametrize("value", [str(UUID), str(UUID).upper(), UUID.hex, f"{{{UUID}}}"])
def test_a_uuid_is_stored_in_one_way(keys_are: KeyOf, value: str) -> None:
    keys_are(models.UUIDField())
    assert read_key(value) == key_in_text(value) == UUID
    assert to_user_key(value) == wire_key(UUID) == str(UUID)


@pytest.mark.parametrize("value", ["", "x", 7, "7", True, str(UUID)[1:], [str(UUID)]])
def test_anything_else_is_no_uuid(keys_are: KeyOf, value: Any) -> None:
    keys_are(models.UUIDField())
    assert read_key(value) is None


@pytest.mark.parametrize(("value", "key"), [("zoë", "zoë"), (7, "7"), (True, "1"), (" 7", " 7")])
def test_a_text_is_taken_as_it_is(keys_are: KeyOf, value: Any, key: str) -> None:
    keys_are(models.CharField())
    assert read_key(value) == to_user_key(value) == key


@pytest.mark.parametrize("value", ["", "a\0", None, {}])
def test_anything_else_is_no_text(keys_are: KeyOf, value: Any) -> None:
    keys_are(models.CharField())
    assert read_key(value) is None


def test_a_decimal_is_stored_as_text(keys_are: KeyOf) -> None:
    keys_are(models.DecimalField(max_digits=5, decimal_places=0))
    assert (read_key(7), to_user_key(7), read_key("x"), read_key("NaN")) == (7, "7", None, None)
