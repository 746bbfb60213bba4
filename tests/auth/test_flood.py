"""Flood control: who has failed to log in too often has to wait, whatever the password is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User, UserManager
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth import credentials, flood, usernames
from drupal_jwt_auth.auth.flood import fold_username
from drupal_jwt_auth.errors import DocumentedError
from drupal_jwt_auth.models import FailedLogin, failed_login
from tests.headers import basic, basic_of
from tests.logs import notes
from tests.projects import answers_of

pytestmark = pytest.mark.urls("tests.project")

PATH = "/rest_api/id_token"
TOO_MANY = {
    "status": "error",
    "error": "TOO_MANY_REQUESTS",
    "error_description": "Too many requests. Please try again later.",
}
HOUR = 3600
PER_USER, PER_ADDRESS = 5, 50


def log_in(username: str, password: str, remote: str = "192.0.2.7", **headers: str) -> Any:
    client = APIClient(REMOTE_ADDR=remote)
    return client.post(PATH, headers={**basic(username, password), **headers})


def status(username: str, password: str, remote: str = "192.0.2.7", **headers: str) -> int:
    found: int = log_in(username, password, remote, **headers).status_code
    return found


def fail(times: int, username: str = "someone", remote: str = "192.0.2.7") -> None:
    statuses = [status(username, f"guess {number}", remote) for number in range(times)]
    assert statuses == [401] * times


def limit(settings: Settings, **values: Any) -> None:
    cache = settings.DRUPAL_JWT_AUTH.get("FLOOD_CACHE")
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": [], "FLOOD_CACHE": cache, **values}


class Clock:
    """The time as flood control, its table and its cache see it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(flood, "time", clock)
    monkeypatch.setattr(failed_login, "time", clock)
    monkeypatch.setattr("django.core.cache.backends.locmem.time", clock)
    monkeypatch.setattr("django.core.cache.backends.base.time", clock)
    return clock


@pytest.fixture
def logged_in() -> Iterator[list[User]]:
    """Who Django has said has logged in."""
    users: list[User] = []

    def receive(sender: object, user: User, **kwargs: Any) -> None:
        users.append(user)

    user_logged_in.connect(receive)
    yield users
    user_logged_in.disconnect(receive)


