"""Under ASGI the site answers as under WSGI: the recordings over HTTP, and what no view is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPMessage
from typing import Any, NamedTuple

import pytest
from pytest_django import DjangoDbBlocker

from tests.drupal.replay import DATA, Recording, Replayer
from tests.system.servers import ASGIServer, Database, exchange, fresh_database, request, running

RECORDINGS = ("posts", "gets", "patches")


class Received(NamedTuple):
    """An answer as the replayer reads those of Django's test client."""

    status_code: int
    headers: HTTPMessage
    content: bytes
    streaming: bool = False

    def json(self) -> Any:
        return json.loads(self.content)


class RemoteReplayer(Replayer):
    """Play the lines of one recording over HTTP."""

    def __init__(self, recording: Recording, base: str) -> None:
        super().__init__(recording)
        self.base = base

    def send(
        self,
        method: str,
        path: str,
        headers: list[tuple[str, str]],
        body: bytes,
        session: str | None = None,
    ) -> Received:
        return Received(*exchange(method, self.base + path, dict(headers), body))


@pytest.fixture
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The address of the site that the recordings begin with, served by uvicorn."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            directory = tmp_path_factory.mktemp("asgi")
            database = stack.enter_context(fresh_database(directory, site=DATA / "site.json"))
        with running(ASGIServer(database, DRUPAL_JWT_AUTH={"PUBLIC_METHODS": ["GET"]})) as url:
            yield url
        with django_db_blocker.unblock():
            stack.close()


def test_what_no_view_is_for_is_told_as_ever(database: Database) -> None:
    with running(ASGIServer(database)) as url:
        for path in ("/favicon.ico", "/nope/", "/node/1/2", "/about"):
            assert request("GET", url + path).status == 404
        missing = request("GET", f"{url}/nope?_format=json")
        assert missing.document == {"message": f'No route found for "GET {url}/nope"'}
        slash = request("GET", f"{url}/admin")
        assert (slash.status, slash.headers["Location"]) == (301, "/admin/")


@pytest.mark.parametrize("name", RECORDINGS)
def test_each_answer_is_the_recorded_one(site: str, name: str) -> None:
    recording = Recording(name)
    replayer = RemoteReplayer(recording, site)
    differences = {line["id"]: replayer.play(line) for line in recording.lines}
    assert {name: differences[name] for name in recording.scored if differences[name]} == {}
