"""Below the prefix of a server, and that of a project's, each address leads somewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from example_project.content import password_of
from tests.crawling import Page, crawl, links
from tests.headers import basic, bearer
from tests.system.servers import ASGIServer, Database, Server, request, running

SETTINGS = {"SERVER_PREFIX": "/app", "ROOT_URLCONF": "tests.urlconfs"}
PREFIX = "/app/api"


@pytest.fixture(scope="module", params=[Server, ASGIServer])
def site(request: pytest.FixtureRequest, database: Database) -> Any:
    """The address of a site below both prefixes."""
    with running(request.param(database, **SETTINGS)) as url:
        yield url + PREFIX


@pytest.fixture
def send(site: str) -> Callable[..., Page]:
    """Send a request to a URL, as the administrator."""
    credentials = basic("admin", password_of("admin"))
    answer = request("POST", f"{site}/rest_api/id_token", credentials)
    token = bearer(answer.document["jwt_token"])

    def send(url: str, method: str = "GET", document: Any = None) -> Page:
        return Page(*_in_order(request(method, url, token, document)))

    return send


def _in_order(answer: Any) -> tuple[int, Any, Any]:
    return answer.status, answer.headers, answer.document


@pytest.mark.parametrize("script", ["", "/index.php"])
def test_each_address_that_is_sent_can_be_followed(
    site: str, send: Callable[..., Page], script: str
) -> None:
    made = {}
    for path in ([], [{"alias": "/über uns"}]):
        page = {"type": "page", "title": ["A page"], "path": path}
        answer = send(f"{site}{script}/node?_format=json", "POST", page)
        assert answer.status == 201
        location = answer.headers["Location"]
        assert location.startswith(f"{site}{script}/")
        made[location] = answer

    statuses = crawl(send, *made)

    assert set(statuses.values()) == {200}
    assert {*made, f"{site}{script}/user/1"} <= statuses.keys()
    assert all(url.startswith(f"{site}{script}/") for url in statuses)
    for location in made:
        answer = send(f"{location}?_format=json")
        assert all(address.startswith(f"{site}{script}/") for address, _ in links(answer))
        assert send(f"{location}?_format=json", "DELETE").status == 204


def test_what_there_is_not_is_told_with_its_whole_address(
    site: str, send: Callable[..., Page]
) -> None:
    answer = send(f"{site}/nope?_format=json")
    assert answer.document == {"message": f'No route found for "GET {site}/nope"'}
