"""Clients log in at the same moment, at a site whose hashes of passwords are out of date."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.conf import settings

from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system.servers import Database, request, server

AT_ONCE = 6
STRONGER = "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"


@pytest.fixture(scope="module")
def addresses(database: Database) -> Iterator[list[str]]:
    """Two processes that prefer another hasher than the one that made the users' hashes."""
    hashers = {"PASSWORD_HASHERS": [STRONGER, *settings.PASSWORD_HASHERS]}
    with ExitStack() as stack:
        yield [stack.enter_context(server(database, **hashers)) for _ in range(2)]


@pytest.mark.parametrize("username", ["admin", "editor", "plain"])
def test_the_tokens_of_all_are_good(addresses: list[str], username: str) -> None:
    credentials = basic(username, password_of(username))

    def log_in(number: int) -> str:
        base = addresses[number % len(addresses)]
        answer = request("POST", f"{base}/rest_api/id_token", credentials)
        assert answer.status == 200
        token: str = answer.document["jwt_token"]
        return token

    with ThreadPoolExecutor(AT_ONCE) as pool:
        tokens = list(pool.map(log_in, range(AT_ONCE)))
    url = f"{addresses[0]}/rest_api/userinfo"
    assert [request("GET", url, bearer(token)).status for token in tokens] == [200] * AT_ONCE
