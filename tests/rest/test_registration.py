"""``POST /user/register``: who may make an account, what may be in it, and who is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.content.user import columns
from drupal_jwt_auth.content.user.entity import UserEntityType
from drupal_jwt_auth.content.user.profile import profile_of

PATH = "/user/register?_format=json"
JANE: dict[str, Any] = {"name": [{"value": "jane"}], "mail": [{"value": "jane@example.com"}]}
WITH_PASSWORD = {**JANE, "pass": [{"value": "correct-horse"}]}
PERMISSION = "restful post user_registration"
NO_CREDENTIALS = "MISSING_AUTHORIZATION_HEADER"

Commit = Callable[..., AbstractContextManager[list[Any]]]
Send = Callable[..., Any]
Choose = Callable[..., None]


@pytest.fixture
def choose(settings: Settings) -> Choose:
    """Choose settings of the app."""

    def choose(**chosen: Any) -> None:
        settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, **chosen}

    choose(MAIL_IN_BACKGROUND=False)
    return choose


@pytest.fixture(autouse=True)
def visitors(db: None, choose: Choose) -> None:
    """Visitors may register, without approval, and have to read the mail."""
    choose(REGISTER="visitors")
    role = Group.objects.get(name="anonymous")
    role.permissions.add(Permission.objects.get(codename=PERMISSION))


@pytest.fixture
def register(django_capture_on_commit_callbacks: Commit) -> Send:
    """Send a document, and let what waits for the end of transactions be done."""

    def register(document: Any, user: User | None = None, **more: Any) -> Any:
        client = APIClient()
        if user is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(user).text}")
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(PATH, document, format="json", **more)

    return register


class TestVisitors:
    def test_get_an_account_that_is_active_and_a_mail_with_a_link(self, register: Send) -> None:
        response = register(JANE)

        assert response.status_code == 200
        assert "Location" not in response.headers
        jane = User.objects.get()
        assert (jane.username, jane.email, jane.is_active) == ("jane", "jane@example.com", True)
        assert not jane.has_usable_password()
        [message] = mail.outbox
        assert message.to == ["jane@example.com"]
        assert "http://testserver/user/reset/" in message.body

    def test_are_answered_with_what_anybody_may_see(self, register: Send) -> None:
        assert list(register(JANE).json()) == [
            *("uid", "uuid", "langcode", "name", "created", "changed", "default_langcode")
        ]

    def test_send_a_password_where_no_mail_is_needed(self, register: Send, choose: Choose) -> None:
        choose(VERIFY_MAIL=False)

        response = register(WITH_PASSWORD)

        assert response.status_code == 200
        assert User.objects.get().check_password("correct-horse")
        assert mail.outbox == []

    def test_wait_for_approval_and_are_told_when_they_have_it(
        self, register: Send, choose: Choose, django_capture_on_commit_callbacks: Commit
    ) -> None:
        choose(
            REGISTER="visitors_admin_approval",
            SITE_MAIL="site@example.com",
            SITE_URL="https://example.com",
        )

        assert register(JANE).status_code == 200
        jane = User.objects.get()
        assert not jane.is_active
        assert [message.to for message in mail.outbox] == [
            ["jane@example.com"],
            ["site@example.com"],
        ]
        assert not any("/user/reset/" in str(message.body) for message in mail.outbox)

        jane.is_active = True
        with django_capture_on_commit_callbacks(execute=True):
            jane.save()
        assert mail.outbox[-1].to == ["jane@example.com"]
        assert "https://example.com/user/reset/" in mail.outbox[-1].body

    def test_may_say_what_is_theirs_to_say(self, register: Send) -> None:
        more = {"timezone": [{"value": "Europe/Berlin"}], "preferred_langcode": [{"value": "en"}]}

        assert register({**JANE, **more}).status_code == 200

        assert profile_of(User.objects.get()).timezone == "Europe/Berlin"

    def test_are_written_to_in_the_language_that_they_prefer(
        self, register: Send, choose: Choose, settings: Settings, tmp_path: Any
    ) -> None:
        choose(LANGCODES=["en", "de"])
        folder = tmp_path / "drupal_jwt_auth/mail/register_no_approval_required"
        folder.mkdir(parents=True)
        (folder / "subject.txt").write_text("{% load i18n %}{% translate 'Yes' %}")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

        register({**JANE, "preferred_langcode": [{"value": "de"}]})

        assert mail.outbox[0].subject == "Ja"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", True),
            ("roles", "administrator"),
            ("uid", 900),
            ("created", "2020-01-01T00:00:00+00:00"),
            ("access", 1),
            ("login", 1),
            ("init", "a@example.com"),
        ],
    )
    def test_set_nothing_that_is_for_administrators(
        self, register: Send, name: str, value: Any
    ) -> None:
        Group.objects.get_or_create(name="administrator")
        key = "target_id" if name == "roles" else "value"

        response = register({**JANE, name: [{key: value}]})

        assert response.status_code == 401
        assert response.json()["error"] == NO_CREDENTIALS
        assert not User.objects.exists()
        assert mail.outbox == []

    def test_need_a_password_that_the_project_takes(
        self, register: Send, choose: Choose, settings: Settings
    ) -> None:
        choose(VERIFY_MAIL=False)
        settings.AUTH_PASSWORD_VALIDATORS = [
            {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"}
        ]

        response = register({**JANE, "pass": [{"value": "12345678"}]})

        assert response.status_code == 422
        assert "pass: This password is entirely numeric.\n" in response.json()["message"]
        assert not User.objects.exists()

    def test_cannot_have_the_name_or_the_address_of_somebody(self, register: Send) -> None:
        User.objects.create_user("Jane", "JANE@example.com")

        response = register(JANE)

        assert response.status_code == 422
        assert response.json()["message"] == (
            "Unprocessable Entity: validation failed.\n"
            "name: The username jane is already taken.\n"
            "mail: The email address jane@example.com is already taken.\n"
        )
        assert mail.outbox == []

    @pytest.mark.parametrize("sent", [None, "", "0", " "])
    def test_have_no_password_with_an_empty_one(
        self, register: Send, choose: Choose, sent: str | None
    ) -> None:
        choose(VERIFY_MAIL=False)

        response = register({**JANE, "pass": [{"value": sent}]})

        assert (response.status_code, response.json()["message"]) == (422, "No password provided.")

    def test_are_as_many_queries_whatever_is_in_the_document(self, register: Send) -> None:
        def queries(document: Any) -> int:
            with CaptureQueriesContext(connection) as found:
                assert register(document).status_code == 200
            return len(found)

        register({"name": ["first"], "mail": ["first@example.com"]})
        number = queries(JANE)
        assert queries({"name": ["second"], "mail": ["second@example.com"]}) == number


class TestRefused:
    def test_is_everybody_by_default(self, register: Send, settings: Settings) -> None:
        settings.DRUPAL_JWT_AUTH = {}

        response = register(JANE)

        assert (response.status_code, response.json()["error"]) == (401, NO_CREDENTIALS)
        assert not User.objects.exists()

    def test_is_who_lacks_the_permission(self, register: Send) -> None:
        Group.objects.get(name="anonymous").permissions.clear()
        assert register(JANE).status_code == 401

        response = register(JANE, User.objects.create_user("plain"))
        assert response.status_code == 403
        assert response.json() == {"message": f"The '{PERMISSION}' permission is required."}

    def test_is_who_has_an_account(self, register: Send) -> None:
        response = register(JANE, User.objects.create_superuser("admin"))

        assert response.status_code == 403
        assert response.json() == {"message": "Only anonymous users can register a user."}

    def test_is_who_would_need_approval_where_nobody_can_be_kept_out(
        self, register: Send, choose: Choose, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        choose(REGISTER="visitors_admin_approval")
        known = columns.column_of
        monkeypatch.setattr(
            columns, "column_of", lambda name: None if name == "is_active" else known(name)
        )
        keys = UserEntityType.keys._replace(published=None)
        monkeypatch.setattr(UserEntityType, "keys", keys)

        assert register(JANE).status_code == 401

        choose(REGISTER="visitors")
        assert register(JANE).status_code == 200

    def test_is_who_would_get_a_mail_where_nobody_has_an_address(
        self, register: Send, choose: Choose, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(User, "EMAIL_FIELD", "address")

        assert register({"name": ["jane"]}).status_code == 401

        choose(VERIFY_MAIL=False)
        assert register({"name": ["jane"], "pass": ["correct-horse"]}).status_code == 200

    def test_is_who_has_tried_too_often(self, register: Send, choose: Choose) -> None:
        choose(FLOOD_REGISTRATIONS=(2, timedelta(minutes=10)))
        nobody: dict[str, Any] = {"name": []}
        assert [register(nobody).status_code for _ in range(2)] == [422, 422]

        response = register(JANE)

        assert response.status_code == 429
        assert response.json()["error"] == "TOO_MANY_REQUESTS"
        assert 590 < int(response.headers["Retry-After"]) <= 600
        assert register(JANE, REMOTE_ADDR="192.0.2.1").status_code == 200

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("", 400),
            ("{", 400),
            ("[]", 422),
            ("5", 422),
            ('"a"', 422),
            ("null", 422),
            ('{"name": "jane"}', 422),
            ('{"name": [{"value": "a\\u0000b"}], "mail": [{"value": "a@example.com"}]}', 422),
            ('{"name": [{"value": "jane"}], "mail": [{"value": "a\\u0000@example.com"}]}', 422),
            (
                '{"name": [{"value": "jane"}], "mail": [{"value": "a\\r\\nBcc: b@example.com"}]}',
                422,
            ),
            ('{"name": [{"value": {}}], "mail": [{"value": []}]}', 422),
            ('{"name": [{"value": "jane"}], "mail": [{"value": 1e400}]}', 422),
            ('{"nope": []}', 422),
            ('{"pass": {"a": 1}}', 422),
            (" " * 9_000_000, 413),
        ],
    )
    def test_is_what_describes_nobody(self, body: str, status: int) -> None:
        response = APIClient().generic("POST", PATH, body, content_type="application/json")

        assert response.status_code == status, response.content
        assert json.loads(response.content)["message"]
        assert not User.objects.exists()


class TestOtherRequests:
    def test_for_a_form_are_told_that_there_is_none(self, choose: Choose) -> None:
        client = APIClient()
        assert client.get(PATH).status_code == 406
        assert client.post(PATH, {}, format="multipart").status_code == 415

        choose(REGISTER="admin_only")
        for answer in (
            client.get(PATH),
            client.post(PATH, {}, format="multipart"),
            client.post("/user/register", JANE, format="json"),
        ):
            assert (answer.status_code, answer.json()) == (403, {"message": ""})

    def test_may_leave_out_the_format(self) -> None:
        assert APIClient().post("/user/register", JANE, format="json").status_code == 200

    @pytest.mark.parametrize("method", ["DELETE", "PATCH"])
    def test_are_for_a_user_whom_there_is_not(self, method: str) -> None:
        response = APIClient().generic(method, PATH, "{}", content_type="application/json")

        assert response.status_code == 404
        assert response.json()["message"] == (
            'The "user" parameter was not converted for the path "/user/{user}" '
            f'(route name: "rest.entity.user.{method}")'
        )
