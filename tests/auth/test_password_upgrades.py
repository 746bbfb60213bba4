"""A new hash of the same password is stored only in the place of the one that it was made for."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import (
    MD5PasswordHasher,
    PBKDF2PasswordHasher,
    check_password,
    make_password,
)
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest
from django.test.utils import isolate_apps
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.headers import basic, bearer

pytestmark = pytest.mark.urls("tests.project")

Outcome = tuple[int, str | None]
OK: Outcome = (200, None)
INVALID: Outcome = (401, "INVALID_CREDENTIALS")
BLOCKED: Outcome = (403, "USER_BLOCKED")

PASSWORD = "correct horse"
NEW_PASSWORD = "battery staple"
ADDRESS = "someone@example.com"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class NewHasher(PBKDF2PasswordHasher):
    """The preferred hasher, quick enough for tests."""

    iterations = 10


class OldHasher(MD5PasswordHasher):
    """The hasher of old hashes."""


class WatchfulNewHasher(NewHasher):
    """The same, and sees to it that no transaction is open while it works."""

    runs = 0

    def encode(self, *args: Any) -> str:
        assert not connection.in_atomic_block
        WatchfulNewHasher.runs += 1
        return super().encode(*args)


class WatchfulOldHasher(OldHasher):
    """As the new one."""

    def encode(self, *args: Any) -> str:
        assert not connection.in_atomic_block
        return super().encode(*args)


class EmailBackend(BaseBackend):
    """Finds users by what is not their name, and checks the password as all do."""

    users: Any = User.objects

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = self.users.filter(email=credentials["username"]).first()
        return user if user and user.check_password(credentials["password"]) else None


class ProxyBackend(EmailBackend):
    """The same with a model of the project's own for the same users."""

    @property
    def users(self) -> Any:
        with isolate_apps("tests"):

            class Person(User):
                class Meta:
                    proxy = True
                    app_label = "tests"

        return Person.objects


class SettingBackend(BaseBackend):
    """Believes what another system says, and keeps the password for when that is down."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user = User.objects.get(username=credentials["username"])
        user.set_password(credentials["password"])
        user.save(update_fields=["password"])
        return user


class ImpersonatingBackend(BaseBackend):
    """Lets an administrator in as somebody else: with the name of both, and the one's password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        administrator, _, name = credentials["username"].partition("/")
        user = User.objects.get(username=administrator)
        is_right = user.check_password(credentials["password"])
        return User.objects.get(username=name) if is_right else None