@pytest.fixture(params=[None, "default"], ids=["table", "cache"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Any:
    """Where failures are counted: in the database or in a cache."""
    limit(settings, FLOOD_CACHE=request.param)
    return request.param


@pytest.mark.usefixtures("store")
class TestLimits:
    def test_after_five_failures_the_right_password_is_refused_too(self, user: User) -> None:
        fail(PER_USER)
        response = log_in("someone", "secret")
        assert response.status_code == 429
        assert list(response.json().items()) == list(TOO_MANY.items())
        assert response.headers["Cache-Control"] == "no-store"
        assert "WWW-Authenticate" not in response.headers

    def test_the_client_is_told_when_it_may_come_back(self, user: User, clock: Clock) -> None:
        fail(2)
        clock.now += HOUR
        fail(3)
        clock.now += HOUR / 2
        assert log_in("someone", "secret").headers["Retry-After"] == str(int(4.5 * HOUR))

    def test_who_comes_back_when_told_is_let_in(self, user: User, clock: Clock) -> None:
        fail(PER_USER)
        wait = int(log_in("someone", "secret").headers["Retry-After"])
        assert wait == 6 * HOUR
        clock.now += wait - 1
        assert log_in("someone", "secret").headers["Retry-After"] == "1"
        clock.now += 1.5
        assert status("someone", "secret") == 200

    def test_the_window_slides(self, user: User, clock: Clock) -> None:
        for _ in range(PER_USER):
            fail(1)
            clock.now += HOUR
        # The first failure is five hours old, the last one hour.
        assert status("someone", "guess") == 429
        clock.now += HOUR + 1
        fail(1)
        assert status("someone", "secret") == 429
        clock.now += HOUR
        assert status("someone", "secret") == 200

    def test_who_is_refused_does_not_wait_longer_for_having_asked(
        self, user: User, clock: Clock
    ) -> None:
        fail(PER_USER)
        clock.now += HOUR
        for _ in range(60):
            assert log_in("someone", "guess").headers["Retry-After"] == str(5 * HOUR)
        clock.now += 5 * HOUR + 1
        assert status("someone", "secret") == 200

    def test_nothing_is_looked_up_while_refused(
        self, user: User, store: Any, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        fail(PER_USER)
        with django_assert_num_queries(0 if store else 1):
            assert status("someone", "secret") == 429

    def test_a_user_is_limited_at_each_address_for_itself(self, user: User) -> None:
        """So that nobody can lock a user out from elsewhere; as in Drupal."""
        fail(PER_USER)
        assert status("someone", "secret", "192.0.2.8") == 200
        assert status("someone", "secret") == 429

    def test_other_users_are_not_limited_with_one(self, user: User) -> None:
        User.objects.create_user("other", password="secret")
        fail(PER_USER)
        assert status("other", "secret") == 200

    def test_after_fifty_failures_an_address_is_refused_whoever_it_is(self, user: User) -> None:
        for number in range(PER_ADDRESS):
            fail(1, f"user {number}")
        response = log_in("someone", "secret")
        assert (response.status_code, response.json()) == (429, TOO_MANY)
        assert 0 < int(response.headers["Retry-After"]) <= HOUR
        assert status("someone", "secret", "192.0.2.8") == 200

    def test_a_success_clears_the_failures_of_the_user(self, user: User) -> None:
        for _ in range(3):
            fail(PER_USER - 1)
            assert status("someone", "secret") == 200
        fail(PER_USER)
        assert status("someone", "secret") == 429

    def test_a_login_clears_failures_with_the_name_in_another_case(self, user: User) -> None:
        for username, other in (("SOMEONE", "someone"), ("someone", "SomeOne")):
            fail(PER_USER - 1, username)
            assert status(other, "secret") == 200

    def test_a_success_does_not_clear_those_of_the_address(
        self, user: User, settings: Settings
    ) -> None:
        limit(settings, FLOOD_PER_ADDRESS=(4, timedelta(hours=1)))
        fail(3)
        assert status("someone", "secret") == 200
        fail(1)
        assert status("someone", "secret") == 429

    def test_successes_are_not_counted(self, user: User) -> None:
        assert {status("someone", "secret") for _ in range(60)} == {200}

    @pytest.mark.parametrize("username", ["nobody", "", "some\0one", "x" * 151])
    def test_a_name_that_nobody_has_is_limited_just_the_same(
        self, user: User, username: str
    ) -> None:
        fail(PER_USER, username)
        assert status(username, "guess") == 429

    def test_a_blocked_user_is_limited_just_the_same(self, user: User) -> None:
        User.objects.update(is_active=False)
        assert [status("someone", "secret") for _ in range(6)] == [403] * 5 + [429]

    @pytest.mark.parametrize(
        "headers",
        [{}, {"Authorization": "Basic !"}, {"Authorization": "Bearer x"}, basic_of(b"someone")],
    )
    def test_a_header_that_names_nobody_is_not_counted(
        self, user: User, headers: dict[str, str]
    ) -> None:
        client = APIClient(REMOTE_ADDR="192.0.2.7")
        assert {client.post(PATH, headers=headers).status_code for _ in range(60)} == {401}
        assert status("someone", "secret") == 200

    def test_a_refusal_is_logged_without_the_name(
        self, user: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        fail(PER_USER)
        log_in("someone", "secret")
        refusal = "Refused a login from 192.0.2.7: too many have failed."
        assert notes(caplog, logging.WARNING) == [refusal]


class TestSettings:
    def test_both_limits_can_be_set(self, user: User, settings: Settings) -> None:
        limit(
            settings,
            FLOOD_PER_USER=(1, timedelta(minutes=1)),
            FLOOD_PER_ADDRESS=(2, timedelta(minutes=2)),
        )
        fail(1)
        assert 0 < int(log_in("someone", "secret").headers["Retry-After"]) <= 60
        fail(1, "other")
        assert 60 < int(log_in("third", "secret").headers["Retry-After"]) <= 120

    def test_the_longer_wait_counts_where_both_are_reached(
        self, user: User, settings: Settings, clock: Clock
    ) -> None:
        limit(
            settings,
            FLOOD_PER_USER=(1, timedelta(minutes=1)),
            FLOOD_PER_ADDRESS=(1, timedelta(minutes=2)),
        )
        fail(1)
        assert log_in("someone", "secret").headers["Retry-After"] == "120"

    def test_each_can_be_switched_off(self, user: User, settings: Settings) -> None:
        limit(settings, FLOOD_PER_USER=None)
        fail(PER_ADDRESS)
        assert status("someone", "secret") == 429
        limit(settings, FLOOD_PER_ADDRESS=None)
        for number in range(PER_ADDRESS + 1):
            fail(1, f"user {number}", "192.0.2.8")
        fail(PER_USER, "someone", "192.0.2.8")
        assert status("someone", "secret", "192.0.2.8") == 429

    def test_without_limits_nothing_is_counted(self, user: User, settings: Settings) -> None:
        limit(settings, FLOOD_PER_USER=None, FLOOD_PER_ADDRESS=None)
        fail(60)
        assert not FailedLogin.objects.exists()
        assert status("someone", "secret") == 200

    def test_the_cache_can_be_chosen(self, user: User, settings: Settings) -> None:
        engine = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        settings.CACHES = {"default": engine, "logins": {**engine, "LOCATION": "logins"}}
        limit(settings, FLOOD_CACHE="logins")
        fail(PER_USER)
        caches["default"].clear()
        assert status("someone", "secret") == 429
        caches["logins"].clear()
        assert status("someone", "secret") == 200

    def test_the_table_gets_to_know_no_name_and_no_password(self, user: User) -> None:
        assert status("someone", "my guess") == 401
        rows = list(FailedLogin.objects.values_list())
        assert len(rows) == 2
        assert "someone" not in repr(rows)
        assert "guess" not in repr(rows)

    def test_a_cache_has_no_user_names(
        self, user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limit(settings, FLOOD_CACHE="default")
        kept: list[Any] = []
        add = LocMemCache.add

        def watch(self: Any, *arguments: Any) -> Any:
            kept.extend(arguments)
            return add(self, *arguments)

        monkeypatch.setattr(LocMemCache, "add", watch)
        assert status("someone", "my guess") == 401
        assert len(kept) == 6
        assert "someone" not in repr(kept)
        assert "guess" not in repr(kept)


class TestWaysRound:
    @pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
    def test_a_header_with_an_address_is_no_way_round(self, user: User, header: str) -> None:
        for number in range(PER_USER):
            assert status("someone", "guess", **{header: f"198.51.100.{number}"}) == 401
        assert status("someone", "secret", **{header: "198.51.100.99"}) == 429

    @pytest.mark.parametrize("invented", ["198.51.100.{}, ", "{}, ", ",", "", "203.0.113.9, {},"])
    def test_what_a_client_adds_to_what_the_proxy_says_is_no_way_round(
        self, user: User, settings: Settings, invented: str
    ) -> None:
        limit(settings, TRUSTED_PROXIES=1)
        sent = [f"{invented.format(number)}192.0.2.7" for number in range(PER_USER + 1)]
        statuses = [
            status("someone", "guess", "10.0.0.1", **{"X-Forwarded-For": each}) for each in sent
        ]
        assert statuses == [401] * PER_USER + [429]
        others = {"X-Forwarded-For": "192.0.2.7, 192.0.2.8"}
        assert status("someone", "secret", "10.0.0.1", **others) == 200

    def test_another_address_of_the_same_line_is_no_way_round(self, user: User) -> None:
        for number in range(PER_USER):
            fail(1, remote=f"2001:db8:0:1::{number}")
        assert status("someone", "secret", "2001:db8:0:1:ffff::1") == 429
        assert status("someone", "secret", "2001:db8:0:2::1") == 200

    def test_an_address_is_the_same_in_either_notation(self, user: User) -> None:
        fail(3, remote="192.0.2.7")
        fail(2, remote="::ffff:192.0.2.7")
        assert status("someone", "secret") == 429

    def test_all_whose_address_is_not_known_are_one(self, user: User) -> None:
        fail(3, remote="")
        fail(2, remote="unknown")
        assert status("someone", "secret", "") == 429

    def test_coming_round_a_proxy_with_another_address_each_time_is_no_way_round(
        self, user: User, settings: Settings
    ) -> None:
        limit(settings, TRUSTED_PROXIES=2)
        sent = [f"198.51.100.{number}" for number in range(PER_USER + 1)]
        statuses = [
            status("someone", "guess", "10.0.0.2", **{"X-Forwarded-For": each}) for each in sent
        ]
        assert statuses == [401] * PER_USER + [429]
        known = {"X-Forwarded-For": "198.51.100.1, 10.0.0.1"}
        assert status("someone", "secret", "10.0.0.2", **known) == 200

    @pytest.mark.parametrize(
        "username",
        [
            *("SOMEONE", "Someone", "sömeone", "so\u0308meone", "\uff53omeone", "\u017fomeone"),
            *("someone ", " someone", "some\u200bone", "some\u00adone", "someone\0", "sømeone"),
            *("someone\n", "so\ufeffmeone", "someone\u3000", "SØMEONE", "s\u0301omeone"),
        ],
    )
    def test_a_name_that_a_database_may_take_for_the_same_is_no_way_round(
        self, user: User, username: str
    ) -> None:
        assert fold_username(username) == fold_username("someone")
        fail(PER_USER, username)
        assert status("someone", "secret") == 429

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            *(("straße", "STRASSE"), ("Ægir", "aegir"), ("ﬁnn", "FINN"), ("Łukasz", "lukasz")),
            *(("İzmir", "izmir"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("σίσυφος", "σισυφοσ"), ("Ⅳ", "iv")),
        ],
    )
    def test_letters_that_collations_do_not_tell_apart_are_the_same(
        self, one: str, other: str
    ) -> None:
        assert fold_username(one) == fold_username(other)

    @pytest.mark.parametrize("other", ["someone1", "some one", "some", "someone.", "用户", ""])
    def test_other_names_are_others(self, other: str) -> None:
        assert fold_username(other) != fold_username("someone")

    def test_logging_in_in_between_with_a_name_much_the_same_is_no_way_round(
        self, user: User
    ) -> None:
        # No collation passes over a space at the beginning: there may be both.
        User.objects.create_user(" someone", password="own")
        assert fold_username(" someone") == fold_username("someone")
        for _ in range(PER_USER - 1):
            assert status("someone", "guess") == 401
            assert status(" someone", "own") == 200
        fail(1)
        assert status("someone", "secret") == 429

    def test_names_that_only_the_database_takes_for_the_same_are_no_way_round(
        self, user: User, monkeypatch: pytest.MonkeyPatch, clock: Clock
    ) -> None:
        # As the collations utf8mb4_unicode_ci and utf8mb4_0900_ai_ci of MySQL do.
        ignored, find = "\N{DEVANAGARI SIGN VISARGA}", UserManager.get_by_natural_key
        monkeypatch.setattr(
            UserManager,
            "get_by_natural_key",
            lambda manager, name: find(manager, name.replace(ignored, "")),
        )
        assert status(f"{ignored}someone", "secret") == 200
        for number in range(PER_USER):
            fail(1, f"some{ignored * number}{ignored}one")

        # It is not told: no such refusal is for names that nobody has.
        assert status(f"{ignored}someone", "secret") == 401
        User.objects.update(is_active=False)
        assert status(f"{ignored}someone", "secret") == 401
        assert status("someone", "secret") == 403
        User.objects.update(is_active=True)
        assert status(f"{ignored}nobody", "secret") == 401
        assert status("someone", "secret") == 200
        clock.now += 6 * HOUR
        assert status(f"{ignored}someone", "secret") == 200

    def test_a_very_long_name_costs_no_time(self, user: User) -> None:
        fail(PER_USER, "\ufdfa" * 2000)
        assert status("\ufdfa" * 2000, "guess") == 429

    @pytest.mark.parametrize("path", [f"{PATH}/", f"{PATH}?x=1", "/REST_API/ID_TOKEN"])
    def test_another_way_of_writing_the_path_is_no_way_round(self, user: User, path: str) -> None:
        fail(PER_USER)
        client = APIClient(REMOTE_ADDR="192.0.2.7")
        assert client.post(path, headers=basic("someone", "secret")).status_code == 429


class AllAtOnce(ModelBackend):
    """Answers when as many ask as there are, and knows the right password last of all."""

    GUESSES = 20
    together: threading.Barrier
    answered: threading.Semaphore

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> Any:
        self.together.wait(timeout=60)
        if password != "secret":
            return None
        for _ in range(self.GUESSES - 1):
            assert self.answered.acquire(timeout=60)
        return User(pk=1, username="someone", is_active=True)


class TestGuessesAtTheSameMoment:
    """All pass the first look, for none has failed yet; no more than the limit are answered."""

    @pytest.fixture(autouse=True)
    def all_at_once(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.AUTHENTICATION_BACKENDS = [f"{__name__}.AllAtOnce"]
        limit(settings, FLOOD_CACHE="default")
        together = threading.Barrier(AllAtOnce.GUESSES)
        monkeypatch.setattr(AllAtOnce, "together", together, raising=False)
        monkeypatch.setattr(AllAtOnce, "answered", threading.Semaphore(0), raising=False)
        # Threads have no database here, and need none.
        for find in ("_find", "_find_in_other_case"):
            monkeypatch.setattr(usernames, find, lambda username: None)

    def guess(self, password: str) -> int:
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = "192.0.2.7"
        try:
            credentials.check_credentials(request, "someone", password)
        except DocumentedError as refusal:
            AllAtOnce.answered.release()
            return refusal.status_code
        return 200

    def statuses(self, *passwords: str) -> list[int]:
        with ThreadPoolExecutor(len(passwords)) as threads:
            return list(threads.map(self.guess, passwords))

    def test_no_more_than_the_limit_are_answered(self) -> None:
        statuses = self.statuses(*map(str, range(AllAtOnce.GUESSES)))
        assert sorted(statuses) == [401] * PER_USER + [429] * (AllAtOnce.GUESSES - PER_USER)

    def test_the_right_password_among_the_guesses_is_not_told_beyond_the_limit(self) -> None:
        right, *others = self.statuses("secret", *map(str, range(AllAtOnce.GUESSES - 1)))
        assert right == 429
        assert others.count(401) == PER_USER


class TestSignals:
    def test_a_refused_login_is_not_signalled(self, user: User, logged_in: list[User]) -> None:
        fail(PER_USER)
        assert status("someone", "secret") == 429
        assert logged_in == []
        user.refresh_from_db()
        assert user.last_login is None

    def test_the_right_password_is_refused_when_others_have_failed_meanwhile(
        self, user: User, logged_in: list[User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verified = credentials.GuardedLogin._verified

        def verify_slowly(*arguments: Any) -> Any:
            found = verified(*arguments)
            monkeypatch.setattr(credentials.GuardedLogin, "_verified", verified)
            fail(PER_USER)
            return found

        monkeypatch.setattr(credentials.GuardedLogin, "_verified", verify_slowly)
        assert status("someone", "secret") == 429
        assert logged_in == []

    def test_each_wrong_password_is_signalled_and_what_is_not_looked_at_is_not(
        self, user: User
    ) -> None:
        failed: list[str] = []

        def receive(sender: object, **kwargs: Any) -> None:
            failed.append(kwargs["credentials"]["username"])

        user_login_failed.connect(receive)
        try:
            fail(PER_USER)
            assert status("someone", "guess") == 429
        finally:
            user_login_failed.disconnect(receive)
        assert failed == ["someone"] * PER_USER


class BrokenCache(LocMemCache):
    """A cache that is down."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("The cache is down.")

    get = get_many = add = delete_many = _refuse


class CacheWithoutDeletion(LocMemCache):
    """A cache that goes down at the end."""

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("The cache is down.")


class StubbornCache(LocMemCache):
    """A cache that says that all is free, and lets nobody have it."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return False


class TestCaches:
    @pytest.fixture
    def cached_in(self, settings: Settings) -> Callable[..., None]:
        def cached_in(engine: str, **options: Any) -> None:
            limit(settings, FLOOD_CACHE="default")
            settings.CACHES = {"default": {"BACKEND": engine, **options}}

        return cached_in

    def test_a_cache_that_is_down_does_not_block_logins_and_is_logged(
        self, user: User, cached_in: Callable[..., None], caplog: pytest.LogCaptureFixture
    ) -> None:
        cached_in(f"{__name__}.BrokenCache")
        fail(PER_USER + 1)
        assert status("someone", "secret") == 200
        message = "Flood control has nowhere to count: failed logins are not counted."
        assert caplog.records[0].getMessage() == message
        assert "The cache is down." in caplog.text
        assert "secret" not in caplog.text

    def test_a_missing_cache_does_not_block_logins(self, user: User, settings: Settings) -> None:
        limit(settings, FLOOD_CACHE="x")
        fail(PER_USER + 1)
        assert status("someone", "secret") == 200

    def test_a_cache_that_cannot_forget_does_not_block_logins(
        self, user: User, cached_in: Callable[..., None]
    ) -> None:
        cached_in(f"{__name__}.CacheWithoutDeletion")
        fail(1)
        assert status("someone", "secret") == 200

    def test_what_cannot_be_counted_is_not_answered(
        self, user: User, cached_in: Callable[..., None]
    ) -> None:
        cached_in(f"{__name__}.StubbornCache")
        response = log_in("someone", "guess")
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "1"
        assert status("someone", "secret") == 200

    @pytest.fixture
    def cache_table(self, transactional_db: None, cached_in: Callable[..., None]) -> Iterator[None]:
        """A table for the cache; MySQL makes none within a transaction that could be undone."""
        cached_in("django.core.cache.backends.db.DatabaseCache", LOCATION="logins")
        call_command("createcachetable")
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE logins")

    def test_a_table_of_the_database_is_one(self, cache_table: None, user: User) -> None:
        fail(PER_USER - 1)
        assert status("someone", "secret") == 200
        fail(PER_USER)
        assert status("someone", "secret") == 429

    def test_a_table_keeps_failures_where_requests_are_transactions(
        self, cache_table: None, user: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        fail(PER_USER)
        assert status("someone", "secret") == 429


class TestTable:
    """The table keeps values as a cache does."""

    pytestmark = pytest.mark.django_db

    def test_of_two_values_with_a_key_the_first_is_kept_while_it_counts(self, clock: Clock) -> None:
        add = FailedLogin.objects.add
        one = (clock.now + HOUR, "name", "one")
        assert add("a", one, HOUR)
        assert not add("a", (clock.now + HOUR, "name", "two"), HOUR)
        assert FailedLogin.objects.get_many(["a", "b"]) == {"a": one}
        clock.now += HOUR
        assert FailedLogin.objects.get_many(["a"]) == {}
        three = (clock.now + HOUR, "other", "three")
        assert add("a", three, HOUR)
        assert FailedLogin.objects.get_many(["a"]) == {"a": three}

    def test_what_is_forgotten_is_free_again(self, clock: Clock) -> None:
        for key in ("a", "b"):
            FailedLogin.objects.add(key, (clock.now + HOUR, "name", key), HOUR)
        FailedLogin.objects.delete_many(["a"])
        assert list(FailedLogin.objects.get_many(["a", "b"])) == ["b"]
        assert str(FailedLogin.objects.get()) == "b"

    def test_a_missing_table_does_not_block_logins_and_is_logged(
        self, user: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refuse(manager: Any) -> None:
            raise OperationalError("no such table")

        monkeypatch.setattr(failed_login.FailedLoginManager, "_written", refuse)
        fail(PER_USER + 1)
        assert status("someone", "secret") == 200
        assert "Flood control has nowhere to count" in caplog.text

    def test_the_table_keeps_failures_where_requests_are_transactions(
        self, transactional_db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
        User.objects.create_user("someone", password="secret")
        fail(PER_USER)
        assert status("someone", "secret") == 429


class TestUndone:
    """A failure stays counted where the request in which it was made undoes what it wrote."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture(autouse=True)
    def begin(self) -> None:
        flood.forget_taken()

    def guess(self) -> None:
        """Fail in a transaction that is undone."""
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = "192.0.2.7"
        control = flood.FloodControl(request, "someone")
        with transaction.atomic():
            control.record_failure(control.ensure_allowed())
            transaction.set_rollback(True)

    def test_failures_stay_counted_where_two_requests_overlap(self) -> None:
        """Neither sees what the other has written, and both are undone before either is over."""
        for number in (1, 2):
            requests = [copy_context(), copy_context()]
            for each in requests:
                each.run(self.guess)
            for each in requests:
                each.run(flood.count_once_more)
            assert FailedLogin.objects.count() == 2 * 2 * number
        fail(1)
        assert status("someone", "secret") == 429

    def test_a_failure_is_counted_at_once_where_the_database_can_do_that(self) -> None:
        self.guess()
        assert FailedLogin.objects.count() == (0 if connection.vendor == "sqlite" else 2)
        flood.count_once_more()
        assert FailedLogin.objects.count() == 2

    def test_a_failure_is_counted_once_where_nothing_is_undone(self) -> None:
        request = HttpRequest()
        with transaction.atomic():
            flood.FloodControl(request, "someone").record_failure({})
        flood.count_once_more()
        assert FailedLogin.objects.count() == 2

    def test_what_is_cleared_in_a_transaction_does_not_keep_the_next_failure_waiting(self) -> None:
        control = flood.FloodControl(HttpRequest(), "someone")
        with transaction.atomic():
            control.record_failure({})
            control.reset(control.ensure_allowed())
            control.record_failure(control.ensure_allowed())
        assert FailedLogin.objects.count() == 1 + 2


@pytest.fixture(scope="module")
def answers() -> Any:
    """What the project in tests/threaded_site answered."""
    return answers_of("tests.threaded_site")


class TestServers:
    """A server with threads, and a database that they share."""

    def test_guesses_over_several_connections_are_counted(self, answers: Any) -> None:
        invalid, refused = "INVALID_CREDENTIALS", "TOO_MANY_REQUESTS"
        assert answers["right"] == [200, 0, None]
        wrong = [(status, error) for status, _, error in answers["wrong"]]
        assert sorted(wrong) == [(401, invalid)] * PER_USER + [(429, refused)] * 19
        status, wait, error = answers["right again"]
        assert (status, error) == (429, refused)
        assert 0 < wait <= 6 * HOUR

    def test_guesses_of_the_same_moment_are_counted(self, answers: Any) -> None:
        statuses = answers["at the same moment"]
        assert sorted(statuses) == [401] * PER_USER + [429] * 7
