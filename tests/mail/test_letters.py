"""What letters say, to whom, and when they are sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.mail import sending
from drupal_jwt_auth.mail.letters import Letter
from drupal_jwt_auth.mail.notifying import NOTICES, OF_SITE, notify
from drupal_jwt_auth.mail.sending import hand_over, send
from drupal_jwt_auth.models import ConfigObject
from tests.logs import notes

Commit = Callable[..., AbstractContextManager[list[Any]]]
LETTER = Letter("status_blocked", ("jane@example.com",), {"name": "jane", "site_name": "A"}, "en")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"MAIL_IN_BACKGROUND": False, "SITE_URL": "https://example.com"}


@pytest.fixture
def jane(db: None) -> User:
    return User.objects.create_user("jane", "jane@example.com", "secret")


def settings_of_site() -> UserSettings:
    return UserSettings(get_structure(Account(AnonymousUser()).stamp))


@pytest.fixture
def tell(django_capture_on_commit_callbacks: Commit) -> Callable[..., None]:
    """Tell a user something, and commit."""

    def tell(notice: str, user: Any, request: Any = None) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            notify(notice, user, settings_of_site(), request)

    return tell


@pytest.mark.parametrize("notice", NOTICES)
def test_each_notice_has_a_subject_and_greets_its_reader(
    jane: User, tell: Callable[..., None], settings: Settings, notice: str
) -> None:
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "NOTIFY": [notice]}

    tell(notice, jane)

    [message] = mail.outbox
    assert "example.com" in message.subject
    assert message.body.startswith("Hello jane,\n")
    assert message.to == ["jane@example.com"]
    assert ("https://example.com/user/reset/" in message.body) == NOTICES[notice].has_link


def test_those_who_look_after_the_site_are_told_who_waits(
    jane: User, tell: Callable[..., None], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "SITE_MAIL": "site@example.com"}

    tell("register_pending_approval", jane)

    to_jane, to_site = mail.outbox
    assert to_jane.to == ["jane@example.com"]
    assert to_site.to == ["site@example.com"]
    assert to_site.subject == "jane awaits approval at example.com"
    assert f"https://example.com/admin/auth/user/{jane.pk}/change/" in to_site.body
    assert {"register_pending_approval_admin"} == OF_SITE


@pytest.mark.parametrize("admins", [["a@example.com"], [("A", "a@example.com")]])
def test_else_it_is_the_admins_who_are_told(
    jane: User, tell: Callable[..., None], settings: Settings, admins: Any
) -> None:
    settings.ADMINS = admins
    # Without an admin, and where nothing tells the address of the site, there is no link.
    settings.ROOT_URLCONF = "drupal_jwt_auth.urls"

    tell("register_pending_approval", jane)

    assert mail.outbox[1].to == ["a@example.com"]
    assert "https://" not in mail.outbox[1].body


def test_without_anybody_to_tell_nothing_is_sent(jane: User, tell: Callable[..., None]) -> None:
    tell("register_pending_approval", jane)

    assert [message.to for message in mail.outbox] == [["jane@example.com"]]


def test_what_a_drupal_site_has_brought_decides(
    jane: User, tell: Callable[..., None], settings: Settings
) -> None:
    brought = {"register": "visitors", "verify_mail": False, "notify": {"status_blocked": True}}
    ConfigObject.objects.create(name="user.settings", data=brought)
    ConfigObject.objects.create(
        name="system.site", data={"name": "My <site>", "mail": "site@example.org"}
    )
    found = settings_of_site()

    tell("status_blocked", jane)

    assert (found.register, found.verify_mail, found.needs_approval) == ("visitors", False, False)
    assert found.site_mail == "site@example.org"
    assert mail.outbox[0].subject == "Your account at My <site> is blocked"


def test_what_no_site_can_have_brought_lets_nobody_register(db: None, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"REGISTER": "visitors"}
    assert settings_of_site().register == "visitors"

    ConfigObject.objects.create(name="user.settings", data={"register": "everybody"})
    assert settings_of_site().register == "admin_only"


@pytest.mark.parametrize("allowed", ["*", ".example"])
def test_a_host_that_anybody_may_choose_is_in_no_link(
    jane: User,
    tell: Callable[..., None],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    allowed: str,
) -> None:
    settings.DRUPAL_JWT_AUTH = {"MAIL_IN_BACKGROUND": False}
    request = RequestFactory().get("/", headers={"Host": "evil.example"})
    settings.ALLOWED_HOSTS = [allowed]

    tell("password_reset", jane, request)

    assert mail.outbox == []
    assert notes(caplog, logging.ERROR) == [
        "The mail password_reset was not sent: it is not known where the site is. Set SITE_URL."
    ]


def test_a_host_that_the_project_allows_is_in_links(
    jane: User, tell: Callable[..., None], settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"MAIL_IN_BACKGROUND": False}

    tell("password_reset", jane, RequestFactory().get("/", secure=True))

    assert "https://testserver/user/reset/" in mail.outbox[0].body


def test_nothing_is_sent_of_what_is_rolled_back(
    jane: User, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        notify("password_reset", jane, settings_of_site())
        assert mail.outbox == []
        transaction.set_rollback(True)
    assert mail.outbox == []


class TestUsersWhoAreLetInOrKeptOut:
    @pytest.fixture
    def saved(self, django_capture_on_commit_callbacks: Commit) -> Callable[..., None]:
        def saved(user: User, **kwargs: Any) -> None:
            with django_capture_on_commit_callbacks(execute=True):
                user.save(**kwargs)

        return saved

    def test_are_told_when_they_are_let_in(self, jane: User, saved: Callable[..., None]) -> None:
        User.objects.update(is_active=False)
        jane.is_active = True

        saved(jane)
        saved(jane)

        assert [each.subject for each in mail.outbox] == ["Your account at example.com is active"]

    def test_are_told_of_being_kept_out_where_the_site_does(
        self, jane: User, saved: Callable[..., None], settings: Settings
    ) -> None:
        jane.is_active = False
        saved(jane)
        assert mail.outbox == []

        settings.DRUPAL_JWT_AUTH |= {"NOTIFY": ["status_blocked"]}
        jane.is_active = True
        saved(jane)
        jane.is_active = False
        saved(jane, update_fields=["is_active"])

        assert [each.subject for each in mail.outbox] == ["Your account at example.com is blocked"]

    def test_cost_a_query_only_where_the_status_is_saved(
        self, jane: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            jane.save(update_fields=["last_login"])

    def test_are_told_nothing_of_what_a_fixture_brings(
        self, jane: User, django_capture_on_commit_callbacks: Commit
    ) -> None:
        User.objects.update(is_active=False)
        with django_capture_on_commit_callbacks(execute=True):
            jane.save_base(raw=True)
        assert mail.outbox == []


class TestALetter:
    def test_has_no_header_that_a_name_brings(self) -> None:
        name = "jane\r\nBcc: everybody@example.com"
        letter = Letter("register_pending_approval_admin", ("a@example.com",), {"name": name}, "en")

        send(letter)

        [message] = mail.outbox
        assert message.subject.startswith("jane Bcc: everybody@example.com awaits")
        assert "\nBcc" not in str(message.message()).partition("\n\n")[0]

    @pytest.mark.parametrize(
        "address", ["a@example.com, b@example.com", "a@example.com\nBcc: b@example.com", "nobody"]
    )
    def test_is_not_sent_to_what_is_no_address(
        self, caplog: pytest.LogCaptureFixture, address: str
    ) -> None:
        send(Letter("status_blocked", (address,), {}, "en"))

        assert mail.outbox == []
        assert notes(caplog, logging.ERROR) == [
            "The mail status_blocked was not sent: ValidationError."
        ]

    def test_has_html_where_the_project_has_a_template(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        folder = tmp_path / "drupal_jwt_auth/mail/status_blocked"
        folder.mkdir(parents=True)
        (folder / "body.html").write_text("<p>{{ name }}</p>")
        (folder / "subject.txt").write_text("Gone")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

        send(Letter("status_blocked", ("a@example.com",), {"name": "<b>"}, "en"))

        [message] = mail.outbox
        assert message.subject == "Gone"
        assert [each[0] for each in getattr(message, "alternatives", [])] == ["<p>&lt;b&gt;</p>"]

    def test_is_not_shown_where_it_is_printed(self) -> None:
        letter = Letter("status_blocked", ("jane@example.com",), {"link": "https://x"}, "en")

        assert "jane" not in repr(letter)
        assert "https" not in repr(letter)


class TestAMailServer:
    @pytest.fixture(autouse=True)
    def in_background(self, settings: Settings) -> None:
        settings.DRUPAL_JWT_AUTH = {"MAIL_IN_BACKGROUND": True}

    @pytest.fixture
    def slow(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
        """A server that takes its time, until the event."""
        answers = Event()
        send = EmailMessage.send
        monkeypatch.setattr(EmailMessage, "send", lambda self: answers.wait(10) and send(self))
        yield answers
        answers.set()

    def test_is_waited_for_by_nobody(self, slow: Event) -> None:
        hand_over(LETTER)
        assert mail.outbox == []

        slow.set()
        wait_for_mail()
        assert [message.to for message in mail.outbox] == [["jane@example.com"]]

    def test_is_sent_a_secret_letter_at_a_moment_that_nobody_knows(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With the others that have come meanwhile: there is one moment for all of them."""
        moments: Queue[float] = Queue()
        passed = Event()

        def sleep(seconds: float) -> None:
            moments.put(seconds)
            passed.wait(10)

        monkeypatch.setattr(sending, "sleep", sleep)
        for _ in range(3):
            hand_over(replace(LETTER, secret=True))
        first = moments.get(timeout=10)
        assert 0 <= first <= sending.SECRET_WITHIN
        assert mail.outbox == []
        passed.set()
        wait_for_mail()
        assert (len(mail.outbox), moments.empty()) == (3, True)

        hand_over(replace(LETTER, secret=True))
        wait_for_mail()
        assert (len(mail.outbox), moments.get() != first) == (4, True)

    def test_is_sent_no_more_than_so_many_letters_at_once(
        self, slow: Event, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(sending.MAX_WAITING + 1):
            hand_over(LETTER)

        assert notes(caplog, logging.ERROR) == [
            "The mail status_blocked was not sent: too many wait for the server."
        ]
        slow.set()
        wait_for_mail()
        assert len(mail.outbox) == sending.MAX_WAITING

    def test_that_is_down_is_logged_without_what_is_secret(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(self: EmailMessage) -> None:
            raise ConnectionRefusedError(f"{self.to} {self.body}")

        monkeypatch.setattr(EmailMessage, "send", fail)
        hand_over(LETTER)
        wait_for_mail()

        assert notes(caplog, logging.ERROR) == [
            "The mail status_blocked was not sent: ConnectionRefusedError."
        ]
        assert caplog.records[-1].exc_info is None


def wait_for_mail() -> None:
    """Wait until all that was handed over is sent: what is handed over last is sent last."""
    for _ in range(sending.MAX_WAITING):
        assert sending._places.acquire(timeout=10)
    for _ in range(sending.MAX_WAITING):
        sending._places.release()
