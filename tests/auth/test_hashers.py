"""Drupal's password hashes verify in Django and give way to those of the preferred hasher."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import bcrypt
import pytest
from django.conf import global_settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import (
    MD5PasswordHasher,
    PBKDF2PasswordHasher,
    check_password,
    get_hasher,
    identify_hasher,
    is_password_usable,
    make_password,
)
from django.contrib.auth.models import User
from django.utils import translation
from django.utils.translation import gettext
from django.views.debug import ExceptionReporter

from drupal_jwt_auth.auth import hashers, timing
from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from tests.hashes import (
    ARGON2,
    ARGON2_SALT_AND_HASH,
    BCRYPT,
    DRUPAL_HASHERS,
    MD5,
    MD5_FIRST,
    SHA512,
    ZS_SALT_AND_HASH,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import RequestFactory
    from pytest_django import Settings

ALGORITHMS = ["drupal_bcrypt", "drupal_phpass", "drupal_argon2"]

# Made and checked by Drupal 10.6.5 with its phpass module.
ROWS = json.loads((Path(__file__).parents[1] / "data" / "password_hashes.json").read_text())

SCHEMES = pytest.mark.parametrize("original", [BCRYPT, SHA512, MD5, MD5_FIRST, ARGON2])


class PreferredHasher(PBKDF2PasswordHasher):
    """PBKDF2, quick enough for tests, that notes the iterations of each run."""

    iterations = 1000
    runs: list[int] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.runs.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)


class IndivisibleHasher(MD5PasswordHasher):
    """A hasher without a number of iterations that notes its runs."""

    runs: list[str] = []

    def encode(self, password: str, salt: str) -> str:
        self.runs.append(password)
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _password_hashers(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.PreferredHasher", *DRUPAL_HASHERS]


@pytest.fixture
def iterations() -> list[int]:
    """The iterations of every run of the preferred hasher, from now on."""
    PreferredHasher.runs.clear()
    return PreferredHasher.runs


def set_clock(monkeypatch: pytest.MonkeyPatch, *, verifying: float, sampling: float) -> None:
    """Let the verification of a hash, and then the sample, take these seconds."""
    times: Iterator[float] = iter([0.0, verifying, verifying, verifying + sampling])

    def read_clocks() -> timing.Clocks:
        now = next(times)
        return timing.Clocks(elapsed=now, running=now, queueing=0.0)

    monkeypatch.setattr(timing, "read_clocks", read_clocks)


def stop_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the verification of a hash take no time."""
    set_clock(monkeypatch, verifying=0, sampling=1)


def import_user(original: str) -> User:
    user: User = User.objects.create(username="imported", password=encode_drupal_hash(original))
    return user


def log_in(password: str, username: str = "imported") -> Any:
    return authenticate(None, username=username, password=password)


def verifies(password: str, original: str) -> bool:
    return check_password(password, encode_drupal_hash(original))


# What verifies


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=[f"{i}-{row['source']}" for i, row in enumerate(ROWS)])
def test_a_recorded_user_gets_in_or_not_as_in_drupal(row: dict[str, Any]) -> None:
    user = import_user(row["hash"])
    expected = user if row["check_with_phpass_module"] else None
    assert log_in(row["password"]) == expected


@pytest.mark.django_db
def test_a_password_may_have_colons() -> None:
    user = import_user("$2y$10$bXW34mEg1435apfAkE4fI.KZUkUjc/XcwYHL0tYmMjfaSPtS9rF3e")
    assert log_in("a:b:c") == user


@SCHEMES
@pytest.mark.parametrize("wrong", ["", "correct", "Correct horse", "correct horse "])
def test_another_password_is_wrong(original: str, wrong: str) -> None:
    assert verifies("correct horse", original)
    assert not verifies(wrong, original)


@pytest.mark.parametrize("mark", ["", "U"])
def test_bcrypt_goes_by_the_names_that_php_verifies(mark: str) -> None:
    password = hashlib.md5(b"secret").hexdigest() if mark else "secret"
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    assert hashed.startswith("$2b$")
    for name in ("$2a$", "$2b$", "$2y$"):
        original = mark + hashed.replace("$2b$", name)
        assert verifies("secret", original)
        assert not verifies("wrong", original)


