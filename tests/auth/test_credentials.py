"""User name and password are checked by Django, and a failure tells nothing but itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

import bcrypt
import pytest
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher, make_password
from django.contrib.auth.models import User, UserManager
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection
from django.dispatch import Signal
from django.http import HttpRequest
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.credentials import GuardedLogin
from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from drupal_jwt_auth.auth.usernames import Named
from drupal_jwt_auth.models import AuditEntry, FailedLogin
from tests.headers import basic, basic_of
from tests.names import is_one_name

pytestmark = pytest.mark.urls("tests.project")

PATH = "/rest_api/id_token"
OK = (200, None)
INVALID = (401, "INVALID_CREDENTIALS")
BLOCKED = (403, "USER_BLOCKED")
Outcome = tuple[int, str | None]

MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
DRUPAL = "drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher"
PBKDF2 = f"{__name__}.QuickHasher"
BCRYPT_OWN = "django.contrib.auth.hashers.BCryptPasswordHasher"
SCRYPT = "django.contrib.auth.hashers.ScryptPasswordHasher"
BCRYPT = "$2y$04$tThJDhTMGP3wB3HHonrCpuroe6xBDyeeIdcd/.j12rmOe/kj8x4Sq"


class CountingHasher(MD5PasswordHasher):
    """A hasher, quick enough for tests, that counts its runs; PBKDF2 is counted in test_timing."""

    runs = 0

    def encode(self, *args: Any, **kwargs: Any) -> str:
        CountingHasher.runs += 1
        return super().encode(*args, **kwargs)


class QuickHasher(PBKDF2PasswordHasher):
    """PBKDF2 with few iterations."""

    iterations = 100


class TokenBackend(BaseBackend):
    """A backend that knows nothing of passwords: the request decides."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if request is None or request.headers.get("X-Badge") != password:
            return None
        return User.objects.get(username="someone")


