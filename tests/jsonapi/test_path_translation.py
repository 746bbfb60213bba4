"""What front ends are told of the paths of a site, as Drupal's module decoupled_router has it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, User
from django.urls import clear_url_caches

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.content.entity.access import DENIED
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.user.settings import SITE
from drupal_jwt_auth.models import AuditEntry, ConfigObject, Node, PathAlias, Term
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import Answer, Document, Visitor, make_user, message
from tests.jsonapi.clients import Client

NOWHERE = "None of the available methods were able to find a match for this path."


def ask(visitor: Visitor, path: str, root: str = "/") -> Answer:
    """Send a path as clients do."""
    answer = visitor.send("GET", f"{root}router/translate-path?path={quote(path, safe='')}")
    assert answer.headers["Content-Type"] == "application/json"
    return answer


def translated(visitor: Visitor, path: str) -> Document:
    answer = ask(visitor, path)
    assert answer.status_code == 200, answer.content
    document: Document = answer.json()
    return document


def is_unknown(visitor: Visitor, path: str) -> bool:
    answer = ask(visitor, path)
    return bool(answer.status_code == 404 and answer.json()["details"] == NOWHERE)


def key_of(visitor: Visitor) -> int:
    assert visitor.user is not None
    key: int = visitor.user.pk
    return key


@pytest.fixture
def about(pages: list[Node]) -> Node:
    """A page with an alias."""
    PathAlias.objects.create(path=f"/node/{pages[0].pk}", alias="/über uns", langcode="en")
    return pages[0]


@pytest.fixture
def reader(db: None) -> Client:
    return Client(make_user("reader", "access content"))


def test_it_tells_what_is_at_an_alias(reader: Client, about: Node) -> None:
    url = "http://testserver/%C3%BCber%20uns"
    assert translated(reader, "/über uns") == {
        "resolved": url,
        "isExternal": False,
        "isHomePath": False,
        "entity": {
            "canonical": url,
            "type": "node",
            "bundle": "page",
            "id": str(about.pk),
            "uuid": about.uuid,
            "langcode": "en",
        },
        "label": "About",
        "jsonapi": {
            "individual": f"http://testserver/jsonapi/node/page/{about.uuid}",
            "resourceName": "node--page",
            "pathPrefix": "jsonapi",
            "basePath": "/jsonapi",
            "entryPoint": "http://testserver/jsonapi",
        },
        "meta": {
            "deprecated": {
                "jsonapi.pathPrefix": "This property has been deprecated and will be removed in "
                "the next version of Decoupled Router. Use basePath instead."
            }
        },
    }


@pytest.mark.parametrize(
    "path",
    ["über uns", "/ÜBER UNS", "/über uns/", "/%C3%BCber%20uns", "/über+uns", "/über uns?a=b#c"],
)
def test_a_path_may_be_spelled_in_other_ways(reader: Client, about: Node, path: str) -> None:
    assert translated(reader, path) == translated(reader, "/über uns")
    assert translated(reader, f"/node/{about.pk}") == translated(reader, "/über uns")


def test_where_the_resource_is_said_to_be_it_is(reader: Client, about: Node) -> None:
    where = translated(reader, "/über uns")["jsonapi"]
    assert reader.ask(where["individual"])["data"]["type"] == where["resourceName"]


def test_terms_and_accounts_have_paths_too(admin: Client, reader: Client, about: Node) -> None:
    (term,) = Term.objects.all()
    found = translated(reader, f"/taxonomy/term/{term.pk}")
    assert (found["label"], found["jsonapi"]["resourceName"]) == ("alpha", "taxonomy_term--tags")
    own = translated(reader, f"/user/{key_of(reader)}")
    assert (own["entity"]["bundle"], own["entity"]["uuid"]) == ("user", user_uuid(key_of(reader)))


@pytest.mark.parametrize(
    "path", ["/nope", "/node/0", "/node/4444", "/node", "/user/login", "//", "/a\0b", "/\udfff"]
)
def test_what_is_nowhere_is_not_found(reader: Client, about: Node, path: str) -> None:
    path = path.encode("utf-8", "surrogatepass").decode("latin-1")
    assert is_unknown(reader, path)


def test_what_is_shown_of_a_path_is_no_markup(reader: Client, about: Node) -> None:
    told = ask(reader, "/<b>&\"'").json()
    assert told == {
        "message": "Unable to resolve path /&lt;b&gt;&amp;&quot;&#039;.",
        "details": NOWHERE,
    }


def test_an_alias_that_is_switched_off_leads_nowhere(reader: Client, about: Node) -> None:
    PathAlias.objects.update(status=False)
    assert is_unknown(reader, "/über uns")


def test_without_a_path_there_is_nothing_to_translate(reader: Client) -> None:
    text = "Unable to translate empty path. Please send a ?path query string parameter with your"
    for query in ("", "?path=", "?path=0"):
        answer = reader.send("GET", f"/router/translate-path{query}")
        assert message(answer) == (404, f"{text} request.")
    answer = reader.send("GET", "/router/translate-path?path[]=/a")
    assert message(answer) == (400, 'Input value "path" contains a non-scalar value.')


class TestAccess:
    def test_who_may_not_see_what_is_there_is_told_that_alone(
        self, reader: Client, admin: Client, pages: list[Node]
    ) -> None:
        draft = f"/node/{pages[2].pk}"
        answer = ask(reader, draft)
        assert (answer.status_code, answer.json()) == (
            403,
            {
                "message": "Access denied for entity.",
                "details": "This user does not have access to view the resolved entity. Please "
                "authenticate and try again.",
            },
        )
        (entry,) = AuditEntry.objects.filter(status=403)
        assert (entry.path, entry.error) == ("/router/translate-path", "permission_denied")
        assert translated(admin, draft)["label"] == "Draft"
        assert ask(reader, f"/user/{key_of(admin)}").status_code == 403

    def test_an_anonymous_client_is_told_the_same(
        self, anonymous: Client, reader: Client, pages: list[Node]
    ) -> None:
        draft = f"/node/{pages[2].pk}"
        assert ask(anonymous, draft).status_code == 403
        assert ask(anonymous, draft).content == ask(reader, draft).content

    def test_what_something_is_called_may_be_hidden(
        self, reader: Client, about: Node, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rules = ENTITY_TYPES.content("node").access
        monkeypatch.setattr(rules, "view_label", lambda account, node: DENIED)
        assert "label" not in translated(reader, "/über uns")

    def test_it_takes_the_permission_to_see_content(self, about: Node) -> None:
        for role in Group.objects.all():
            role.permissions.clear()
        answer = ask(Client(make_user("stranger")), "/über uns")
        assert message(answer) == (403, "The 'access content' permission is required.")

    def test_a_token_is_needed(self, anonymous: Client, settings: Any, about: Node) -> None:
        settings.DRUPAL_JWT_AUTH = {}
        answer = ask(anonymous, "/über uns")
        assert (answer.status_code, answer.json()["error"]) == (
            401,
            "MISSING_AUTHORIZATION_HEADER",
        )


class TestFrontPage:
    @pytest.fixture(autouse=True)
    def front_page(self, about: Node) -> None:
        ConfigObject.objects.create(name=SITE, data={"page": {"front": "/über uns"}})

    def test_it_is_at_the_root(self, reader: Client) -> None:
        root = translated(reader, "/")
        assert (root["label"], root["isHomePath"]) == ("About", True)
        assert translated(reader, "/über uns") == root

    def test_others_are_not(self, reader: Client, pages: list[Node]) -> None:
        assert not translated(reader, f"/node/{pages[1].pk}")["isHomePath"]


def test_resources_have_the_names_that_a_project_has_chosen(
    reader: Client, about: Node, settings: Any
) -> None:
    chosen = {"node--page": {"name": "pages", "path": "pages"}, "user--user": None}
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS, "JSONAPI_RESOURCES": chosen}
    where = translated(reader, "/über uns")["jsonapi"]
    assert where["resourceName"] == "pages"
    assert where["individual"] == f"http://testserver/jsonapi/pages/{about.uuid}"
    assert is_unknown(reader, f"/user/{key_of(reader)}")


def test_below_a_prefix_paths_may_have_it(reader: Client, about: Node, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.urlconfs"
    clear_url_caches()
    url = "http://testserver/api/%C3%BCber%20uns"
    for path in ("/über uns", "/api/über uns"):
        document = ask(reader, path, root="/api/").json()
        assert (document["resolved"], document["jsonapi"]["basePath"]) == (url, "/api/jsonapi")


def test_it_is_for_reading(admin: Client) -> None:
    answer = admin.send("POST", "/router/translate-path?path=/x", "{}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert User.objects.count() == 1
