"""A refusal is the same amount of work for each name, by work that is counted and not timed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import argon2
import pytest
from django.contrib.auth.hashers import (
    BCryptSHA256PasswordHasher,
    PBKDF2PasswordHasher,
    PBKDF2SHA1PasswordHasher,
    ScryptPasswordHasher,
    make_password,
)
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth import timing
from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from drupal_jwt_auth.auth.timing import Clocks, level_refusal, read_clocks, spend_the_rest
from tests.auth.conftest import PASSWORD, REFUSAL, RUN, CountingHasher
from tests.hashes import ARGON2, BCRYPT, MD5, MD5_FIRST, SHA512
from tests.headers import basic

pytestmark = pytest.mark.urls("tests.project")

cheap_bcrypt = BCryptSHA256PasswordHasher()
cheap_bcrypt.rounds = 4
cheap_argon2 = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

HASHES: dict[str, Callable[[], str]] = {
    "preferred": lambda: make_password(PASSWORD),
    "fewer iterations": lambda: CountingHasher().encode(PASSWORD, 22 * "s", 10),
    "one iteration less": lambda: CountingHasher().encode(PASSWORD, 22 * "s", RUN - 1),
    "pbkdf2_sha1": lambda: PBKDF2SHA1PasswordHasher().encode(PASSWORD, 22 * "s", 10),
    "argon2": lambda: f"argon2{cheap_argon2.hash(PASSWORD)}",
    "bcrypt_sha256": lambda: cheap_bcrypt.encode(PASSWORD, cheap_bcrypt.salt()),
    "scrypt": lambda: ScryptPasswordHasher().encode(PASSWORD, 22 * "s", n=2),
    "md5": lambda: make_password(PASSWORD, hasher="md5"),
    "Drupal's bcrypt": lambda: encode_drupal_hash(BCRYPT),
    "Drupal's $S$": lambda: encode_drupal_hash(SHA512),
    "Drupal's $H$": lambda: encode_drupal_hash(MD5),
    "Drupal's U$S$": lambda: encode_drupal_hash(MD5_FIRST),
    "Drupal's Argon2": lambda: encode_drupal_hash(ARGON2),
    "no usable password": lambda: make_password(None),
    "of a hasher that is not there": lambda: "sha1$salt$0123456789abcdef0123456789abcdef01234567",
    "damaged": lambda: "pbkdf2_sha256$x",
    "damaged bcrypt": lambda: "bcrypt_sha256$$2b$12$short",
    "no hash at all": lambda: "",
}


def status(username: str, password: str) -> int:
    return APIClient().post("/rest_api/id_token", headers=basic(username, password)).status_code


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("kind", HASHES)
@pytest.mark.django_db
def test_a_wrong_password_is_the_same_work_whatever_the_hash(
    work: Callable[[], int], kind: str, is_active: bool
) -> None:
    User.objects.create(username="someone", password=HASHES[kind](), is_active=is_active)
    work()
    assert status("someone", "wrong") == 401
    assert work() == REFUSAL


@pytest.mark.parametrize(
    "username", ["nobody", "someones", "", "some\0one", "x" * 151, "\ufdfa" * 20]
)
@pytest.mark.django_db
def test_a_name_that_nobody_has_or_can_have_is_the_same_work(
    work: Callable[[], int], username: str
) -> None:
    User.objects.create(username="someone", password=make_password(PASSWORD))
    work()
    assert status(username, PASSWORD) == 401
    assert work() == REFUSAL


@pytest.mark.django_db
def test_a_name_in_another_case_is_the_same_work(work: Callable[[], int]) -> None:
    User.objects.create(username="someone", password=make_password(PASSWORD))
    work()
    assert status("SOMEONE", "wrong") == 401
    assert work() == REFUSAL
    assert status("SOMEONE", PASSWORD) == 200
    assert work() == RUN


@pytest.mark.django_db
def test_the_right_password_of_a_blocked_user_is_the_same_work(work: Callable[[], int]) -> None:
    User.objects.create(username="blocked", password=make_password(PASSWORD), is_active=False)
    work()
    assert status("blocked", PASSWORD) == 403
    assert work() == REFUSAL


@pytest.mark.django_db
def test_the_right_password_is_one_run(work: Callable[[], int]) -> None:
    User.objects.create(username="someone", password=make_password(PASSWORD))
    work()
    assert status("someone", PASSWORD) == 200
    assert work() == RUN


@pytest.mark.django_db
def test_a_refusal_is_as_much_work_where_an_older_hasher_is_the_costly_one(
    work: Callable[[], int], settings: Settings
) -> None:
    md5 = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [md5, f"{CountingHasher.__module__}.CountingHasher"]
    User.objects.create(username="new", password=make_password(PASSWORD))
    User.objects.create(username="old", password=CountingHasher().encode(PASSWORD, 22 * "s"))
    for username in ("new", "old", "nobody"):
        work()
        assert status(username, "wrong") == 401
        assert work() == REFUSAL


@pytest.mark.django_db
def test_where_there_is_no_pbkdf2_nothing_is_added(
    work: Callable[[], int], settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    assert status("nobody", "wrong") == 401
    assert work() == 0


# What was spent


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Clocks], None]:
    """Sets what the sample takes, which is an eighth of a run."""

    def clock(sample: Clocks) -> None:
        readings = iter([Clocks(0, 0, 0), sample])
        monkeypatch.setattr(timing, "read_clocks", lambda: next(readings))

    return clock


@pytest.mark.parametrize(
    ("spent", "sample", "expected"),
    [
        # A run is 8 seconds, and 10 are to be spent: 1 by the sample.
        (Clocks(0, 0, 0), Clocks(1, 1, 0), 1250),
        (Clocks(2, 2, 0), Clocks(1, 1, 0), 1000),
        # To be in the queue is no work, neither before nor in the sample.
        (Clocks(6, 2, 4), Clocks(1, 1, 0), 1000),
        (Clocks(6, 2, 4), Clocks(5, 1, 4), 1000),
        (Clocks(2, 2, 0), Clocks(5, 1, 4), 1000),
        # While the thread waits for something else, time goes by.
        (Clocks(2, 1, 0), Clocks(1, 1, 0), 1000),
        (Clocks(2, 0, 0), Clocks(1, 1, 0), 1000),
        # On a machine with twice the work, in that time half as much would have been done.
        (Clocks(5, 1, 2), Clocks(2, 1, 1), 1000),
        # As much as there is to be spent, or more: the sample is still taken.
        (Clocks(9, 9, 0), Clocks(1, 1, 0), 125),
        (Clocks(99, 99, 0), Clocks(1, 1, 0), 125),
        # Clocks that are read one after the other do not agree to the nanosecond.
        (Clocks(2, 2, 0.5), Clocks(1, 1, 0), 1000),
    ],
)
def test_what_was_spent_is_taken_off(
    work: Callable[[], int],
    clock: Callable[[Clocks], None],
    spent: Clocks,
    sample: Clocks,
    expected: int,
) -> None:
    clock(sample)
    level_refusal("wrong", spent)
    assert work() == expected


@pytest.mark.parametrize("iterations", [1, 2, 7, 8, 12])
def test_any_number_of_iterations_is_met(
    work: Callable[[], int],
    clock: Callable[[Clocks], None],
    monkeypatch: pytest.MonkeyPatch,
    iterations: int,
) -> None:
    monkeypatch.setattr(CountingHasher, "iterations", iterations)
    clock(Clocks(1, 1, 0))
    spend_the_rest("wrong", CountingHasher(), Clocks(0, 0, 0))
    assert work() == iterations


# The clocks


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What the system tells about the thread, as Linux does."""
    path = tmp_path / "schedstat"
    monkeypatch.setattr(timing, "SCHEDULER", path)
    monkeypatch.setattr(timing, "perf_counter", lambda: 9.0)
    monkeypatch.setattr(timing, "thread_time", lambda: 2.0)
    return path