class ByName(BaseBackend):
    """A backend that finds users by their names as they are written."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        found = [user for user in User.objects.all() if user.username == username]
        return next((user for user in found if user.check_password(str(password))), None)


class ClosedBackend(BaseBackend):
    """A backend that lets nobody in, nor asks the others."""

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> None:
        raise PermissionDenied


def send(headers: dict[str, str]) -> Outcome:
    response = APIClient().post(PATH, headers=headers)
    return response.status_code, response.json().get("error")


def outcome(username: str, password: str) -> Outcome:
    return send(basic(username, password))


@pytest.fixture
def of_each_hasher(db: None, settings: Settings) -> None:
    """Users by what has hashed their password, "secret"; for each a blocked one."""
    settings.PASSWORD_HASHERS = [MD5, ARGON2]
    for name, stored in {
        "md5": make_password("secret", hasher="md5"),
        "argon2": make_password("secret", hasher="argon2"),
        "drupal": encode_drupal_hash(BCRYPT),
    }.items():
        User.objects.create(username=name, password=stored)
        User.objects.create(username=f"blocked {name}", password=stored, is_active=False)


@pytest.fixture
def blocked(db: None) -> User:
    return User.objects.create_user("blocked", password="secret", is_active=False)


@pytest.fixture
def count_runs(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]


@pytest.fixture
def sent() -> Iterator[list[tuple[Signal, dict[str, Any]]]]:
    """The login signals that were sent."""
    sent: list[tuple[Signal, dict[str, Any]]] = []

    def receive(signal: Signal, sender: object, **kwargs: Any) -> None:
        sent.append((signal, kwargs))

    for signal in (user_logged_in, user_login_failed):
        signal.connect(receive)
    yield sent
    for signal in (user_logged_in, user_login_failed):
        signal.disconnect(receive)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("someone", "wrong"),
        ("someone", ""),
        ("someone", "secret "),
        ("someone", "SECRET"),
        ("someone", "secret\0"),
        ("someone", "x" * 5000),
        ("some", "secret"),
        ("nobody", "secret"),
        ("nobody", ""),
        ("", "secret"),
        ("", ""),
        ("\0", "secret"),
        ("someone\0", "secret"),
        ("x" * 151, "secret"),
        ("x" * 5000, "secret"),
        ("\ufdfa" * 20, "secret"),  # 360 characters once it is normalised
        ("' OR 1=1 --", "secret"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_wrong_name_or_password_is_refused(user: User, username: str, password: str) -> None:
    assert outcome(username, password) == INVALID


@pytest.mark.parametrize("username", ["sömeone", "someone "])
def test_names_that_are_one_are_one_where_the_database_says_so(user: User, username: str) -> None:
    assert outcome(username, "secret") == (OK if is_one_name(user, username) else INVALID)


@pytest.mark.parametrize("username", ["SOMEONE", "Someone", "somEone"])
@pytest.mark.parametrize("backend", [ByName, ModelBackend])
def test_a_name_may_be_in_upper_or_lower_case_with_any_backend_that_goes_by_names(
    user: User, settings: Settings, backend: type[BaseBackend], username: str
) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{backend.__module__}.{backend.__qualname__}"]
    assert outcome(username, "secret") == OK
    assert outcome(username, "wrong") == INVALID
    assert outcome("SOMEONE ELSE", "secret") == INVALID
    User.objects.update(is_active=False)
    assert outcome(username, "secret") == BLOCKED


def test_of_names_that_differ_in_case_each_is_its_own_and_any_other_is_nobodys(user: User) -> None:
    if connection.vendor == "mysql":
        with pytest.raises(IntegrityError):
            User.objects.create_user("Someone", password="other")
        return
    User.objects.create_user("Someone", password="other")
    assert outcome("someone", "secret") == outcome("Someone", "other") == OK
    assert outcome("someone", "other") == outcome("Someone", "secret") == INVALID
    assert outcome("SOMEONE", "secret") == outcome("SOMEONE", "other") == INVALID


def test_the_name_as_it_is_comes_first_where_a_manager_finds_several(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(manager: Any, username: str) -> Any:
        raise User.MultipleObjectsReturned

    monkeypatch.setattr(UserManager, "get_by_natural_key", find)
    assert Named("someone").user == Named("SOMEONE").user == user


def test_a_refusal_asks_the_database_as_often_for_each_name(
    user: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": [], "FLOOD_CACHE": "default"}
    for username in ("someone", "SOMEONE", "nobody"):
        with django_assert_num_queries(3):
            assert outcome(username, "wrong") == INVALID


def test_whoever_is_told_of_a_login_is_told_the_name_that_the_user_has(
    user: User, sent: list[tuple[Signal, dict[str, Any]]]
) -> None:
    assert outcome("SOMEONE", "wrong") == INVALID
    assert outcome("NOBODY", "wrong") == INVALID
    assert [each["credentials"]["username"] for _, each in sent] == ["someone", "NOBODY"]
    assert outcome("Someone", "secret") == OK
    names = AuditEntry.objects.order_by("pk").values_list("username", "status")
    assert list(names) == [("someone", 401), ("NOBODY", 401), ("someone", 200)]


@pytest.mark.parametrize("username", ["", "\0", "some\0one", "x" * 151, "\ufdfa" * 20])
def test_a_name_that_nobody_can_have_is_refused_without_a_query(
    user: User,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
    username: str,
) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUDIT_LOG": [], "FLOOD_CACHE": "default"}
    with django_assert_num_queries(0):
        assert outcome(username, "secret") == INVALID


@pytest.mark.usefixtures("no_audit_log")
@pytest.mark.parametrize(
    "content",
    [b"", b"someone", b"someone=secret", b"\xff:secret", b"someone:\xe4", b"\xed\xa0\x80:secret"],
)
def test_content_that_is_no_name_and_password_is_refused_without_a_query(
    user: User, django_assert_num_queries: DjangoAssertNumQueries, content: bytes
) -> None:
    with django_assert_num_queries(0):
        assert send(basic_of(content)) == INVALID


@pytest.mark.usefixtures("no_audit_log")
@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "=",
        "====",
        "A",
        "!!!!",
        "c29t ZW9uZTpzZWNyZXQ=",
        "c29tZW9uZTpzZWNyZXQ=x",
        "dTpwä",
        "dTp_",
    ],
)
def test_what_is_not_base64_is_refused_without_a_query(
    user: User, django_assert_num_queries: DjangoAssertNumQueries, credentials: str
) -> None:
    with django_assert_num_queries(0):
        assert send({"Authorization": f"Basic {credentials}"}) == INVALID


@pytest.mark.parametrize(
    "password", ["a:b:c", ":", "::", "ü€\U0001f600", " ", "a b", "\t", "x" * 4000]
)
def test_any_password_works(db: None, password: str) -> None:
    User.objects.create_user("someone", password=password)
    assert outcome("someone", password) == OK


@pytest.mark.parametrize("username", ["Zoë", "Ωμέγα", "用户", "a b", "name@example.com", "x" * 150])
def test_any_name_works(db: None, username: str) -> None:
    User.objects.create_user(username, password="secret")
    assert outcome(username, "secret") == OK


def test_a_name_is_found_in_either_of_its_unicode_forms(db: None) -> None:
    User.objects.create_user("Zo\u00eb", password="secret")
    assert outcome("Zoe\u0308", "secret") == OK


@pytest.mark.parametrize("ending", ["", "=", "=="])
def test_the_padding_of_base64_does_not_matter(user: User, ending: str) -> None:
    value = basic("someone", "secret")["Authorization"].rstrip("=") + ending
    assert send({"Authorization": value}) == OK


def test_the_right_password_of_an_inactive_user_is_told_that_it_is_blocked(blocked: User) -> None:
    assert outcome("blocked", "secret") == BLOCKED


@pytest.mark.parametrize("password", ["wrong", "", "secret\0"])
def test_the_wrong_password_of_an_inactive_user_is_just_wrong(blocked: User, password: str) -> None:
    assert outcome("blocked", password) == INVALID


@pytest.mark.parametrize("is_active", [True, False])
def test_no_password_opens_an_account_that_has_none(db: None, is_active: bool) -> None:
    user = User.objects.create_user("someone", is_active=is_active)
    assert not user.has_usable_password()
    assert outcome("someone", "") == INVALID
    assert outcome("someone", user.password) == INVALID


@pytest.mark.parametrize(
    ("username", "password", "expected"),
    [
        ("someone", "secret", OK),
        ("someone", "wrong", INVALID),
        ("someone", "", INVALID),
        ("someone", "\0", INVALID),
        ("nobody", "secret", INVALID),
        ("nobody", "", INVALID),
        ("blocked", "secret", BLOCKED),
        ("blocked", "wrong", INVALID),
        ("blocked", "", INVALID),
        ("unusable", "secret", INVALID),
        ("", "secret", INVALID),
        ("", "", INVALID),
        ("some\0one", "secret", INVALID),
        ("x" * 151, "secret", INVALID),
    ],
)
def test_each_answer_costs_one_run_of_the_password_hasher(
    count_runs: None,
    blocked: User,
    username: str,
    password: str,
    expected: Outcome,
) -> None:
    User.objects.create_user("someone", password="secret")
    User.objects.create_user("unusable")
    CountingHasher.runs = 0
    assert outcome(username, password) == expected
    assert CountingHasher.runs == 1


def test_names_that_are_numbers_are_refused_as_such_where_they_are_none(
    count_runs: None, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "USERNAME_FIELD", "id")
    CountingHasher.runs = 0
    assert outcome("someone", "secret") == INVALID
    assert CountingHasher.runs == 1
    assert outcome("9" * 400, "secret") == INVALID
    assert outcome(str(user.pk), "wrong") == INVALID
    assert outcome(str(user.pk), "secret") == OK


def test_any_backend_may_decide_and_gets_the_request(user: User, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.TokenBackend"]
    assert send({**basic("anything", "badge-1"), "X-Badge": "badge-1"}) == OK
    assert send({**basic("anything", "badge-2"), "X-Badge": "badge-1"}) == INVALID
    assert outcome("someone", "secret") == INVALID


def test_the_backends_are_asked_in_turn(user: User, settings: Settings) -> None:
    backends = [f"{__name__}.TokenBackend", "django.contrib.auth.backends.ModelBackend"]
    settings.AUTHENTICATION_BACKENDS = backends
    assert outcome("someone", "secret") == OK


def test_a_backend_may_refuse_for_all(user: User, settings: Settings) -> None:
    backends = [f"{__name__}.ClosedBackend", "django.contrib.auth.backends.ModelBackend"]
    settings.AUTHENTICATION_BACKENDS = backends
    assert outcome("someone", "secret") == INVALID


def test_an_inactive_user_that_a_backend_lets_in_is_blocked(
    blocked: User, settings: Settings
) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    assert outcome("blocked", "secret") == BLOCKED


def test_an_inactive_user_that_a_backend_finds_under_another_name_is_blocked(
    user: User, settings: Settings
) -> None:
    User.objects.update(is_active=False)
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.TokenBackend"]
    assert send({**basic("anything", "badge-1"), "X-Badge": "badge-1"}) == BLOCKED


def test_a_success_is_signalled_once_and_noted_as_the_last_login(
    user: User, sent: list[tuple[Signal, dict[str, Any]]]
) -> None:
    assert outcome("someone", "secret") == OK
    [(signal, arguments)] = sent
    assert signal is user_logged_in
    assert arguments["user"] == user
    assert arguments["request"].path == PATH
    user.refresh_from_db()
    assert user.last_login is not None


@pytest.mark.parametrize(
    ("username", "password", "told"),
    [
        ("someone", "wrong", "someone"),
        ("nobody", "guess", "nobody"),
        ("blocked", "secret", "blocked"),
        ("blocked", "guess", "blocked"),
        ("", "guess", ""),
        # As a database could hold it, for receivers that save it, as those of django-axes.
        ("some\0one", "guess", "some\N{REPLACEMENT CHARACTER}one"),
        ("x" * 151, "guess", "x" * 150),
    ],
)
@pytest.mark.usefixtures("user", "blocked")
def test_a_failure_is_signalled_once_with_the_name_and_without_the_password(
    sent: list[tuple[Signal, dict[str, Any]]],
    username: str,
    password: str,
    told: str,
) -> None:
    outcome(username, password)
    [(signal, arguments)] = sent
    assert signal is user_login_failed
    assert arguments["credentials"]["username"] == told
    assert password not in arguments["credentials"].values()
    assert arguments["request"].path == PATH


# What is missing


HASHERS = [MD5, ARGON2, DRUPAL]
EVERYBODY = ("md5", "argon2", "drupal")


@pytest.fixture(
    params=[
        (HASHERS, None, (), ""),
        ([MD5], None, ("argon2", "drupal"), "is for the algorithm drupal_bcrypt. Add drupal_jwt_"),
        (HASHERS, "bcrypt", ("drupal",), "library: import of bcrypt halted"),
        (HASHERS, "argon2", ("argon2",), "library: import of argon2 halted"),
        ([ARGON2, MD5, DRUPAL], "argon2", EVERYBODY, "library: import of argon2 halted"),
    ],
    ids=["nothing", "hashers", "bcrypt", "argon2", "library of the first hasher"],
)
def kept_out(
    request: Any, of_each_hasher: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> tuple[Sequence[str], str]:
    """Let something be missing; who cannot log in for that, and what the log says."""
    hashers, library, names, reason = request.param
    settings.PASSWORD_HASHERS = hashers
    settings.DRUPAL_JWT_AUTH = {"FLOOD_PER_USER": None, "FLOOD_PER_ADDRESS": None}
    if library:
        monkeypatch.setitem(sys.modules, library, None)
    return names, reason


def test_what_is_missing_to_check_a_password_is_told_to_the_log_alone(
    kept_out: tuple[Sequence[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    names, reason = kept_out
    for name in EVERYBODY:
        is_out = name in names
        assert outcome(f"blocked {name}", "secret") == (INVALID if is_out else BLOCKED)
        assert outcome(name, "secret") == (INVALID if is_out else OK)
    for name in (*EVERYBODY, *(f"blocked {each}" for each in EVERYBODY), "nobody", "", "\0"):
        assert outcome(name, "wrong") == INVALID
    told = [line for line in caplog.messages if "cannot be checked" in line]
    assert bool(told) == bool(names)
    assert any(reason in line for line in told) == bool(names)
    assert not [line for line in told if "secret" in line or BCRYPT in line]


@pytest.mark.parametrize(
    "stored",
    [
        *("pbkdf2_sha256$x", "pbkdf2_sha256$720000$salt", "pbkdf2_sha256$1000000$$"),
        *("pbkdf2_sha256$99999999999$salt$x", "pbkdf2_sha256$-1$salt$x", "bcrypt$x", "bcrypt$$x"),
        *("bcrypt$$2b$12$short", "argon2$x", "argon2$argon2id$v=19$x", "scrypt$1", "scrypt$$"),
        *("scrypt$salt$3$8$1$x", "md5$x", "md5$$$", "drupal_bcrypt$x", "\u00e4$x", "$", "x"),
    ],
)
@pytest.mark.parametrize("is_active", [True, False])
def test_a_damaged_hash_is_that_of_no_password(
    db: None, settings: Settings, stored: str, is_active: bool
) -> None:
    settings.PASSWORD_HASHERS = [*HASHERS, PBKDF2, BCRYPT_OWN, SCRYPT]
    User.objects.create(username="someone", password=stored, is_active=is_active)
    for password in ("secret", ""):
        assert outcome("someone", password) == INVALID
    assert FailedLogin.objects.count() == 4
    assert AuditEntry.objects.filter(username="someone", status=401).count() == 2


@pytest.mark.parametrize("hashers", [[PBKDF2, BCRYPT_OWN], [BCRYPT_OWN, PBKDF2]])
def test_a_password_that_a_hasher_does_not_take_is_wrong_for_each_name(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, hashers: list[str]
) -> None:
    # bcrypt itself takes no more than 72 bytes since its release 5, and only cut them before.
    hashpw = bcrypt.hashpw

    def refuse_what_is_long(password: bytes, salt: bytes) -> bytes:
        if len(password) > 72:
            raise ValueError("password cannot be longer than 72 bytes")
        return hashpw(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", refuse_what_is_long)
    settings.PASSWORD_HASHERS = hashers
    stored = "bcrypt$" + bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
    for name in ("someone", "blocked"):
        User.objects.create(username=name, password=stored, is_active=name == "someone")
    for username in ("someone", "blocked", "nobody", ""):
        for password in ("x" * 73, "\u00e9" * 40):
            assert outcome(username, password) == INVALID
    assert FailedLogin.objects.count() == 4 * 2 * 2
    assert outcome("someone", "secret") == OK


def test_the_log_says_whose_password_could_not_be_checked_and_why_without_the_hash(
    user: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PASSWORD_HASHERS = [MD5, PBKDF2]
    User.objects.update(password="pbkdf2_sha256$12x34$my-salt$my-hash")
    assert outcome("someone", "my guess") == INVALID
    [line] = [each for each in caplog.messages if "cannot be checked" in each]
    assert line == (
        "The password of 'someone' cannot be checked. QuickHasher has failed with "
        "ValueError: the stored hash is damaged, or this hasher does not take the password."
    )
    assert not [part for part in ("12x34", "my-salt", "my-hash", "my guess") if part in caplog.text]


def test_a_fault_of_a_backend_is_an_error_and_counts_as_a_failure(
    user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ValueError("This is a fault.")

    monkeypatch.setattr(ModelBackend, "authenticate", fail)
    for _ in range(5):
        with pytest.raises(ValueError, match=r"This is a fault\."):
            outcome("someone", "secret")
    monkeypatch.undo()
    assert outcome("someone", "secret") == (429, "TOO_MANY_REQUESTS")


@pytest.mark.parametrize("username", ["someone", "nobody", "blocked"])
@pytest.mark.usefixtures("user", "blocked")
def test_a_failure_counts_though_a_receiver_of_its_signal_fails(username: str) -> None:
    def fail(**kwargs: Any) -> None:
        raise LookupError

    user_login_failed.connect(fail)
    try:
        for number in range(5):
            with pytest.raises(LookupError):
                outcome(username, f"guess {number}")
        assert outcome(username, "secret") == (429, "TOO_MANY_REQUESTS")
    finally:
        user_login_failed.disconnect(fail)


# Who is deleted meanwhile


def delete_all(*args: Any, **kwargs: Any) -> None:
    User.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_who_is_deleted_before_the_login_is_saved_has_the_wrong_password(user: User) -> None:
    check = GuardedLogin.check

    def check_and_delete(self: GuardedLogin) -> Any:
        found = check(self)
        delete_all()
        return found

    with mock.patch.object(GuardedLogin, "check", check_and_delete):
        assert outcome("someone", "secret") == INVALID


@pytest.mark.django_db(transaction=True)
def test_a_user_deleted_before_a_new_hash_is_saved_has_wrong_credentials(
    user: User, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [PBKDF2, *settings.PASSWORD_HASHERS]
    verify = MD5PasswordHasher.verify

    def verify_and_delete(*args: Any) -> bool:
        is_right = verify(*args)
        delete_all()
        return is_right

    with mock.patch.object(MD5PasswordHasher, "verify", verify_and_delete):
        assert outcome("someone", "secret") == INVALID


@pytest.mark.django_db(transaction=True)
def test_another_fault_of_the_database_stays_an_error(user: User) -> None:
    def fail(**kwargs: Any) -> None:
        raise DatabaseError

    user_logged_in.connect(fail)
    try:
        with pytest.raises(DatabaseError):
            outcome("someone", "secret")
    finally:
        user_logged_in.disconnect(fail)