@pytest.mark.parametrize("hasher", ["default", "md5"])
def test_a_hash_of_the_projects_own_hashers_stays_as_it_is(hasher: str, settings: Settings) -> None:
    settings.PASSWORD_HASHERS += ["django.contrib.auth.hashers.MD5PasswordHasher"]
    original = make_password("secret", hasher=hasher)
    assert encode_drupal_hash(original) == original
    assert verifies("secret", original)


def test_a_hash_that_was_encoded_before_stays() -> None:
    assert encode_drupal_hash(encode_drupal_hash(BCRYPT)) == encode_drupal_hash(BCRYPT)


def test_the_md5_of_the_password_may_be_hashed_in_any_scheme() -> None:
    md5 = hashlib.md5(b"correct horse").hexdigest().encode()
    original = f"U{bcrypt.hashpw(md5, bcrypt.gensalt(4, b'2a')).decode()}"
    assert verifies("correct horse", original)
    assert not verifies(md5.decode(), original)


@pytest.mark.parametrize(
    "original",
    [
        "$2a$04$zzzzzzzzzzzzzzzzzzzzzuPUwp6R0xadb3r5wOp4hSb.QXEs.AjsC",
        "$S$5zzzzzzzzd7VO.gf1TZJGLPFK1iVnQ.Rs6ZgjkdWl68Hu5.096lc",
        "$H$9zzzzzzzzenCV1yAB3evRadfGuMHdY0",
        f"$argon2id$v=19$m=8,t=1,p=1{ZS_SALT_AND_HASH}",
    ],
)
def test_512_bytes_are_a_password_and_more_are_not(original: str) -> None:
    assert verifies("z" * 512, original)
    assert not verifies("z" * 513, original)


def test_more_than_512_bytes_are_no_password_even_if_their_md5_is_hashed() -> None:
    md5 = hashlib.md5(513 * b"z").hexdigest().encode()
    original = f"U{bcrypt.hashpw(md5, bcrypt.gensalt(4, b'2a')).decode()}"
    assert not verifies("z" * 513, original)


def test_the_length_is_counted_in_bytes() -> None:
    original = bcrypt.hashpw("ä".encode() * 36, bcrypt.gensalt(4, b"2a")).decode()
    assert verifies("ä" * 256, original)
    assert not verifies("ä" * 257, original)


def test_bcrypt_sees_72_bytes_of_a_password() -> None:
    original = "$2y$10$k2ox/dbsTVYevDuE6yTIYODF.TAKWrBT..ICZvxfoNshXp.9ZW8l2"
    assert verifies("x" * 72 + "anything", original)
    assert not verifies("x" * 71, original)


def test_bcrypt_sees_a_password_up_to_its_first_nul() -> None:
    assert verifies("correct horse\0anything", BCRYPT)


@pytest.mark.parametrize("original", [SHA512, MD5, MD5_FIRST, ARGON2])
def test_other_schemes_see_what_follows_a_nul(original: str) -> None:
    assert not verifies("correct horse\0anything", original)


# What is stored


@SCHEMES
def test_a_hash_is_stored_unchanged_behind_the_name_of_its_hasher(original: str) -> None:
    stored = encode_drupal_hash(original)
    algorithm, _, kept = stored.partition("$")
    assert kept == original
    assert identify_hasher(stored) is get_hasher(algorithm)
    assert algorithm in ALGORITHMS


