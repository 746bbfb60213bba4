"""Two processes serve a site: what is revoked in one is refused in the other, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system.servers import Answer, Database, request, server

EXPIRED = (401, "TOKEN_EXPIRED")
AT_ONCE = 8


class Pair(NamedTuple):
    """The addresses of the two processes."""

    here: str
    there: str


@pytest.fixture(scope="module")
def pair(database: Database) -> Iterator[Pair]:
    """Two processes on one database, with refresh tokens for one use each."""
    with serving(database, REFRESH_TOKEN_GRACE=timedelta(0)) as pair:
        yield pair


@pytest.fixture(scope="module")
def gracious(database: Database) -> Iterator[Pair]:
    """Two that answer a used refresh token once more, for a short time."""
    with serving(database) as pair:
        yield pair


@contextmanager
def serving(database: Database, **more: timedelta) -> Iterator[Pair]:
    settings = {"DRUPAL_JWT_AUTH": {"REFRESH_TOKEN_LIFETIME": timedelta(days=14), **more}}
    with ExitStack() as stack:
        yield Pair(*(stack.enter_context(server(database, **settings)) for _ in range(2)))


def log_in(base: str, username: str = "editor") -> Any:
    credentials = basic(username, password_of(username))
    return request("POST", f"{base}/rest_api/id_token", credentials).document


def get(base: str, token: str) -> Answer:
    return request("GET", f"{base}/rest_api/userinfo", bearer(token))


def refresh(base: str, token: str) -> Answer:
    return request("POST", f"{base}/rest_api/refresh", document={"refresh_token": token})


def revoke(base: str, token: str) -> None:
    assert request("POST", f"{base}/rest_api/revoke", document={"token": token}).status == 200


def outcome(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.document.get("error")


def test_a_token_that_was_revoked_here_is_refused_there(pair: Pair) -> None:
    for _ in range(20):
        answer = log_in(pair.here)
        token = answer["jwt_token"]
        assert get(pair.there, token).status == 200
        revoke(pair.here, token)
        assert outcome(get(pair.there, token)) == EXPIRED
        assert outcome(refresh(pair.there, answer["refresh_token"])) == EXPIRED


BASE_OF: list[Callable[[Pair, int], str]] = [lambda pair, i: pair.here, lambda pair, i: pair[i % 2]]


@pytest.mark.parametrize("base_of", BASE_OF)
def test_of_many_refreshes_at_once_one_succeeds_and_the_login_ends(
    pair: Pair, base_of: Callable[[Pair, int], str]
) -> None:
    token = log_in(pair.here)["refresh_token"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda i: refresh(base_of(pair, i), token), range(AT_ONCE)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * (AT_ONCE - 1)
    (winner,) = [answer.document for answer in answers if answer.status == 200]
    assert outcome(get(pair.there, winner["jwt_token"])) == EXPIRED
    assert outcome(refresh(pair.there, winner["refresh_token"])) == EXPIRED


@pytest.mark.parametrize("base_of", BASE_OF)
def test_within_the_grace_all_succeed_and_the_login_goes_on(
    gracious: Pair, base_of: Callable[[Pair, int], str]
) -> None:
    token = log_in(gracious.here)["refresh_token"]
    for _ in range(5):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            send = pool.map(
                refresh, [base_of(gracious, i) for i in range(AT_ONCE)], [token] * AT_ONCE
            )
            answers = list(send)
        assert [answer.status for answer in answers] == [200] * AT_ONCE
        assert {get(gracious.there, each.document["jwt_token"]).status for each in answers} == {200}
        [token] = {answer.document["refresh_token"] for answer in answers}
