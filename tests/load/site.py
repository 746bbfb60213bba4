"""The site that is put under load, and its clients."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import django
from django.db import connections

from tests.headers import basic, bearer

WRITERS = 8
FIELDS = tuple(f"field_{number}" for number in range(WRITERS))
"""Whole numbers, a field for each of those who write."""

TYPE = "load"


class Client:
    """Sends requests to a site as its administrator, and counts what the server failed at."""

    def __init__(self, url: str) -> None:
        from example_project.content import password_of
        from tests.system.servers import request

        self.url = url
        self.failures: Counter[int] = Counter()
        self._request = request
        self.password = password_of("admin")
        answer = self.ask("id_token", basic("admin", self.password))
        self.headers = bearer(answer.document["jwt_token"])

    def send(self, method: str, path: str, document: Any = None) -> Any:
        """Send a request and return its answer."""
        return self._send(method, f"{path}?_format=json", self.headers, document)

    def ask(
        self,
        endpoint: str,
        headers: dict[str, str],
        document: Any = None,
        *,
        method: str = "POST",
    ) -> Any:
        """Send a request to an endpoint for tokens and return its answer."""
        return self._send(method, f"/rest_api/{endpoint}", headers, document)

    def _send(self, method: str, path: str, headers: dict[str, str], document: Any) -> Any:
        answer = self._request(method, self.url + path, headers, document)
        if answer.status >= 500:
            self.failures[answer.status] += 1
        return answer

    def create(self, **fields: Any) -> Any:
        """Create a node and return the answer."""
        return self.send("POST", "/node", {"type": TYPE, "title": ["Under load"], **fields})


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that all commands have."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--database-url", metavar="URL", help="postgres://user@host:port/database")
    made.add_argument(
        "--example-settings", action="store_true", help="SQLite with IMMEDIATE and WAL"
    )
    made.add_argument("--atomic-requests", action="store_true")
    made.add_argument("--workers", type=int, default=4, help="processes that serve, 4 by default")
    return made


@contextmanager
def site(
    options: argparse.Namespace, application: str = "example_project.wsgi", **settings: Any
) -> Iterator[str]:
    """Serve a site of its own as the options say, with Django's settings, and yield its address."""
    if options.database_url:
        os.environ["DATABASE_URL"] = options.database_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests.system.servers import DATABASES, environment, fresh_database

    kind = DATABASES[-1 if options.example_settings else 0]
    with (
        tempfile.TemporaryDirectory() as directory,
        fresh_database(Path(directory), kind) as made,
    ):
        database = {**made, "CONN_MAX_AGE": 600, "ATOMIC_REQUESTS": options.atomic_requests}
        variables = environment(DATABASES=database, **settings)
        subprocess.run([sys.executable, "-m", "tests.load.content"], env=variables, check=True)
        with gunicorn(application, options.workers, variables) as url, looking_at(database):
            yield url


@contextmanager
def looking_at(database: Any) -> Iterator[None]:
    """Let this process, too, see the database of the site."""
    from tests.system.servers import connected_to

    own = connections["default"]
    with connected_to(database) as other:
        connections["default"] = other
        try:
            yield
        finally:
            connections["default"] = own


@contextmanager
def gunicorn(application: str, workers: int, variables: dict[str, str]) -> Iterator[str]:
    """Serve the application of a module on any free port, and yield the address."""
    options = ["--workers", str(workers), "--bind", "127.0.0.1:0", "--log-level", "info"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, f"{application}:application"],
        env=variables,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        url = next(found[0] for line in lines if (found := re.search(r"http://[\d.:]+", line)))
        # What goes wrong in it is shown, and its pipe is emptied.
        Thread(target=_show_errors, args=(lines,), daemon=True).start()
        yield url
    finally:
        process.terminate()
        process.wait()


def _show_errors(lines: Iterator[str]) -> None:
    for line in lines:
        if "[INFO]" not in line:
            sys.stderr.write(line)


def at_once(calls: Sequence[Callable[[], object]]) -> None:
    """Make all calls at the same time, and wait for them."""
    threads = [Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(options: argparse.Namespace, clients: Sequence[Client], **figures: object) -> None:
    """Print the figures of a run."""
    failures: Counter[int] = sum((each.failures for each in clients), Counter())
    kinds = {"mysql": "MariaDB", "postgres": "PostgreSQL", "postgresql": "PostgreSQL"}
    name = kinds[options.database_url.partition(":")[0]] if options.database_url else "SQLite"
    name += ", example's settings" if options.example_settings else ""
    name += ", ATOMIC_REQUESTS" if options.atomic_requests else ""
    shown = {**figures, "5xx": failures.total()}
    print(f"{name}: " + ", ".join(f"{value} {key}" for key, value in shown.items()), flush=True)
