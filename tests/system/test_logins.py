"""Clients log in at the same moment, at a site whose hashes of passwords are out of date."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from pytest_django import DjangoDbBlocker

from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system.gates import Gates, gates
from tests.system.servers import (
    DATABASES,
    Answer,
    Database,
    command,
    environment,
    fresh_database,
    request,
    server,
)

AT_ONCE = 6
STRONGER = "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"
NAMES = ("one", "two", "three", "four", "five", "six", "seven")


@pytest.fixture(scope="module", params=DATABASES)
def database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Database]:
    """A database with more users, each for one test: the first login changes the hash."""
    users = [
        {"username": name, "password": make_password(password_of(name), hasher="md5")}
        for name in NAMES
    ]
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            directory = tmp_path_factory.mktemp("system")
            database = stack.enter_context(fresh_database(directory, request.param, users=users))
        yield database
        with django_db_blocker.unblock():
            stack.close()


class Site(NamedTuple):
    """Two processes whose logins wait at gates."""

    gates: Gates
    urls: list[str]
    database: Database
    clients: ThreadPoolExecutor

    def log_in(self, username: str, password: str | None = None, process: int = 0) -> Answer:
        credentials = basic(username, password_of(username) if password is None else password)
        return request("POST", f"{self.urls[process]}/rest_api/id_token", credentials)

    def start(self, username: str, password: str | None = None, process: int = 0) -> Future[Answer]:
        """Start to log in."""
        return self.clients.submit(self.log_in, username, password, process)

    def is_good(self, answer: Answer) -> bool:
        """Whether a token is good for both processes."""
        token = bearer(answer.document["jwt_token"])
        answers = [request("GET", f"{url}/rest_api/userinfo", token) for url in self.urls]
        return [answer.status for answer in answers] == [200, 200]

    def change_password(self, username: str, password: str) -> None:
        """Change a password as an administrator does, in a process of its own."""
        settings = environment(DATABASES=self.database, **self.gates.settings)
        subprocess.run([*command("change_password"), username, password], env=settings, check=True)


@pytest.fixture(scope="module")
def gated_site(database: Database) -> Iterator[Site]:
    with ExitStack() as stack:
        the_gates = stack.enter_context(gates())
        clients = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        urls = [stack.enter_context(server(database, **the_gates.settings)) for _ in range(2)]
        yield Site(the_gates, urls, database, clients)


@pytest.fixture
def site(gated_site: Site) -> Iterator[Site]:
    """The site, whose gates are all open."""
    yield gated_site
    gated_site.gates.reset()


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


@pytest.mark.parametrize(
    ("username", "password", "status"), [("one", "one-pass", 200), ("two", "wrong", 401)]
)
def test_others_can_write_while_a_password_is_hashed(
    site: Site, username: str, password: str, status: int
) -> None:
    site.gates.close("verify")
    answer = site.start(username, password)
    waiting = site.gates.arrival("verify")
    site.gates.open("verify")
    # A login is a write: of its time, and of an entry in the audit log.
    assert site.log_in("three", process=1).status == 200
    waiting.let_go()
    assert answer.result().status == status


def test_logins_that_have_all_made_a_hash_agree_on_one(site: Site) -> None:
    site.gates.close("new hash")
    logins = []
    for process in (0, 0, 1):
        answer = site.start("four", process=process)
        logins.append((site.gates.arrival("new hash"), answer))
    site.gates.open("new hash")
    answers = []
    for waiting, answer in logins:
        waiting.let_go()
        answers.append(answer.result())
    assert [answer.status for answer in answers] == [200] * 3
    assert [site.is_good(answer) for answer in answers] == [True] * 3


def test_a_login_that_was_overtaken_just_before_it_stores_its_hash_has_a_good_token(
    site: Site,
) -> None:
    site.gates.close("verify")
    slow = site.start("five")
    site.gates.arrival("verify").let_go()
    # It has made its hash, and has looked what there is to be replaced.
    waiting = site.gates.arrival("verify")
    site.gates.open("verify")
    quick = site.log_in("five", process=1)
    waiting.let_go()
    assert site.is_good(slow.result())
    assert site.is_good(quick)


@pytest.mark.parametrize(("username", "gates_passed"), [("six", 0), ("seven", 1)])
def test_a_password_that_is_changed_during_a_login_stays_changed(
    site: Site, username: str, gates_passed: int
) -> None:
    site.gates.close("verify")
    answer = site.start(username)
    for _ in range(gates_passed):
        site.gates.arrival("verify").let_go()
    waiting = site.gates.arrival("verify")
    site.gates.open("verify")
    site.change_password(username, "new password")
    waiting.let_go()
    assert answer.result().status == 401
    assert site.log_in(username).status == 401
    assert site.is_good(site.log_in(username, "new password", process=1))
