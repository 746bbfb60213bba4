"""Users may have as little as a name and a password: accounts have what there is, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import answers_of

INVALID = "Unprocessable Entity: validation failed.\n{}\n"


@pytest.fixture(scope="module")
def answers() -> Any:
    """What the project in tests/bare_user answered."""
    return answers_of("tests.bare_user")


def test_who_has_no_permissions_makes_nobody(answers: Any) -> None:
    refused = [403, "The 'administer users' permission is required."]
    assert answers["stranger"] == refused


def test_what_users_have_no_place_for_is_the_same_for_all(answers: Any) -> None:
    seen, never = answers["own"]["seen"], "1970-01-01T00:00:00+00:00"
    assert (seen["uid"], seen["name"], seen["status"]) == (1, "Zoë", True)
    assert (seen["mail"], seen["roles"]) == (None, None)
    assert (seen["created"], seen["login"]) == (never, never)


def test_nobody_sets_what_there_is_no_place_for(answers: Any) -> None:
    denied = "Access denied on updating field '{}'."
    assert answers["own"]["refused"] == [
        *([403, denied.format(name)] for name in ("mail", "status", "login", "roles")),
        [403, f"{denied.format('uid')} The entity ID cannot be changed."],
    ]


def test_what_is_beside_the_user_is_changed_and_kept(answers: Any) -> None:
    assert answers["own"]["changed"] == {
        "created": "2001-01-01T00:00:00+00:00",
        "timezone": "Europe/Rome",
        "name": "Zoë B.",
    }
    assert answers["own"]["saved"] == "Zoë B."


def test_an_account_is_made_and_its_password_changed(answers: Any) -> None:
    made, logged_in, changed, passwords, again, *more, is_there = answers["made"]
    assert (made, logged_in, changed, passwords) == (201, 200, 200, [401, 200])
    taken = "name: The username ADA LOVELACE is already taken."
    assert again == [422, INVALID.format(taken)]
    denied = "Access denied on creating field '{}'."
    assert more == [[403, denied.format(name)] for name in ("mail", "status")]
    assert not is_there


def test_a_session_begins(answers: Any) -> None:
    wrong = "Sorry, unrecognized username or password."
    assert answers["session"] == [400, wrong, 200, "Zoë", "1"]


def test_nobody_registers_for_whom_a_mail_or_an_approval_would_never_come(answers: Any) -> None:
    *refused, is_there, registered, logged_in = answers["registered"]
    assert (refused, is_there) == ([401, 401, 401], False)
    assert (registered, logged_in) == (200, 200)


def test_a_forgotten_password_is_told_of_to_nobody(answers: Any) -> None:
    assert answers["passwords"] == [200, 200, 200, 0]


def test_an_account_goes_with_what_its_user_has_written(answers: Any) -> None:
    assert answers["deleted"] == [204, 404, 404, 1, 0, False]


def test_who_is_blocked_elsewhere_is_not_let_in_here(answers: Any) -> None:
    refusal, *shown = answers["imported"]
    assert refusal == (
        "users[0].status: 'anna' is blocked, and the users of this project cannot be."
    )
    never = "1970-01-01T00:00:00+00:00"
    assert shown == ["anna", None, True, "2001-09-09T01:46:40+00:00", never, None]


def test_ones_own_password_takes_the_present_one_and_ends_all_tokens(answers: Any) -> None:
    assert answers["password"] == [422, 200, 401, 200]