def test_the_system_tells_how_long_the_thread_was_in_the_queue(scheduler: Path) -> None:
    scheduler.write_text("2000000000 1500000000 7\n")
    assert read_clocks() == Clocks(elapsed=9, running=2, queueing=1.5)


@pytest.mark.parametrize("content", [None, "", "0 0 0\n", "nonsense"])
def test_where_it_does_not_tell_all_waiting_counts_as_that(
    scheduler: Path, content: str | None
) -> None:
    if content is not None:
        scheduler.write_text(content)
    assert read_clocks() == Clocks(elapsed=9, running=2, queueing=7)


def test_a_clock_that_stands_still_is_no_harm(
    work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "read_clocks", lambda: Clocks(1, 1, 1))
    level_refusal("wrong", timing.Stopwatch().read())
    assert RUN <= work() <= REFUSAL


def test_a_stopwatch_tells_what_was_spent_since_it_was_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = iter([Clocks(1, 2, 3), Clocks(10, 4, 6)])
    monkeypatch.setattr(timing, "read_clocks", lambda: next(readings))
    assert timing.Stopwatch().read() == Clocks(elapsed=9, running=2, queueing=3)


def test_this_threads_own_work_is_read() -> None:
    stopwatch = timing.Stopwatch()
    PBKDF2PasswordHasher().encode("password", "salt", 10_000)
    spent: Any = stopwatch.read()
    assert 0 < spent.running <= spent.elapsed
