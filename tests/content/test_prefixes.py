"""Below prefixes: that of the server, that of the project's URLconf, and Drupal's ``index.php``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test.utils import override_script_prefix
from pytest_django import Settings

from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.models import File, Node, PathAlias, Term
from tests.content.visitors import JSON, Visitor, add_field, make_user, message, nid_of
from tests.crawling import Page, crawl, links, urls
from tests.urlconfs import URLconf, drupal_below

HOST = "http://testserver"
PREFIXES = [("", ""), ("", "/api"), ("/app", ""), ("/app", "/api")]


@pytest.fixture(params=PREFIXES, ids=lambda prefixes: "".join(prefixes) or "none")
def prefixes(request: pytest.FixtureRequest, settings: Settings) -> Iterator[tuple[str, str]]:
    """The prefix of the server and that of the URLconf."""
    server, own = request.param
    settings.ROOT_URLCONF = URLconf(*drupal_below(f"{own[1:]}/" if own else ""))
    settings.FORCE_SCRIPT_NAME = server or None
    settings.MEDIA_URL = f"{server}{own}/media/"
    with override_script_prefix(f"{server}/"):
        yield request.param


@pytest.fixture
def prefix(prefixes: tuple[str, str]) -> str:
    """What each path begins with."""
    return "".join(prefixes)


class Client:
    """Sends requests to URLs, through a server that removes its prefix."""

    def __init__(self, visitor: Visitor, prefixes: tuple[str, str]) -> None:
        self.visitor = visitor
        self.server = prefixes[0]

    def send(self, method: str, url: str, body: str = "", **headers: str) -> Any:
        address = urlsplit(url)
        path = address.path.removeprefix(self.server)
        return self.visitor.send(method, f"{path}?{address.query}", body, **headers)

    def get(self, url: str) -> Page:
        answer = self.send("GET", url)
        is_json = answer.headers["Content-Type"] == "application/json"
        return Page(answer.status_code, answer.headers, answer.json() if is_json else None)


@pytest.fixture
def client(prefixes: tuple[str, str], articles: None, pages: None) -> Client:
    """A client of somebody who may do everything."""
    for kind in ("node", "user"):
        add_field("article", f"to_{kind}", "entity_reference", settings={"target_type": kind})
    add_field("article", "photo", "image")
    return Client(Visitor(make_user("admin", is_superuser=True)), prefixes)


@pytest.fixture
def article(client: Client) -> Node:
    """An article that points to everything there is, one of the things at an alias."""
    about = Node.objects.create(type_id="page", title="About")
    PathAlias.objects.create(path=f"/node/{about.pk}", alias="/über uns", langcode="en")
    file = File.objects.create(filename="a.png", uri="a.png", filesize=1)
    items = {
        "field_tags": Term.objects.filter(status=True)[0].pk,
        "to_node": about.pk,
        "to_user": make_user("other").pk,
        "photo": file.pk,
    }
    fields = {name: [{"target_id": key}] for name, key in items.items()}
    return Node.objects.create(
        type_id="article", title="All", fields=fields, uid=client.visitor.user
    )


def test_each_address_in_an_answer_can_be_followed(
    client: Client, prefix: str, article: Node
) -> None:
    start = f"{HOST}{prefix}/node/{article.nid}"
    found = crawl(client.get, start)
    assert set(found.values()) == {200}
    assert {url.removeprefix(f"{HOST}{prefix}") for url in found} == {
        f"/node/{article.nid}",
        "/%C3%BCber%20uns",
        f"/user/{User.objects.get(username='admin').pk}",
        f"/user/{User.objects.get(username='other').pk}",
        f"/taxonomy/term/{Term.objects.filter(status=True)[0].pk}",
        "/media/a.png",
        # Account 0 has made the page.
        "/user/0",
    }


def test_each_link_has_the_prefix(client: Client, prefix: str, article: Node) -> None:
    answer = client.get(f"{HOST}{prefix}/node/{article.nid}?{JSON}")
    assert len(links(answer)) == 7
    assert all(address.startswith(f"{HOST}{prefix}/") for address, _ in links(answer))


def test_where_a_new_node_is_can_be_asked(client: Client, prefix: str) -> None:
    for path, place in (([], "/node/"), (["/about"], "/about")):
        body = f'{{"type":"page","title":["x"],"path":{str(path).replace(chr(39), chr(34))}}}'
        made = client.send("POST", f"{HOST}{prefix}/node?{JSON}", body)
        location = made.headers["Location"]
        assert location.startswith(f"{HOST}{prefix}{place}")
        assert nid_of(client.send("GET", f"{location}?{JSON}").json()) == nid_of(made.json())


def test_an_alias_works_with_each_method(client: Client, prefix: str, article: Node) -> None:
    url = f"{HOST}{prefix}/%C3%BCber%20uns?{JSON}"
    changed = client.send("PATCH", url, '{"type":"page","title":["New"]}')
    assert changed.json()["title"] == [{"value": "New"}]
    assert client.send("DELETE", url).status_code == 204
    assert message(client.send("GET", url)) == (
        404,
        f'No route found for "GET {url.partition("?")[0]}"',
    )


def test_an_alias_that_is_a_nodes_path_wins_there_too(
    client: Client, prefix: str, article: Node
) -> None:
    other = Node.objects.create(type_id="page", title="Other")
    PathAlias.objects.create(path=f"/node/{other.pk}", alias=f"/node/{article.nid}", langcode="en")
    answer = client.get(f"{HOST}{prefix}/node/{article.nid}?{JSON}")
    assert nid_of(answer.document) == other.nid


def test_a_message_names_the_whole_address(client: Client, prefix: str) -> None:
    url = f"{HOST}{prefix}/node"
    answer = client.send("PUT", f"{url}?{JSON}")
    text = f'No route found for "PUT {url}": Method Not Allowed (Allow: POST)'
    assert message(answer) == (405, text)


def test_a_node_knows_its_path_outside_of_requests(prefix: str, article: Node) -> None:
    assert article.get_absolute_url() == f"{prefix}/node/{article.nid}"
    about = Node.objects.get(title="About")
    assert about.get_absolute_url() == f"{prefix}/%C3%BCber%20uns"


@pytest.mark.urls("drupal_jwt_auth.urls")
def test_where_nothing_else_is_there_all_is_at_the_root() -> None:
    assert site_root() == "/"


class TestIndexPHP:
    """Paths may begin with Drupal's front controller, and then those of the answer do."""

    def test_each_url_is_there_too(self, client: Client, prefix: str, article: Node) -> None:
        root = f"{HOST}{prefix}/index.php"
        for path in (
            f"/node/{article.nid}",
            f"/NODE/{article.nid}/",
            "/über uns",
            "/rest_api/jwks",
        ):
            assert client.get(f"{root}{path}?{JSON}").status == 200
        assert client.send("POST", f"{root}/rest_api/id_token").status_code == 401
        assert client.get(f"{root}/nope?{JSON}").document == {
            "message": f'No route found for "GET {root}/nope"'
        }

    def test_what_there_is_not_is_not_there_either(self, client: Client, prefix: str) -> None:
        for path in ("", "/", "/nope", "/index.php/node/1", "/admin"):
            assert client.get(f"{HOST}{prefix}/index.php{path}").status == 404
        assert client.get(f"{HOST}{prefix}/INDEX.PHP/node?{JSON}").status == 404

    def test_addresses_begin_as_that_of_the_request(
        self, client: Client, prefix: str, article: Node
    ) -> None:
        root = f"{prefix}/index.php/"
        answer = client.get(f"{HOST}{root}node/{article.nid}?{JSON}")
        assert all(address.startswith(HOST + root) for address, _ in links(answer))
        sent = [url for url in urls(answer.document) if "/media/" not in url]
        assert len(sent) == 5
        assert all(url.startswith(root) for url in sent)
        made = client.send("POST", f"{HOST}{root}node?{JSON}", '{"type":"page","title":["x"]}')
        assert made.headers["Location"].startswith(f"{HOST}{root}node/")