@pytest.mark.parametrize(
    "original",
    [
        "",
        "U",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        f"{BCRYPT}\n",
        f" {BCRYPT}",
        BCRYPT[:-1],
        f"{SHA512}x",
        SHA512.replace("$S$5", "$S$4"),
        SHA512.replace("$S$5", "$S$T"),
        ARGON2.replace("id", "d"),
        # Longer numbers would not fit the password field.
        ARGON2.replace("m=8192", "m=100000000"),
        ARGON2.replace("t=2", "t=10000"),
        ARGON2.replace("p=1", "p=1000"),
        "$2x$10$IWLeLwVqdsoYwxhxQYcCjuCB5Q0uk1AAzozH5uW8mDE7eGYdRB9tC",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJu",
        # Django's, of a hasher that the project has not, damaged, too long for the password field.
        "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
        "pbkdf2_sha256$1000$salt",
        "pbkdf2_sha256$many$salt$hash",
        f"pbkdf2_sha256$1000$salt${'x' * 128}",
        f"drupal_bcrypt${BCRYPT[:-1]}",
    ],
)
def test_anything_else_is_stored_as_an_unusable_password(original: str) -> None:
    assert not is_password_usable(encode_drupal_hash(original))


COSTLY = [
    f"$2y$17{BCRYPT[6:]}",
    f"U$2y$31{BCRYPT[6:]}",
    "$S$L" + "a" * 51,
    f"$argon2id$v=19$m=262145,t=1,p=1{ARGON2_SALT_AND_HASH}",
    f"$argon2id$v=19$m=8,t=17,p=1{ARGON2_SALT_AND_HASH}",
    f"$argon2i$v=19$m=8,t=1,p=17{ARGON2_SALT_AND_HASH}",
]
DJANGOS_COSTLY = [
    "pbkdf2_sha256$10000001$salt$hash",
    f"bcrypt_sha256${BCRYPT.replace('$2y$', '$2b$', 1).replace('$10$', '$17$', 1)}",
    "scrypt$131073$salt$8$1$hash",
    "scrypt$16384$salt$17$1$hash",
    "scrypt$16384$salt$8$17$hash",
    f"argon2$argon2id$v=19$m=262145,t=1,p=1{ARGON2_SALT_AND_HASH}",
]


@pytest.mark.parametrize("original", [*COSTLY, *DJANGOS_COSTLY])
def test_a_hash_that_takes_too_long_to_verify_is_not_kept(
    original: str, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, *global_settings.PASSWORD_HASHERS]
    assert not is_password_usable(encode_drupal_hash(original))


@pytest.mark.parametrize(
    "original",
    [
        f"$2y$16{BCRYPT[6:]}",
        "$S$K" + "a" * 51,
        f"$argon2id$v=19$m=262144,t=16,p=16{ARGON2_SALT_AND_HASH}",
        "pbkdf2_sha256$10000000$salt$hash",
        "scrypt$131072$salt$16$16$hash",
    ],
)
def test_a_hash_that_takes_some_seconds_is_kept(original: str, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, *global_settings.PASSWORD_HASHERS]
    assert encode_drupal_hash(original).endswith(original)


@pytest.mark.parametrize("original", COSTLY)
def test_a_stored_hash_that_takes_too_long_is_nobodys_password(original: str) -> None:
    for algorithm in ALGORITHMS:
        assert not check_password("secret", f"{algorithm}${original}")


