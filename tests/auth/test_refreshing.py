"""``POST /rest_api/refresh``: new tokens without the password, each refresh token once."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth import tokens
from drupal_jwt_auth.auth.signals import token_issued, token_revoked
from drupal_jwt_auth.auth.tokens import refreshing, revoke_all, verify
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.models import RefreshToken, RevokedToken
from tests.headers import basic, bearer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.project")]

FORM = "application/x-www-form-urlencoded"
EXPIRED = (401, "TOKEN_EXPIRED")
GOOD = (200, None)


@pytest.fixture(autouse=True)
def _refresh_tokens_are_on(settings: Settings) -> None:
    """With no grace: TestGrace has it."""
    settings.DRUPAL_JWT_AUTH = {
        "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
        "REFRESH_TOKEN_GRACE": timedelta(0),
    }


seen: list[bool] = []
"""Whether a transaction was open, each time that it was noted."""


def note_transaction(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """Note it: a hook, and a receiver of a signal."""
    seen.append(connection.in_atomic_block)
    return {}


def delete_user(user: User, request: HttpRequest) -> dict[str, Any]:
    """Be a hook in whose time somebody deletes the user."""
    User.objects.filter(pk=user.pk).delete()
    return {}


def log_in() -> dict[str, Any]:
    response = APIClient().post("/rest_api/id_token", headers=basic("someone", "secret"))
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def refresh(token: Any) -> Any:
    return APIClient().post("/rest_api/refresh", {"refresh_token": token}, format="json")


def outcome(response: Any) -> tuple[int, str | None]:
    return response.status_code, response.json().get("error")


def get(token: str) -> tuple[int, str | None]:
    return outcome(APIClient().get("/whoami", headers=bearer(token)))


@pytest.fixture
def first(user: User) -> dict[str, Any]:
    """The answer to the user's login."""
    return log_in()


def test_a_login_brings_a_refresh_token(first: dict[str, Any]) -> None:
    assert list(first) == [
        "token_type",
        "iat",
        "expires_in",
        "jwt_token",
        "id_token",
        "refresh_token",
    ]
    assert len(first["refresh_token"]) == 43