@pytest.fixture(autouse=True)
def _password_hashers(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.NewHasher", f"{__name__}.OldHasher"]


@pytest.fixture
def user(db: None, _password_hashers: None) -> User:
    """A user whose hash is out of date."""
    old = make_password(PASSWORD, hasher="md5")
    return User.objects.create(username="someone", email=ADDRESS, password=old)


@pytest.fixture
def failures() -> Iterator[list[str]]:
    """The names that were told as those of failures."""
    names: list[str] = []

    def note(sender: object, credentials: dict[str, str], **kwargs: Any) -> None:
        names.append(credentials["username"])

    user_login_failed.connect(note)
    yield names
    user_login_failed.disconnect(note)


def log_in(username: str = "someone", password: str = PASSWORD) -> Any:
    return APIClient().post("/rest_api/id_token", headers=basic(username, password))


def outcome(response: Any) -> Outcome:
    return response.status_code, response.json().get("error")


def is_good(response: Any) -> bool:
    """Whether the token of an answer is good now."""
    headers = bearer(response.json()["jwt_token"])
    return bool(APIClient().get("/rest_api/userinfo", headers=headers).status_code == 200)


def stored() -> str:
    return str(User.objects.values_list("password", flat=True).get(username="someone"))


@contextmanager
def meanwhile(action: Callable[[], Any], statement: int) -> Iterator[None]:
    """Do something after so many statements about users: others are never far away."""
    table = connection.ops.quote_name("auth_user")
    statements = 0

    def execute(execute: Any, sql: str, *args: Any) -> Any:
        nonlocal statements
        if table not in sql or statements < 0:
            return execute(sql, *args)
        statements += 1
        if statements <= statement:
            return execute(sql, *args)
        statements = -1
        action()
        return execute(sql, *args)

    with connection.execute_wrapper(execute):
        yield
    assert statements == -1


# After it is read by the backend, once more to be compared, and when it has been stored.
WHILE_IT_IS_CHECKED = (2, 3, 4)


@pytest.mark.parametrize(
    ("backend", "username"),
    [
        (MODEL_BACKEND, "someone"),
        (f"{__name__}.EmailBackend", ADDRESS),
        (f"{__name__}.ProxyBackend", ADDRESS),
    ],
)
class TestEachBackend:
    """Whatever a backend finds users by, if only it checks passwords as Django does."""

    @pytest.fixture(autouse=True)
    def _backend(self, settings: Settings, backend: str) -> None:
        settings.AUTHENTICATION_BACKENDS = [backend]

    def test_a_login_brings_the_hash_up_to_date(self, user: User, username: str) -> None:
        response = log_in(username)
        assert outcome(response) == OK
        assert stored().startswith("pbkdf2_sha256$10$")
        assert check_password(PASSWORD, stored())
        assert is_good(response)
        assert is_good(log_in(username))
        assert is_good(response)

    @pytest.mark.parametrize("statement", WHILE_IT_IS_CHECKED)
    def test_the_hash_of_another_login_stays(
        self, user: User, username: str, statement: int
    ) -> None:
        others = make_password(PASSWORD)
        with meanwhile(lambda: User.objects.update(password=others), statement):
            response = log_in(username)
        assert outcome(response) == OK
        assert stored() == others
        assert is_good(response)

    @pytest.mark.parametrize("statement", WHILE_IT_IS_CHECKED)
    @pytest.mark.parametrize("hasher", ["default", "md5"])
    def test_a_changed_password_stays_and_the_old_one_is_wrong(
        self, user: User, failures: list[str], username: str, statement: int, hasher: str
    ) -> None:
        changed = make_password(NEW_PASSWORD, hasher=hasher)
        with meanwhile(lambda: User.objects.update(password=changed), statement):
            assert outcome(log_in(username)) == INVALID
        assert stored() == changed
        assert failures == [username]


def test_a_wrong_password_leaves_the_hash_as_it_is(user: User) -> None:
    assert outcome(log_in(password="wrong")) == INVALID
    assert stored() == user.password


def test_the_right_password_of_a_blocked_user_brings_the_hash_up_to_date(user: User) -> None:
    User.objects.update(is_active=False)
    assert outcome(log_in()) == BLOCKED
    assert check_password(PASSWORD, stored())
    assert stored().startswith("pbkdf2_sha256$10$")


def test_a_blocked_user_whose_password_is_changed_meanwhile_was_wrong(
    user: User, failures: list[str]
) -> None:
    User.objects.update(is_active=False)
    changed = make_password(NEW_PASSWORD)
    with meanwhile(lambda: User.objects.update(password=changed), 2):
        assert outcome(log_in()) == INVALID
    assert stored() == changed
    assert failures == ["someone"]


def test_a_backend_may_set_the_password(user: User, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.SettingBackend"]
    response = log_in(password=NEW_PASSWORD)
    assert check_password(NEW_PASSWORD, stored())
    assert is_good(response)


def test_a_backend_may_check_the_password_of_another_user(user: User, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.ImpersonatingBackend"]
    User.objects.create(username="another", password=make_password(NEW_PASSWORD))
    response = log_in("someone/another")
    assert is_good(response)
    assert stored().startswith("pbkdf2_sha256$10$")


def test_other_logins_are_left_to_django(user: User) -> None:
    others = make_password(PASSWORD)
    with meanwhile(lambda: User.objects.update(password=others), 1):
        assert authenticate(None, username="someone", password=PASSWORD) == user
    assert check_password(PASSWORD, stored())
    assert stored() != others


def test_receivers_see_a_text_and_may_do_with_it_what_they_do_with_others(user: User) -> None:
    seen: list[str] = []

    def keep(instance: Model, update_fields: Any, **kwargs: Any) -> None:
        if not isinstance(instance, get_user_model()) or update_fields != {"password"}:
            return
        assert isinstance(instance.password, str)
        copies = copy.deepcopy(instance), pickle.loads(pickle.dumps(instance))
        assert [type(copied.password) for copied in copies] == [str, str]
        for kept in (instance, *copies):
            name = f"copy {len(seen)}"
            User.objects.create(username=name, password=kept.password)
            User.objects.filter(username=name).update(first_name=kept.password[:20])
            assert User.objects.filter(username=name, password=kept.password).exists()
            seen.append(kept.password)

    for signal in (pre_save, post_save):
        signal.connect(keep)
    try:
        assert is_good(log_in())
    finally:
        for signal in (pre_save, post_save):
            signal.disconnect(keep)
    assert seen == [stored()] * 6


def test_who_is_told_of_the_login_sees_what_is_stored(user: User) -> None:
    seen: list[tuple[type, str]] = []

    def note(sender: object, user: User, **kwargs: Any) -> None:
        seen.append((type(user.password), user.password))

    others = make_password(PASSWORD)
    user_logged_in.connect(note)
    try:
        with meanwhile(lambda: User.objects.update(password=others), 3):
            log_in()
    finally:
        user_logged_in.disconnect(note)
    assert seen == [(str, others)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("username", "password", "expected"),
    [
        ("someone", PASSWORD, OK),
        ("someone", "wrong", INVALID),
        ("blocked", PASSWORD, BLOCKED),
        ("blocked", "wrong", INVALID),
        ("nobody", "wrong", INVALID),
        ("", "wrong", INVALID),
    ],
)
def test_no_transaction_is_open_while_a_password_is_hashed(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    username: str,
    password: str,
    expected: Outcome,
) -> None:
    for name in ("someone", "blocked"):
        old = make_password(PASSWORD, hasher="md5")
        User.objects.create(username=name, password=old, is_active=name == "someone")
    settings.PASSWORD_HASHERS = [f"{__name__}.Watchful{age}Hasher" for age in ("New", "Old")]
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    WatchfulNewHasher.runs = 0
    assert outcome(log_in(username, password)) == expected
    assert WatchfulNewHasher.runs