def test_the_longest_hash_fits_the_password_field() -> None:
    original = f"U$argon2id$v=19$m=262144,t=16,p=16{ARGON2_SALT_AND_HASH}"
    stored = encode_drupal_hash(original)
    assert stored == f"drupal_argon2${original}"
    User(username="imported", password=stored).clean_fields()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "$",
        "U",
        "U$",
        "UU$S$5abcdefgh1a6.dJ1tZevY/pNVmJUHlSdP27BmV.aAOg3VVmpNGRj",
        "$S$",
        "$S$Dabc",
        "$S$!abcdefgh1a6.dJ1tZevY/pNVmJUHlSdP27BmV.aAOg3VVmpNGRj",
        "$S$5abcdefgh1a6.dJ1tZevY/pNVmJUHlSdP27BmV.aAOg3VVmpNGRä",
        "$S$5abcdefghPDonBA7cb6Wv7y6IfLfEF.",  # as short as MD5
        "$H$5abcdefgh1a6.dJ1tZevY/pNVmJUHlSdP27BmV.aAOg3VVmpNGRj",  # as long as SHA-512
        "$2y$",
        "$2y$03$IWLeLwVqdsoYwxhxQYcCjuCB5Q0uk1AAzozH5uW8mDE7eGYdRB9tC",
        "$2y$32$IWLeLwVqdsoYwxhxQYcCjuCB5Q0uk1AAzozH5uW8mDE7eGYdRB9tC",
        "$2y$10$IWLeLwVqdsoYwxhxQYcCjvCB5Q0uk1AAzozH5uW8mDE7eGYdRB9tC",  # salt of 130 bits
        "$2y$10$IWLeLwVqdsoYwxhxQYcCjuCB5Q0uk1AAzozH5uW8mDE7eGYdRB9t\0",
        "$argon2id$",
        f"$argon2id$v=19$m=0,t=2,p=1{ARGON2_SALT_AND_HASH}",
        f"$argon2id$v=19$m=8192,t=0,p=1{ARGON2_SALT_AND_HASH}",
        f"$argon2id$v=19$m=8192,t=2,p=0{ARGON2_SALT_AND_HASH}",
        f"$argon2id$v=19$m=٨,t=2,p=1{ARGON2_SALT_AND_HASH}",
        "$argon2id$v=19$m=8192,t=2,p=1$SjBjengvVnVSRzFmQ05qSB$" + 43 * "/",  # salt of 132 bits
    ],
)
def test_a_damaged_hash_never_verifies(algorithm: str, damaged: str) -> None:
    assert check_password("correct horse", f"{algorithm}${damaged}") is False


# The upgrade


@pytest.mark.django_db
@SCHEMES
def test_the_first_login_stores_a_hash_of_the_preferred_hasher(original: str) -> None:
    user = import_user(original)
    assert log_in("correct horse") == user
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2_sha256$1000$")
    assert log_in("correct horse") == user


@pytest.mark.django_db
@SCHEMES
def test_a_wrong_password_leaves_the_hash_as_it_is(original: str) -> None:
    user = import_user(original)
    assert log_in("wrong") is None
    user.refresh_from_db()
    assert user.password == encode_drupal_hash(original)


# The time


@pytest.mark.django_db
def test_an_unknown_user_costs_the_work_of_the_preferred_hasher(iterations: list[int]) -> None:
    assert log_in("wrong", username="unknown") is None
    assert sum(iterations) == 1000


@pytest.mark.django_db
@SCHEMES
def test_a_wrong_password_costs_as_much_as_an_unknown_user(
    original: str, iterations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch)
    import_user(original)
    assert log_in("wrong") is None
    assert sum(iterations) == 1000


@pytest.mark.django_db
@SCHEMES
def test_the_right_password_costs_the_upgrade_only(original: str, iterations: list[int]) -> None:
    import_user(original)
    assert log_in("correct horse") is not None
    assert sum(iterations) == 1000


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_damaged_hash_costs_as_much(
    algorithm: str, iterations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch)
    assert not check_password("correct horse", f"{algorithm}$damaged")
    assert sum(iterations) == 1000


@SCHEMES
def test_too_long_a_password_costs_as_much(
    original: str, iterations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch)
    assert not verifies("x" * 513, original)
    assert sum(iterations) == 1000


