"""Any user model works: here one with a UUID for a key and an e-mail address for a name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.projects import answers_of

OK = [200, None]
INVALID = [401, "INVALID_CREDENTIALS"]
NOT_FOUND = [401, "USER_INFORMATION_NOT_FOUND"]
BLOCKED = [403, "USER_BLOCKED"]
IS_EXACT = connection.vendor == "mysql"
"""The model's column is one of exact texts, where that is a choice: upper and lower case differ."""


@pytest.fixture(scope="module")
def answers() -> Any:
    """What the project in tests/email_user answered."""
    return answers_of("tests.email_user")


def test_a_token_names_the_user_by_its_key(answers: Any) -> None:
    assert answers["claims"]["sub"] == answers["key"]
    assert answers["claims"]["drupal"] == {"uid": answers["key"]}
    assert answers["who"] == {"id": answers["key"]}


def test_authentication_is_one_query(answers: Any) -> None:
    assert answers["queries"] == 1


def test_userinfo_has_the_users_own_key_and_address_and_no_groups(answers: Any) -> None:
    assert answers["userinfo"] == {
        "uid": answers["key"],
        "uuid": answers["key"],
        "name": "Zoë@example.com",
        "mail": "Zoë@example.com",
        "roles": ["authenticated"],
    }


def test_an_account_is_the_users_own(answers: Any) -> None:
    """The name is the address; what nobody can have, such as permissions, is refused."""
    seen = answers["account"].pop("seen")
    assert {seen[name][0]["value"] for name in ("uid", "uuid")} == {answers["key"]}
    assert {seen[name][0]["value"] for name in ("name", "mail")} == {"Zoë@example.com"}
    invalid = "Unprocessable Entity: validation failed.\nmail: {}\n"
    missing = "Your current password is missing or incorrect; it's required to change the Email."
    denied = "Access denied on updating field '{}'."
    assert answers["account"] == {
        "nobody's": 401,
        "time zone": [200, None],
        "address without a password": [422, invalid.format(missing)],
        "address alone": [200, None],
        "another name": [403, denied.format("name")],
        "refused by the model": [422, invalid.format("Enter a valid email address.")],
        "status": [403, denied.format("status")],
        "roles": [403, denied.format("roles")],
        "deleted": 403,
        "made": 403,
        "address": "moved@example.com",
    }


def test_an_account_is_made_under_its_address(answers: Any) -> None:
    """Name and address are one, and either changes both."""
    invalid = "Unprocessable Entity: validation failed.\n{}\n"
    ada, lovelace = ([{"value": f"{name}@example.com"}] for name in ("ada", "lovelace"))
    nameless = "name: You must enter a username.\nname: This value should not be null."
    both = "mail: Users are known by their email address: it is the name, too."
    taken = "name: The username LOVELACE@example.com is already taken."
    assert answers["administered"] == {
        "made": [201, ada, ada, [{"value": False}]],
        "name alone": [201, None],
        "mail alone": [422, invalid.format(nameless)],
        "no address": [422, invalid.format("mail: Enter a valid email address.")],
        "another address": [422, invalid.format(both)],
        "renamed": [lovelace, lovelace],
        "taken": [201, None] if IS_EXACT else [422, invalid.format(taken)],
        "let in": [{"value": True}],
        "deleted": [204, 404],
    }


def test_a_session_is_of_the_user(answers: Any) -> None:
    known = {"uid": answers["key"], "name": "Zoë@example.com"}
    assert answers["session"] == ["0", known, "1", 204, "0"]


def test_a_user_registers_and_gets_links(answers: Any) -> None:
    # One of them was asked for with the address in another case.
    mails = 2 if IS_EXACT else 3
    assert answers["registered"] == {
        "statuses": [200, 200, 200, 200],
        "to": [["new@example.com"]] * mails,
        "key": True,
        "token": True,
    }


def test_the_audit_log_names_the_user(answers: Any) -> None:
    assert answers["logged"] == [answers["key"], "200"]


def test_a_login_is_noted(answers: Any) -> None:
    assert answers["last login"]


def test_the_projects_defaults_for_drf_do_not_change_the_answers(answers: Any) -> None:
    assert answers["content type"] == "application/json"
    assert answers["no token"]["error"] == "MISSING_AUTHORIZATION_HEADER"


def test_a_user_has_one_name_in_tokens(answers: Any) -> None:
    subjects = dict(answers["subjects"])
    assert subjects.pop(answers["key"]) == OK
    assert len(subjects) == 8
    assert set(map(tuple, subjects.values())) == {tuple(NOT_FOUND)}


def test_users_log_in_with_their_address(answers: Any) -> None:
    [right, in_other_case, *wrong] = answers["credentials"].values()
    assert right == OK
    assert in_other_case == (INVALID if IS_EXACT else OK)
    assert wrong == [INVALID] * 5


def test_a_name_that_is_ambiguous_is_left_to_the_backend(answers: Any) -> None:
    assert answers["twins"] == [OK, INVALID]


def test_a_login_brings_the_hash_of_the_password_up_to_date(answers: Any) -> None:
    assert answers["new hash"] == ["scrypt$", 200, 200]


def test_a_user_who_is_imported_again_has_the_uuid_for_a_key(answers: Any) -> None:
    assert answers["imported"] == [["6f0ce3a8-1f5c-4c1a-9d0f-0d1a5ad1c1b2", {}]] * 2


def test_an_inactive_user_is_blocked(answers: Any) -> None:
    assert answers["inactive"] == [BLOCKED, INVALID, BLOCKED]
