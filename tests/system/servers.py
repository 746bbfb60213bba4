"""Servers as they are in production: several processes, one database, a load balancer.

    with fresh_database(tmp_path) as database:
        with server(database, DRUPAL_JWT_AUTH={...}) as url, server(database) as other_url:
            answer = request("POST", f"{url}/rest_api/id_token", basic("admin", "admin-pass"))

The database has the demo's content types and users (`example_project.content`). The settings are
those of the tests, and what is given besides.
"""

from __future__ import annotations

import http.client
import json
import os
import pickle
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db import connection

from drupal_jwt_auth.conf import HTTP_METHODS
from example_project.bootstrap import ROOT

TIMEOUT = 30

Database = dict[str, Any]
"""What Django's setting ``DATABASES`` has under ``default``."""

EXAMPLE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
"""How the example project uses SQLite; without, it is as Django uses it."""

SQLITE_OPTIONS: dict[str, dict[str, Any]] = {
    "SQLite": {},
    "SQLite as in the example project": EXAMPLE_OPTIONS,
}

DATABASES = tuple(SQLITE_OPTIONS) if connection.vendor == "sqlite" else (connection.vendor,)
"""What a test of a whole system should pass on: Django's defaults, and what is recommended."""


@contextmanager
def fresh_database(
    directory: Path,
    kind: str = DATABASES[-1],
    *,
    site: Path | None = None,
    users: Sequence[Mapping[str, Any]] = (),
) -> Iterator[Database]:
    """Make a database for several processes; drop it later.

    It has the site that a file describes, if there is one, or else the demo's with users of these
    fields besides.
    """
    with empty_database(directory, kind) as database:
        make = command("load", str(site)) if site else command("prepare")
        settings = environment(DATABASES=database, SYSTEM_USERS=[*map(dict, users)])
        subprocess.run(make, env=settings, check=True)
        yield database


@contextmanager
def empty_database(
    directory: Path, kind: str = DATABASES[-1], *, made: str = ""
) -> Iterator[Database]:
    """Make a database on the engine that the suite runs on; drop it later.

    With SQLite it is a file in ``directory``, else a new one on the server that ``DATABASE_URL``
    names, ``made`` with these options of SQL.
    """
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            database = {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(directory / "system.sqlite3"),
                "OPTIONS": SQLITE_OPTIONS[kind],
            }
        else:
            name = f"test_system_{uuid.uuid4().hex}"
            quoted = connection.ops.quote_name(name)
            run_sql(f"CREATE DATABASE {quoted} {made}")
            # PostgreSQL waits for those who are connected, or sends them away.
            force = " WITH (FORCE)" if connection.vendor == "postgresql" else ""
            stack.callback(run_sql, f"DROP DATABASE {quoted}{force}")
            database = {**connection.settings_dict, "NAME": name}
        yield database


@contextmanager
def connected_to(database: Database) -> Iterator[Any]:
    """Connect this process to a database, beside that of the suite."""
    other = connection.copy("other")
    other.settings_dict.update(database)
    try:
        yield other
    finally:
        other.close()


def run_sql(statement: str) -> None:
    """Run a statement that concerns a whole database, from outside of any transaction."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def command(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.system.process", name, *arguments]


def environment(**settings: Any) -> dict[str, str]:
    """The environment of a process with these Django settings."""
    settings["DATABASES"] = {"default": settings.pop("DATABASES")}
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.system.settings",
        "PYTHONPATH": str(ROOT),
        "SERVER_SETTINGS": pickle.dumps(settings).hex(),
    }


class Server:
    """A process that serves the example project; it may take a second until it has a ``url``."""

    interface = "wsgi"

    def __init__(self, database: Database, **settings: Any) -> None:
        self._process = subprocess.Popen(
            command("serve", self.interface),
            env=environment(DATABASES=database, **settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        self._url = ""

    @property
    def url(self) -> str:
        """Where it answers; waits until it does."""
        if not self._url:
            assert self._process.stdout
            self._url = self._process.stdout.readline().strip()
            assert self._url, "The server has not started; see what it has printed."
        return self._url

    def stop(self) -> None:
        """Let it finish what it has begun, and wait until it has gone."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=TIMEOUT)
        finally:
            self._process.kill()


