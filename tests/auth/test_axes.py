"""django-axes, which listens to Django's signals, works beside flood control."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import answers_of

INVALID = [401, "INVALID_CREDENTIALS"]
LOCKED = [429, "Account locked"]


@pytest.fixture(scope="module")
def answers() -> Any:
    """What the project in tests/axes_project answered."""
    return answers_of("tests.axes_project")


def test_failures_reach_it_with_user_name_and_request(answers: Any) -> None:
    assert answers["failures"] == [INVALID, INVALID]
    attempt = ["someone", "192.0.2.7", "app", "/rest_api/id_token", 2]
    assert answers["attempts"] == [attempt]


def test_a_success_resets_them(answers: Any) -> None:
    assert answers["success"] == [200, []]


def test_its_lockout_is_its_own_answer_and_a_right_password_changes_nothing(answers: Any) -> None:
    assert answers["lockout"] == [INVALID, INVALID, LOCKED, LOCKED]


def test_its_lockout_can_be_the_documented_error(answers: Any) -> None:
    assert answers["own lockout"] == [429, "TOO_MANY_REQUESTS"]


def test_flood_control_counts_beside_it(answers: Any) -> None:
    """What axes refuses is a failure too, and after five of them axes is not asked any more."""
    assert answers["sixth"] == [429, "TOO_MANY_REQUESTS"]


def test_what_it_locks_out_is_its_own_choice(answers: Any) -> None:
    """By default an address, as axes calls it, and it can be told to forget."""
    assert answers["elsewhere"] == 200
    assert answers["after the reset"] == 200


def test_axes_decides_who_logs_in_before_a_hash_is_brought_up_to_date(answers: Any) -> None:
    guesses, refused, accepted = answers["outdated hash"]
    assert guesses == [INVALID, INVALID, LOCKED]
    assert refused == [LOCKED, "md5"]
    assert accepted == [200, "scrypt"]


def test_the_right_password_of_a_blocked_user_is_a_failure_to_it_too(answers: Any) -> None:
    assert answers["blocked"] == [[403, "USER_BLOCKED"]] * 2 + [LOCKED] * 2


def test_a_name_that_no_database_can_hold_is_no_harm(answers: Any) -> None:
    assert answers["names"] == [INVALID, INVALID]
    assert answers["names saved"] == ["blocked", "some\N{REPLACEMENT CHARACTER}one", "x" * 150]


class TestGuarded:
    """Where the guard for all of Django's logins follows it, at the admin too."""

    @pytest.fixture
    def guarded(self, answers: Any) -> Any:
        return answers["guarded"]

    def test_both_count_each_failure_once(self, guarded: Any) -> None:
        assert guarded["failures"] == [[200, True], INVALID]
        admin = ["Boss", "192.0.2.11", "browser", "/admin/login/", 1]
        endpoint = ["boss", "192.0.2.11", "app", "/rest_api/id_token", 1]
        assert guarded["attempts"] == [admin, endpoint]
        assert guarded["counted"] == 2 * 2

    def test_a_success_clears_both(self, guarded: Any) -> None:
        """What an address has failed is not forgotten by flood control."""
        assert guarded["success"] == [[302, False], [], 2]

    def test_the_lower_limit_comes_first(self, guarded: Any) -> None:
        assert guarded["lockout"] == [[200, True]] * 2 + [[429, False]] * 2
        failures, refused, attempts = guarded["flood"]
        assert failures == [[200, True]] * 5
        assert refused == [200, False]
        assert attempts == 1
