"""The work of a login, counted: iterations of PBKDF2 in the place of time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from pytest_django import Settings

from drupal_jwt_auth.auth import timing
from drupal_jwt_auth.auth.timing import Clocks
from tests.hashes import DRUPAL_HASHERS

PASSWORD = "correct horse"
RUN = 1000
REFUSAL = 1250


class CountingHasher(PBKDF2PasswordHasher):
    """PBKDF2, quick enough for tests, that counts its iterations."""

    iterations = RUN
    done = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        CountingHasher.done += iterations or self.iterations
        return super().encode(password, salt, iterations)


HASHERS = [
    f"{__name__}.CountingHasher",
    *(
        f"django.contrib.auth.hashers.{name}PasswordHasher"
        for name in ("PBKDF2SHA1", "Argon2", "BCryptSHA256", "Scrypt", "MD5")
    ),
    *DRUPAL_HASHERS,
]


@pytest.fixture
def work(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Tells how many iterations were run since it was asked last; the clock counts them too."""
    settings.PASSWORD_HASHERS = HASHERS

    def clocks() -> Clocks:
        return Clocks(CountingHasher.done, CountingHasher.done, 0)

    def work() -> int:
        done, CountingHasher.done = CountingHasher.done, 0
        return done

    monkeypatch.setattr(timing, "read_clocks", clocks)
    work()
    return work