@pytest.mark.django_db(transaction=True)
def test_a_user_who_is_deleted_meanwhile_gets_none(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {
        **settings.DRUPAL_JWT_AUTH,
        "CLAIMS": f"{__name__}.delete_user",
    }
    client = APIClient()
    answers = [
        client.post("/rest_api/id_token", headers=basic("someone", "secret")) for _ in range(2)
    ]
    assert [outcome(each) for each in answers] == [(503, None), (401, "INVALID_CREDENTIALS")]
    assert answers[0].headers["Retry-After"] == "1"
    assert not RefreshToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nor_one_who_is_deleted_during_a_refresh(first: dict[str, Any], settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {
        **settings.DRUPAL_JWT_AUTH,
        "CLAIMS": f"{__name__}.delete_user",
    }
    assert outcome(refresh(first["refresh_token"])) == EXPIRED


def test_by_default_there_are_none(user: User, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {}
    assert "refresh_token" not in log_in()
    response = refresh("x")
    assert response.status_code == 404
    assert response.json() == {
        "message": 'No route found for "POST http://testserver/rest_api/refresh"'
    }
    assert not RefreshToken.objects.exists()


def test_a_refresh_token_brings_new_tokens(first: dict[str, Any]) -> None:
    response = refresh(first["refresh_token"])
    second = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert list(second) == list(first)
    assert second["jwt_token"] != first["jwt_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert get(first["jwt_token"]) == get(second["jwt_token"]) == GOOD


def test_they_can_be_refreshed_again_and_again(first: dict[str, Any]) -> None:
    answer = first
    for _ in range(5):
        answer = refresh(answer["refresh_token"]).json()
    assert get(answer["jwt_token"]) == GOOD


def test_a_program_can_refresh_too(first: dict[str, Any], user: User) -> None:
    found, token = tokens.refresh(first["refresh_token"])
    assert found == user
    assert get(token.text) == (200, None)
    assert token.refresh_token != first["refresh_token"]


def test_the_parameter_may_come_as_a_form(first: dict[str, Any]) -> None:
    body = f"refresh_token={first['refresh_token']}"
    response = APIClient().generic("POST", "/rest_api/refresh", body, FORM)
    assert response.status_code == 200


def test_a_used_refresh_token_ends_the_login_that_it_is_of(first: dict[str, Any]) -> None:
    second = refresh(first["refresh_token"]).json()
    third = refresh(second["refresh_token"]).json()
    another_login = log_in()
    assert outcome(refresh(first["refresh_token"])) == EXPIRED
    assert outcome(refresh(third["refresh_token"])) == EXPIRED
    for answer in (first, second, third):
        assert get(answer["jwt_token"]) == EXPIRED
    assert get(another_login["jwt_token"]) == GOOD
    assert outcome(refresh(another_login["refresh_token"])) == GOOD


@pytest.mark.django_db(transaction=True)
def test_a_reuse_ends_the_login_where_each_request_is_a_transaction(first: dict[str, Any]) -> None:
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    try:
        second = refresh(first["refresh_token"]).json()
        assert outcome(refresh(first["refresh_token"])) == EXPIRED
    finally:
        connection.settings_dict["ATOMIC_REQUESTS"] = False
    assert outcome(refresh(second["refresh_token"])) == EXPIRED


@pytest.mark.parametrize("which", ["jwt_token", "refresh_token"])
def test_revoking_either_token_ends_the_login(first: dict[str, Any], which: str) -> None:
    second = refresh(first["refresh_token"]).json()
    APIClient().post("/rest_api/revoke", {"token": second[which]}, format="json")
    assert outcome(refresh(second["refresh_token"])) == EXPIRED
    assert get(first["jwt_token"]) == get(second["jwt_token"]) == EXPIRED


def test_a_used_refresh_token_is_noticed_after_its_end_too(first: dict[str, Any]) -> None:
    second = refresh(first["refresh_token"]).json()
    RefreshToken.objects.filter(used_at__isnull=False).update(expires_at=now())
    assert outcome(refresh(first["refresh_token"])) == EXPIRED
    assert get(second["jwt_token"]) == EXPIRED
    assert outcome(refresh(second["refresh_token"])) == EXPIRED


def test_a_login_is_ended_once_however_often_a_used_one_comes(first: dict[str, Any]) -> None:
    scopes: list[str] = []

    def receive(scope: str, **kwargs: Any) -> None:
        scopes.append(scope)

    refresh(first["refresh_token"])
    token_revoked.connect(receive)
    try:
        for _ in range(3):
            assert outcome(refresh(first["refresh_token"])) == EXPIRED
    finally:
        token_revoked.disconnect(receive)
    assert scopes == ["session"]
    assert RevokedToken.objects.count() == 1


def refresh_within_itself(token: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Refresh while the same token is being refreshed: return the answers, the inner one first."""
    check = refreshing._check

    def check_and_wait(*arguments: Any) -> None:
        check(*arguments)
        monkeypatch.setattr(refreshing, "_check", check)
        answers.append(refresh(token))

    answers: list[Any] = []
    monkeypatch.setattr(refreshing, "_check", check_and_wait)
    answers.append(refresh(token))
    return answers


def test_what_comes_at_the_same_time_is_used_again_too(
    first: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find it unused; the one that is second to use it ends the login."""
    inner, outer = refresh_within_itself(first["refresh_token"], monkeypatch)
    assert outcome(outer) == EXPIRED
    assert outcome(inner) == GOOD
    assert get(inner.json()["jwt_token"]) == EXPIRED


def test_where_there_are_none_any_more_none_is_good(
    first: dict[str, Any], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {}
    with pytest.raises(AuthenticationError) as refusal:
        refreshing.refresh(first["refresh_token"])
    assert refusal.value.error is Error.TOKEN_EXPIRED


def test_new_tokens_do_not_outlive_what_was_revoked_while_they_were_made(
    first: dict[str, Any], user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = refreshing._check

    def check_and_wait(*arguments: Any) -> None:
        check(*arguments)
        revoke_all(user)

    monkeypatch.setattr(refreshing, "_check", check_and_wait)
    second = refresh(first["refresh_token"]).json()
    monkeypatch.undo()
    assert get(second["jwt_token"]) == EXPIRED
    assert outcome(refresh(second["refresh_token"])) == EXPIRED


@pytest.mark.parametrize("token", ["x", "é", "\0", "x" * 100_000, "a.b.c"])
def test_an_unknown_refresh_token_is_refused(user: User, token: str) -> None:
    assert outcome(refresh(token)) == EXPIRED


def test_an_expired_one_is_refused(first: dict[str, Any]) -> None:
    RefreshToken.objects.update(expires_at=now())
    assert outcome(refresh(first["refresh_token"])) == EXPIRED


def test_a_jwt_is_no_refresh_token_nor_the_other_way_round(first: dict[str, Any]) -> None:
    assert outcome(refresh(first["jwt_token"])) == EXPIRED
    assert get(first["refresh_token"]) == (401, "SEGMENT_FAULT")


def test_an_inactive_user_is_blocked(first: dict[str, Any]) -> None:
    User.objects.update(is_active=False)
    assert outcome(refresh(first["refresh_token"])) == (403, "USER_BLOCKED")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{}", 'The parameter "refresh_token" is missing.'),
        ('{"refresh_token": ""}', 'The parameter "refresh_token" is missing.'),
        ('{"refresh_token": {}}', 'The parameter "refresh_token" is missing.'),
        ('{"refresh_token": true}', 'The parameter "refresh_token" is not a text.'),
    ],
)
def test_a_request_without_one_is_told_so(user: User, body: str, message: str) -> None:
    response = APIClient().generic("POST", "/rest_api/refresh", body, "application/json")
    assert (response.status_code, response.json()) == (400, {"message": message})


def test_another_method_is_refused(first: dict[str, Any]) -> None:
    response = APIClient().get("/rest_api/refresh", {"refresh_token": first["refresh_token"]})
    assert outcome(response) == (405, "INVALID_HTTP_METHOD")


def test_only_a_hash_of_a_refresh_token_is_stored(first: dict[str, Any]) -> None:
    (row,) = RefreshToken.objects.values()
    assert first["refresh_token"] not in json.dumps(row, default=str)
    assert row["key"] == hashlib.sha256(first["refresh_token"].encode()).hexdigest()


def test_all_tokens_of_a_login_name_it(first: dict[str, Any]) -> None:
    second = refresh(first["refresh_token"]).json()
    sessions = {verify(answer["jwt_token"]).session for answer in (first, second, log_in())}
    assert len(sessions) == 2
    assert None not in sessions


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_hooks_and_receivers_run(
    first: dict[str, Any], settings: Settings
) -> None:
    seen.clear()
    hook = {"CLAIMS": f"{__name__}.note_transaction"}
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, **hook}
    token_issued.connect(note_transaction)
    try:
        assert outcome(refresh(first["refresh_token"])) == GOOD
    finally:
        token_issued.disconnect(note_transaction)
    assert seen == [False, False]


@pytest.mark.usefixtures("no_audit_log")
def test_a_refresh_costs_few_queries(
    first: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The refresh token, its user, a savepoint around using it up, and the new one.
    with django_assert_num_queries(6):
        refresh(first["refresh_token"])


GRACE, SECOND = timedelta(seconds=30), timedelta(seconds=1)


class TestGrace:
    """For a short time after its use, a refresh token is answered again."""

    @pytest.fixture(autouse=True)
    def _default(self, settings: Settings) -> None:
        del settings.DRUPAL_JWT_AUTH["REFRESH_TOKEN_GRACE"]

    def let_pass(self, time: timedelta) -> None:
        """Let all refresh tokens have been used so much earlier."""
        for key, used_at in RefreshToken.objects.values_list("pk", "used_at"):
            if used_at is not None:
                RefreshToken.objects.filter(pk=key).update(used_at=used_at - time)

    def test_who_has_lost_the_answer_gets_it_again(self, first: dict[str, Any]) -> None:
        lost = refresh(first["refresh_token"]).json()
        self.let_pass(GRACE - timedelta(seconds=5))
        again = refresh(first["refresh_token"])
        assert outcome(again) == GOOD
        assert get(again.json()["jwt_token"]) == GOOD
        assert outcome(refresh(again.json()["refresh_token"])) == GOOD
        assert get(lost["jwt_token"]) == GOOD

    def test_it_has_a_token_of_its_own_and_the_refresh_token_of_the_first(
        self, first: dict[str, Any]
    ) -> None:
        one, other = (refresh(first["refresh_token"]).json() for _ in range(2))
        assert list(one) == list(other)
        assert one["jwt_token"] != other["jwt_token"]
        assert one["refresh_token"] == other["refresh_token"]
        assert RefreshToken.objects.count() == 2

    def test_what_comes_at_the_same_time_is_answered_alike(
        self, first: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both find it unused; the one that is second to use it is answered all the same."""
        answers = refresh_within_itself(first["refresh_token"], monkeypatch)
        assert list(map(outcome, answers)) == [GOOD, GOOD]
        assert len({answer.json()["refresh_token"] for answer in answers}) == 1

    def test_who_comes_late_gets_the_last_of_those_that_others_have_got_meanwhile(
        self, first: dict[str, Any]
    ) -> None:
        second = refresh(first["refresh_token"]).json()
        third = refresh(second["refresh_token"]).json()
        late = refresh(first["refresh_token"]).json()
        assert late["refresh_token"] == third["refresh_token"]
        assert outcome(refresh(late["refresh_token"])) == GOOD

    def test_who_is_too_many_behind_is_refused_and_ends_nothing(
        self, first: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(refreshing, "_MOST_FOLLOWED", 2)
        last = first
        for _ in range(3):
            last = refresh(last["refresh_token"]).json()
        assert outcome(refresh(first["refresh_token"])) == EXPIRED
        assert outcome(refresh(last["refresh_token"])) == GOOD

    def test_after_it_a_second_use_ends_the_login(self, first: dict[str, Any]) -> None:
        second = refresh(first["refresh_token"]).json()
        self.let_pass(GRACE)
        assert outcome(refresh(first["refresh_token"])) == EXPIRED
        assert get(second["jwt_token"]) == EXPIRED
        assert outcome(refresh(second["refresh_token"])) == EXPIRED

    def test_a_clock_that_is_set_back_does_not_prolong_it(self, first: dict[str, Any]) -> None:
        refresh(first["refresh_token"])
        self.let_pass(5 * SECOND - GRACE)
        second = refresh(first["refresh_token"]).json()
        assert get(second["jwt_token"]) == GOOD
        self.let_pass(-10 * SECOND)
        assert outcome(refresh(first["refresh_token"])) == EXPIRED
        assert get(second["jwt_token"]) == EXPIRED

    def test_it_runs_from_the_first_use_and_no_other_prolongs_it(
        self, first: dict[str, Any]
    ) -> None:
        refresh(first["refresh_token"])
        for _ in range(2):
            self.let_pass(timedelta(seconds=14))
            assert outcome(refresh(first["refresh_token"])) == GOOD
        self.let_pass(timedelta(seconds=2))
        assert outcome(refresh(first["refresh_token"])) == EXPIRED

    def test_a_thief_within_it_is_caught_when_both_have_gone_on(
        self, first: dict[str, Any]
    ) -> None:
        of_owner = refresh(first["refresh_token"]).json()
        of_thief = refresh(first["refresh_token"]).json()
        # An hour later each needs a new token.
        self.let_pass(timedelta(hours=1))
        answer = refresh(of_thief["refresh_token"])
        assert outcome(answer) == GOOD
        self.let_pass(timedelta(minutes=1))
        assert outcome(refresh(of_owner["refresh_token"])) == EXPIRED
        assert get(of_thief["jwt_token"]) == get(answer.json()["jwt_token"]) == EXPIRED
        assert outcome(refresh(answer.json()["refresh_token"])) == EXPIRED

    def test_nobody_but_the_site_can_make_the_next_from_one(
        self, first: dict[str, Any], settings: Settings
    ) -> None:
        settings.SECRET_KEY = "a-secret-key-of-another-site-which-is-long-enough-to-be-one"
        guessed = next(refreshing._successors(first["refresh_token"]))
        settings.SECRET_KEY = "another-secret-key-of-this-site-which-is-long-enough-to-be"
        assert guessed not in refreshing._successors(first["refresh_token"])

    def test_another_secret_key_changes_nothing_while_the_old_one_is_a_fallback(
        self, first: dict[str, Any], settings: Settings
    ) -> None:
        second = refresh(first["refresh_token"]).json()
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-secret-key-of-this-site-which-is-long-enough-to-be"
        again = refresh(first["refresh_token"]).json()
        assert again["refresh_token"] == second["refresh_token"]
        settings.SECRET_KEY_FALLBACKS = []
        assert outcome(refresh(first["refresh_token"])) == EXPIRED

    @pytest.mark.parametrize("end", ["revoke", "password", "inactive", "all"])
    def test_it_brings_nothing_back(self, first: dict[str, Any], user: User, end: str) -> None:
        refresh(first["refresh_token"])
        if end == "revoke":
            APIClient().post("/rest_api/revoke", {"token": first["jwt_token"]})
        elif end == "password":
            user.set_password("new")
            user.save()
        elif end == "all":
            revoke_all(user)
        else:
            User.objects.update(is_active=False)
        blocked = (403, "USER_BLOCKED")
        expected = blocked if end == "inactive" else EXPIRED
        assert outcome(refresh(first["refresh_token"])) == expected

    def test_it_does_not_prolong_the_next_one(self, first: dict[str, Any]) -> None:
        second = refresh(first["refresh_token"]).json()
        RefreshToken.objects.update(expires_at=now())
        assert outcome(refresh(first["refresh_token"])) == EXPIRED
        assert outcome(refresh(second["refresh_token"])) == EXPIRED

    def test_a_used_one_that_has_expired_meanwhile_is_answered(self, first: dict[str, Any]) -> None:
        refresh(first["refresh_token"])
        RefreshToken.objects.filter(used_at__isnull=False).update(expires_at=now())
        assert outcome(refresh(first["refresh_token"])) == GOOD

    def test_a_clock_of_another_machine_that_is_ahead_is_no_harm(
        self, first: dict[str, Any], settings: Settings
    ) -> None:
        refresh(first["refresh_token"])
        self.let_pass(timedelta(seconds=-5))
        assert outcome(refresh(first["refresh_token"])) == GOOD
        settings.DRUPAL_JWT_AUTH["REFRESH_TOKEN_GRACE"] = timedelta(0)
        assert outcome(refresh(first["refresh_token"])) == EXPIRED

    def test_rows_are_kept_as_long_as_what_was_made_by_it(
        self, first: dict[str, Any], settings: Settings
    ) -> None:
        refresh(first["refresh_token"])
        settings.DRUPAL_JWT_AUTH["TOKEN_LIFETIME"] = timedelta(days=30)
        again = refresh(first["refresh_token"]).json()
        last = RefreshToken.objects.get(used_at=None)
        assert last.kept_until.timestamp() == verify(again["jwt_token"]).expires_at

    def test_each_second_answer_is_logged(
        self, first: dict[str, Any], user: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", "drupal_jwt_auth")
        refresh(first["refresh_token"])
        message = f"A refresh token of user {user.pk} is answered once more."
        assert message not in caplog.messages
        refresh(first["refresh_token"])
        assert message in caplog.messages

    @pytest.mark.usefixtures("no_audit_log")
    def test_it_costs_few_queries(
        self, first: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        refresh(first["refresh_token"])
        # The refresh token, its user, and the one that followed.
        with django_assert_num_queries(3):
            refresh(first["refresh_token"])