@SCHEMES
def test_what_the_verification_took_is_taken_off(
    original: str, iterations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sample is an eighth, so that all of the preferred hasher's work would take 8 seconds.
    set_clock(monkeypatch, verifying=2, sampling=1)
    assert not verifies("wrong", original)
    assert iterations == [125, 1000 - 125 - 250]


@SCHEMES
@pytest.mark.parametrize("verifying", [7, 100])
def test_nothing_is_added_to_a_verification_as_long_as_the_preferred(
    original: str, verifying: float, iterations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, verifying=verifying, sampling=1)
    assert not verifies("wrong", original)
    assert iterations == [125]


@pytest.mark.parametrize("configured", [1, 2, 7, 8, 12])
def test_any_number_of_iterations_is_met(
    configured: int, iterations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PreferredHasher, "iterations", configured)
    stop_clock(monkeypatch)
    assert not verifies("wrong", SHA512)
    assert sum(iterations) == configured


@SCHEMES
def test_a_hasher_that_has_no_iterations_runs_once(original: str, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.IndivisibleHasher", *DRUPAL_HASHERS]
    IndivisibleHasher.runs.clear()
    assert not verifies("wrong", original)
    assert IndivisibleHasher.runs == ["wrong"]


# What the admin shows


@pytest.mark.parametrize(
    ("original", "summary"),
    [
        (
            BCRYPT,
            {
                "algorithm": "drupal_bcrypt",
                "variety": "$2y",
                "work factor": "10",
                "salt": "IW" + 20 * "*",
                "hash": "CB5Q0u" + 25 * "*",
            },
        ),
        (
            MD5_FIRST,
            {
                "algorithm": "drupal_phpass",
                "variety": "U$S",
                "work factor": 11,
                "salt": "ab******",
                "hash": "buSeq0" + 37 * "*",
            },
        ),
        (
            ARGON2,
            {
                "algorithm": "drupal_argon2",
                "variety": "$argon2id",
                "version": "19",
                "memory cost": "8192",
                "time cost": "2",
                "parallelism": "1",
                "salt": "Sj" + 20 * "*",
                "hash": "d450Dr" + 37 * "*",
            },
        ),
    ],
)
def test_the_summary_names_the_parts_and_masks_the_secrets(
    original: str, summary: dict[str, Any]
) -> None:
    stored = encode_drupal_hash(original)
    assert list(identify_hasher(stored).safe_summary(stored).items()) == list(summary.items())


@SCHEMES
def test_the_labels_of_the_summary_are_translated_by_django(original: str) -> None:
    stored = encode_drupal_hash(original)
    labels = [str(label) for label in identify_hasher(stored).safe_summary(stored)]
    with translation.override("de"):
        untranslated = [label for label in labels if gettext(label) == label]
    assert untranslated == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_damaged_hash_has_no_summary(algorithm: str) -> None:
    with pytest.raises(ValueError, match=f"Not a hash of {algorithm}"):
        get_hasher(algorithm).safe_summary(f"{algorithm}$damaged")


def test_a_hash_has_no_summary_by_another_hasher() -> None:
    with pytest.raises(ValueError, match="Not a hash of drupal_phpass"):
        get_hasher("drupal_phpass").safe_summary(f"phpass${SHA512}")


# What is refused


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_new_hash_is_made(algorithm: str) -> None:
    with pytest.raises(NotImplementedError, match=f"{algorithm} only verifies"):
        make_password("correct horse", salt="abcdefgh", hasher=algorithm)


@pytest.mark.parametrize(
    ("library", "original"),
    [("bcrypt", BCRYPT), ("argon2", ARGON2)],
)
def test_without_its_library_a_hash_is_no_passwords_and_the_log_says_why(
    library: str, original: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    stored = encode_drupal_hash(original)
    assert not identify_hasher(stored).verify("correct horse", stored)
    [line] = caplog.messages
    assert f"import of {library} halted" in line
    assert 'pip install "drupal-jwt-auth[passwords]"' in line
    assert original not in line


@pytest.mark.parametrize(
    ("library", "original"),
    [("bcrypt", BCRYPT), ("argon2", ARGON2)],
)
def test_where_a_library_fails_the_error_report_hides_password_and_hash(
    library: str, original: str, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    monkeypatch.setitem(sys.modules, library, ModuleType(library))
    stored = encode_drupal_hash(original)
    with pytest.raises(AttributeError, match=library) as raised:
        identify_hasher(stored).verify("a secret", stored)
    reporter = ExceptionReporter(rf.post("/"), raised.type, raised.value, raised.tb)
    shown = [
        (name, value)
        for frame in reporter.get_traceback_frames()
        if frame["filename"] == hashers.__file__
        for name, value in frame["vars"]
    ]
    assert {"password", "original"} <= {name for name, _ in shown}
    assert not [value for _, value in shown if "a secret" in value or original in value]
