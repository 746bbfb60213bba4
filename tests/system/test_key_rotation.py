"""A key is rotated in a running site, and not one request fails.

The steps are those of ``docs/keys.md``. Two processes serve the site; at each step they are
replaced one after the other, while clients log in, create nodes and read them without a pause.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import jwt
import pytest
from django.core.management import call_command

from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system.servers import (
    TIMEOUT,
    Database,
    LoadBalancer,
    Server,
    load_balancer,
    request,
    server,
)

USES_OF_A_TOKEN = 4
USERS = ("admin", "editor", "admin")
Key = dict[str, Any]


class Exchange(NamedTuple):
    """A request that was made, when, with or for a token of which key, and how it was answered."""

    time: float
    method: str
    path: str
    kid: str | None
    status: int | str


@pytest.fixture
def old(tmp_path: Path) -> Key:
    return make_key(tmp_path / "old.key", "HS256")


@pytest.fixture
def new(tmp_path: Path) -> Key:
    return make_key(tmp_path / "new.pem", "ES256")


def make_key(path: Path, algorithm: str) -> Key:
    call_command("create_jwt_key", str(path), algorithm=algorithm, stdout=StringIO())
    return {"kid": path.stem, "algorithm": algorithm, "file": path}


def settings_with(*keys: Key) -> dict[str, Any]:
    return {"DRUPAL_JWT_AUTH": {"KEYS": list(keys)}}


def kid_of(token: str) -> str:
    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid


def log_in(base: str, username: str) -> str:
    answer = request("POST", f"{base}/rest_api/id_token", basic(username, password_of(username)))
    token: str = answer.document["jwt_token"]
    return token


class Client:
    """A client that never pauses: it gets a token, creates nodes with it and reads them."""

    def __init__(self, base: str, username: str) -> None:
        self.base = base
        self.username = username
        self.exchanges: list[Exchange] = []

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.work()
            except Exception as error:
                # Whatever it is, a request has failed.
                self.note("ANY", self.base, None, repr(error))

    def logins(self) -> list[Exchange]:
        return [one for one in list(self.exchanges) if one.path == "/rest_api/id_token"]

    def log_in(self) -> str:
        token = log_in(self.base, self.username)
        self.note("POST", "/rest_api/id_token", token, 200)
        return token

    def work(self) -> None:
        token = self.log_in()
        page = {"type": [{"target_id": "page"}], "title": [{"value": self.username}]}
        for _ in range(USES_OF_A_TOKEN):
            created = self.send("POST", "/node", token, page)
            self.send("GET", f"/node/{created['nid'][0]['value']}", token)

    def send(self, method: str, path: str, token: str, document: Any = None) -> Any:
        answer = request(method, f"{self.base}{path}?_format=json", bearer(token), document)
        self.note(method, path, token, answer.status)
        return answer.document

    def note(self, method: str, path: str, token: str | None, status: int | str) -> None:
        kid = None if token is None else kid_of(token)
        self.exchanges.append(Exchange(time.monotonic(), method, path, kid, status))


@contextmanager
def busy_clients(base: str) -> Iterator[list[Client]]:
    """Let clients work for the time of the block."""
    stop = threading.Event()
    clients = [Client(base, username) for username in USERS]
    threads = [threading.Thread(target=client.run, args=[stop]) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + TIMEOUT
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


class Site:
    """Two processes behind a load balancer, in whose places others come."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.started: list[Server] = []
        self.servers: list[Server] = []

    def start(self, *keys: Key) -> list[Server]:
        """Start two processes with these keys; they get no requests yet."""
        servers = [Server(self.database, **settings_with(*keys)) for _ in range(2)]
        self.started += servers
        return servers

    def stop(self) -> None:
        for one in self.started:
            one.stop()

    def roll(self, balancer: LoadBalancer, servers: Sequence[Server]) -> None:
        """Put new processes in the places of the old, one after the other."""
        for one, replaced in zip(servers, self.servers, strict=True):
            balancer.add(one)
            balancer.drain(replaced)
            replaced.stop()
            # Now an old and a new one answer in turn.
            balancer.wait_for_answers(3)
        self.servers = list(servers)


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    site = Site(database)
    yield site
    site.stop()


def test_a_key_is_rotated_without_a_failed_request(site: Site, old: Key, new: Key) -> None:
    site.servers, publishing, signing, without_old = (
        site.start(*keys) for keys in ([old], [old, new], [new, old], [new])
    )
    assert all(one.url for one in site.started)
    with load_balancer(*site.servers) as balancer, busy_clients(balancer.url) as clients:
        # 1. The new key is second everywhere: it verifies, the old one signs.
        site.roll(balancer, publishing)
        keeper = Client(balancer.url, "admin")
        token = keeper.log_in()
        assert kid_of(token) == "old"

        # 2. The new key is first and signs; the tokens of the old one are still good.
        site.roll(balancer, signing)
        assert kid_of(keeper.log_in()) == "new"
        assert request("GET", f"{balancer.url}/node/1", bearer(token)).status == 200
        keeper.send("GET", "/node/1", token)

        # 3. The old key is dropped when nobody has a token of it that could still be used. The
        # first login to be noted from here on may have been on its way before the new key signed.
        noted = [len(client.logins()) for client in clients]
        wait_until(
            lambda: all(
                len(client.logins()) >= number + 2
                for client, number in zip(clients, noted, strict=True)
            )
        )
        site.roll(balancer, without_old)
        assert request("GET", f"{balancer.url}/node/1", bearer(token)).status == 401

    exchanges = sorted(one for client in [*clients, keeper] for one in client.exchanges)
    failed = [exchange for exchange in exchanges if exchange.status not in {200, 201}]
    assert failed == []
    logins = [exchange for exchange in exchanges if exchange.path == "/rest_api/id_token"]
    uses = [exchange for exchange in exchanges if exchange not in logins]
    assert {exchange.method for exchange in uses} == {"POST", "GET"}
    first_of_new = next(login.time for login in logins if login.kid == "new")
    assert [use for use in uses if use.kid == "old" and use.time > first_of_new]
    assert [use for use in uses if use.kid == "new"]
    assert logins[-1].kid == "new"


def test_a_key_that_signs_before_all_processes_know_it_does_not_do(
    database: Database, old: Key, new: Key
) -> None:
    # Why step 1 is needed, and that the test above would notice if it were left out.
    with (
        server(database, **settings_with(old)) as not_restarted,
        server(database, **settings_with(new, old)) as restarted,
    ):
        token = log_in(restarted, "admin")
        answer = request("GET", f"{not_restarted}/node/1?_format=json", bearer(token))
    assert (answer.status, answer.document["error"]) == (401, "INVALID_SIGNATURE")
