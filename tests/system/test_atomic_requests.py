"""Several processes with ``ATOMIC_REQUESTS``: views that refuse undo what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection

from tests.headers import basic
from tests.system.servers import Database, request, server

GUESSES = 24
AT_ONCE = 1 if connection.vendor == "sqlite" else 12
"""Guesses of the same moment. With SQLite they are counted when each request is over."""

PER_USER = 5


@pytest.fixture
def urls(database: Database) -> Iterator[list[str]]:
    """Two processes of a project with a guard, whose views are all transactions."""
    settings = {
        "ROOT_URLCONF": "tests.guarded_site",
        "AUTHENTICATION_BACKENDS": ["drupal_jwt_auth.backends.GuardedModelBackend"],
    }
    with ExitStack() as stack:
        atomic = {**database, "ATOMIC_REQUESTS": True}
        yield [stack.enter_context(server(atomic, **settings)) for _ in range(2)]


def test_no_more_guesses_than_the_limit_are_answered(urls: list[str]) -> None:
    def ask(number: int) -> int:
        url = f"{urls[number % len(urls)]}/with-password"
        return request("GET", url, basic("editor", f"guess {number}")).status

    with ThreadPoolExecutor(AT_ONCE) as clients:
        statuses = Counter(clients.map(ask, range(GUESSES)))
    assert statuses == {401: PER_USER, 429: GUESSES - PER_USER}