class ASGIServer(Server):
    """One that is uvicorn."""

    interface = "asgi"


@contextmanager
def server(database: Database, **settings: Any) -> Iterator[str]:
    """Run a server with these settings for the time of the block, and yield its address."""
    with running(Server(database, **settings)) as url:
        yield url


@contextmanager
def running(one: Server) -> Iterator[str]:
    """Wait until a server answers, yield its address, and stop it after the block."""
    try:
        yield one.url
    finally:
        one.stop()


class Answer(NamedTuple):
    """What came back: ``document`` is the JSON of the body, if it is JSON."""

    status: int
    document: Any
    headers: http.client.HTTPMessage


def request(
    method: str, url: str, headers: Mapping[str, str] | None = None, document: Any = None
) -> Answer:
    """Send a request over a connection of its own, with a document as JSON if there is one."""
    content, fields = b"", dict(headers or {})
    if document is not None:
        content = json.dumps(document).encode()
        fields["Content-Type"] = "application/json"
    status, answered, body = exchange(method, url, fields, content)
    is_json = answered.get("Content-Type") == "application/json" and body
    return Answer(status, json.loads(body) if is_json else None, answered)


def exchange(
    method: str, url: str, headers: Mapping[str, str], content: bytes
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Send a request, wait until the server is done with it; return status, headers and body.

    What a server does when a request is over it may do after the last byte of the body is here, and
    before it hangs up.
    """
    address = urlsplit(url)
    path = url.removeprefix(f"{address.scheme}://{address.netloc}")
    one = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT)
    try:
        one.request(method, path, content, {**headers, "Connection": "close"})
        with one.sock.dup() as line:
            response = one.getresponse()
            body = response.read()
            assert not line.recv(1), "There is something behind the body."
        return response.status, response.headers, body
    finally:
        one.close()


@dataclass
class Upstream:
    """A server behind the balancer, and how many requests it is answering."""

    server: Server
    url: str
    pending: int = 0
    answered: int = 0


@dataclass
class LoadBalancer:
    """One address before several servers, which are asked in turn.

    As with nginx, HAProxy or a cluster's ingress, a server gets requests from when it was added,
    none any more from when it was drained, and those that it has begun are waited for.
    """

    url: str = ""
    _upstreams: list[Upstream] = field(default_factory=list)
    _turn: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, server: Server) -> None:
        """Send requests to a server too."""
        upstream = Upstream(server, server.url)
        with self._changed:
            self._upstreams.append(upstream)

    def drain(self, server: Server) -> None:
        """Send no more requests to a server, and wait until it has answered all."""
        with self._changed:
            [upstream] = [one for one in self._upstreams if one.server is server]
            self._upstreams.remove(upstream)
            assert self._changed.wait_for(lambda: upstream.pending == 0, TIMEOUT)

    def wait_for_answers(self, count: int) -> None:
        """Wait until each of the servers has answered this many more requests."""
        with self._changed:
            wanted = [(one, one.answered + count) for one in self._upstreams]
            assert self._changed.wait_for(
                lambda: all(one.answered >= number for one, number in wanted), TIMEOUT
            )

    @contextmanager
    def upstream(self) -> Iterator[str]:
        """Choose a server for one request."""
        with self._changed:
            self._turn += 1
            chosen = self._upstreams[self._turn % len(self._upstreams)]
            chosen.pending += 1
        try:
            yield chosen.url
        finally:
            with self._changed:
                chosen.pending -= 1
                chosen.answered += 1
                self._changed.notify_all()


@contextmanager
def load_balancer(*servers: Server) -> Iterator[LoadBalancer]:
    """Run a load balancer before these servers."""
    balancer = LoadBalancer()
    for one in servers:
        balancer.add(one)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with balancer.upstream() as url:
                status, headers, body = exchange(
                    self.command, url + self.path, dict(self.headers), content
                )
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    for method in HTTP_METHODS:
        setattr(Handler, f"do_{method}", Handler.handle_any)
    front = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    front.daemon_threads = False
    thread = threading.Thread(target=front.serve_forever, args=[0.02])
    thread.start()
    balancer.url = f"http://127.0.0.1:{front.server_port}"
    try:
        yield balancer
    finally:
        front.shutdown()
        thread.join()
        front.server_close()
