"""``POST /user/password``: a mail with a link, and nothing that tells whether one was sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.mail.letters import Letter
from tests.logs import notes

PATH = "/user/password?_format=json"
Commit = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture(autouse=True)
def at_once(settings: Settings) -> None:
    """Mails are sent before the answer, for the tests to see them."""
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "MAIL_IN_BACKGROUND": False}


@pytest.fixture
def ask(django_capture_on_commit_callbacks: Commit) -> Callable[..., Any]:
    """Send a body, and let what waits for the end of transactions be done."""

    def ask(body: Any, **more: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return APIClient().post(PATH, body, format="json", **more)

    return ask


@pytest.fixture
def jane(db: None) -> User:
    return User.objects.create_user("Jane", "Jane@example.com", "secret")


def addresses() -> list[str]:
    return [address for message in mail.outbox for address in message.to]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Jane"},
        {"name": "JANE"},
        {"name": " Jane "},
        {"mail": "jane@example.com"},
        {"name": "Jane", "mail": "somebody@example.com"},
        {"name": None, "mail": "Jane@example.com"},
    ],
)
def test_a_name_or_an_address_gets_its_user_a_mail(
    jane: User, ask: Callable[..., Any], body: Any
) -> None:
    response = ask(body)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"] == "application/json"
    assert addresses() == ["Jane@example.com"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "nobody"},
        {"name": ""},
        {"name": "jane@example.com"},
        {"name": "Jane\0"},
        {"name": "n" * 10_000},
        {"mail": "nobody@example.com"},
        {"mail": "jane@example.com\0"},
        {"mail": "jane@exámple.com"},
        {"mail": ""},
    ],
)
def test_nobody_gets_the_same_answer_and_no_mail(
    jane: User, ask: Callable[..., Any], body: Any
) -> None:
    response = ask(body)

    assert (response.status_code, response.content) == (200, b"")
    assert addresses() == []


def test_nobody_is_to_notice_whether_a_mail_is_sent(
    jane: User, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[Letter] = []
    monkeypatch.setattr("drupal_jwt_auth.mail.notifying.hand_over", letters.append)

    for name in ("Jane", "nobody"):
        ask({"name": name})

    assert [(letter.sent, letter.secret) for letter in letters] == [(True, True), (False, True)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing credentials.name or credentials.mail"),
        ([], "Missing credentials.name or credentials.mail"),
        ({"name": None}, "Missing credentials.name or credentials.mail"),
        ({"name": ["Jane"]}, "credentials.name must be a text."),
        ({"mail": 5}, "credentials.mail must be a text."),
    ],
)
def test_what_names_nobody_is_refused(
    db: None, ask: Callable[..., Any], body: Any, message: str
) -> None:
    response = ask(body)

    assert response.status_code == 400
    assert response.json() == {"message": message}


@pytest.mark.parametrize("body", ["", "{", '"Jane"', "\x00", "[[[["])
def test_a_body_that_is_no_document_is_refused(db: None, body: str) -> None:
    response = APIClient().generic("POST", PATH, body)

    assert response.status_code == 400
    assert response.json()["message"]


def test_a_body_is_no_longer_than_a_name_can_be(db: None) -> None:
    response = APIClient().generic("POST", PATH, " " * 200_000)

    assert response.status_code == 413


def test_the_content_type_does_not_matter(jane: User) -> None:
    response = APIClient().generic("POST", PATH, '{"name": "Jane"}', content_type="text/plain")

    assert response.status_code == 200


def test_only_active_users_get_one(jane: User, ask: Callable[..., Any]) -> None:
    User.objects.update(is_active=False)

    assert ask({"name": "Jane"}).status_code == 200
    assert addresses() == []


def test_who_never_had_a_password_gets_one_but_not_who_logs_in_without(
    jane: User, ask: Callable[..., Any]
) -> None:
    jane.set_unusable_password()
    jane.save()

    ask({"name": "Jane"})
    assert addresses() == ["Jane@example.com"]

    User.objects.update(last_login="2026-01-01T00:00:00Z")
    ask({"name": "Jane"})
    assert addresses() == ["Jane@example.com"]


def test_of_several_with_an_address_the_first_who_may_gets_one(
    jane: User, ask: Callable[..., Any]
) -> None:
    User.objects.create_user("June", "jane@example.com", "secret")
    User.objects.filter(pk=jane.pk).update(is_active=False)

    ask({"mail": "JANE@example.com"})

    assert addresses() == ["jane@example.com"]
    assert "Hello June," in mail.outbox[0].body


def test_a_user_without_an_address_gets_none(
    jane: User, ask: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.update(email="")

    assert ask({"name": "Jane"}).status_code == 200
    assert mail.outbox == []
    assert notes(caplog) == []


def test_users_may_have_no_addresses_at_all(
    jane: User, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "EMAIL_FIELD", "address")

    assert ask({"mail": "jane@example.com"}).status_code == 200
    assert ask({"name": "Jane"}).status_code == 200
    assert mail.outbox == []


def test_a_site_that_sends_no_such_mails_answers_the_same(
    jane: User, ask: Callable[..., Any], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "NOTIFY": []}

    assert ask({"name": "Jane"}).status_code == 200
    assert mail.outbox == []


def queries(ask: Callable[..., Any], body: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        ask(body)
    # The verb and the table: places of the limit are made, or used once more.
    return [" ".join(re.findall(r"[A-Z]{4,}|FROM \S+", each["sql"])[:3]) for each in queries]


@pytest.mark.parametrize(
    ("there", "not_there"),
    [
        ({"name": "Jane"}, {"name": "Joan"}),
        ({"name": "jane"}, {"name": "joan"}),
        ({"mail": "jane@example.com"}, {"mail": "joan@example.com"}),
    ],
)
def test_it_is_as_much_work_whether_or_not_there_is_somebody(
    jane: User,
    ask: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    there: Any,
    not_there: Any,
) -> None:
    written: list[str] = []
    make = mail.EmailMultiAlternatives.message

    def message(self: Any, **more: Any) -> Any:
        written.append(self.subject)
        return make(self, **more)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "message", message)
    ask({"name": "somebody else"})
    written.clear()

    of_somebody = queries(ask, there)
    made_for_somebody = list(written)
    written.clear()

    assert queries(ask, not_there) == of_somebody
    # Sending makes it once more.
    assert set(written) == set(made_for_somebody)
    assert addresses() == ["Jane@example.com"]


def test_one_user_gets_so_many_mails_and_nobody_is_told(
    jane: User, ask: Callable[..., Any]
) -> None:
    by_name = [ask({"name": "jane"}).status_code for _ in range(3)]
    by_address = [ask({"mail": "jane@example.com"}).status_code for _ in range(4)]
    elsewhere = ask({"name": "Jane"}, REMOTE_ADDR="192.0.2.1").status_code

    assert {*by_name, *by_address, elsewhere} == {200}
    assert len(mail.outbox) == 5


def test_a_client_may_ask_so_often_whoever_is_meant(
    db: None, ask: Callable[..., Any], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "FLOOD_PER_USER": None}
    answers = [ask({"name": f"user {n}"}) for n in range(51)]

    assert {each.status_code for each in answers[:50]} == {200}
    assert answers[50].status_code == 429
    assert answers[50].json()["error"] == "TOO_MANY_REQUESTS"
    assert 3500 < int(answers[50].headers["Retry-After"]) <= 3600
    assert ask({"name": "user"}, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_that_a_login_has_failed_too_often_does_not_matter(
    jane: User, ask: Callable[..., Any]
) -> None:
    client = APIClient(HTTP_AUTHORIZATION="Basic SmFuZTp3cm9uZw==")
    answers = [client.post("/rest_api/id_token").status_code for _ in range(6)]

    assert answers[-1] == 429
    assert ask({"name": "Jane"}).status_code == 200
    assert addresses() == ["Jane@example.com"]
