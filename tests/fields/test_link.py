"""``link``: ``{"uri": "https://example.com/", "title": null, "options": []}``."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.fields.contact import LINK_TEXT_MAX_LENGTH
from drupal_jwt_auth.fields.primitives import MAX_NESTING, is_storable
from drupal_jwt_auth.models import FieldStorage, Node, PathAlias
from tests.content.visitors import Visitor, faults, make_user, nid_of, permission
from tests.fields.things import Things

WRONG = "This value should be of the correct primitive type."


@pytest.fixture
def links(things: Things) -> Things:
    things.have("link")
    return things


def invalid(uri: str) -> str:
    return f"0: The path '{uri}' is invalid."


def test_a_link_may_be_a_bare_uri(links: Things) -> None:
    assert links.shown(["https://example.com/a"]) == [
        {"uri": "https://example.com/a", "title": None, "options": []}
    ]


def test_a_link_has_a_title_and_options(links: Things) -> None:
    link = {"uri": "https://example.com/", "title": "Here", "options": {"attributes": {"rel": "x"}}}
    assert links.shown([link]) == [link]
    assert links.shown([{"uri": "https://example.com/", "title": 5}])[0]["title"] == "5"


@pytest.mark.parametrize("value", [[], [""], [None], [{"title": "Here"}], [{"uri": ""}]])
def test_without_a_uri_there_is_no_link(links: Things, value: Any) -> None:
    assert links.shown(value) == []


@pytest.mark.parametrize(
    "uri",
    [
        *("internal:/", "internal:/node/1", "internal:?a", "internal:#b", "entity:node/1"),
        *("route:<front>", "base:a.txt", "mailto:a@b.com", "tel:1"),
    ],
)
def test_a_link_may_point_into_the_site_or_out_of_it(links: Things, uri: str) -> None:
    assert links.shown([uri])[0]["uri"] == uri


def inaccessible(uri: str) -> str:
    return f"0: The path '{uri}' is inaccessible."


@pytest.fixture
def by_author(links: Things) -> Things:
    """Asked by somebody who may write things, and see what is published."""
    permissions = ("access content", "create thing content", "edit own thing content")
    links.visitor = Visitor(make_user("author", *permissions))
    return links


@pytest.fixture
def nodes(links: Things) -> dict[str, int]:
    """The numbers of a node that everybody may see, and of one that nobody may."""
    for name in ("open", "draft"):
        Node.objects.create(type_id="thing", title=name, status=name == "open")
    return dict(Node.objects.values_list("title", "nid"))


@pytest.mark.parametrize("form", ["entity:node/{}", "internal:/node/{}", "Internal:/node/{}?a#b"])
def test_a_link_leads_to_what_its_author_may_see(
    by_author: Things, nodes: dict[str, int], form: str
) -> None:
    uri, hidden = form.format(nodes["open"]), form.format(nodes["draft"])
    assert by_author.shown([uri])[0]["uri"] == uri
    assert by_author.faults([hidden]) == [inaccessible(hidden)]


def test_an_alias_does_not_hide_where_a_link_leads(
    by_author: Things, nodes: dict[str, int]
) -> None:
    for name, nid in nodes.items():
        PathAlias.objects.create(path=f"/node/{nid}", alias=f"/the {name} one")
    assert by_author.shown(["internal:/the%20open%20one"])
    uri = "internal:/the draft one"
    assert by_author.faults([uri]) == [inaccessible(uri)]


def test_of_two_aliases_of_one_name_the_newest_leads_there(
    by_author: Things, nodes: dict[str, int]
) -> None:
    for name in ("draft", "open"):
        PathAlias.objects.create(path=f"/node/{nodes[name]}", alias="/one")
    assert by_author.shown(["internal:/one"])


@pytest.mark.parametrize("uri", ["entity:node/999", "entity:node/x", "entity:file/1", "entity:a/1"])
def test_an_entity_that_is_named_has_to_be_there(by_author: Things, uri: str) -> None:
    assert by_author.faults([uri]) == [inaccessible(uri)]


@pytest.mark.parametrize("uri", ["internal:/node/999", "internal:/my/page", "base:node/999"])
def test_of_what_is_at_a_path_that_no_entity_has_nothing_is_known(
    by_author: Things, uri: str
) -> None:
    assert by_author.shown([uri])[0]["uri"] == uri


def test_who_may_link_to_any_page_may_link_to_all(by_author: Things, nodes: dict[str, int]) -> None:
    User.objects.get(username="author").user_permissions.add(permission("link to any page"))
    assert by_author.shown([f"entity:node/{nodes['draft']}"])


def test_a_link_may_stay_where_it_leads(by_author: Things, nodes: dict[str, int]) -> None:
    made = by_author.visitor.create(by_author.document([f"entity:node/{nodes['open']}"]))
    Node.objects.filter(pk=nodes["open"]).update(status=False)
    document = {"type": "thing", "title": ["New"], "field_it": made["field_it"]}
    changed = by_author.visitor.change(nid_of(made), document)
    assert changed["field_it"] == made["field_it"]


def test_a_link_can_be_asked_for_alone(nodes: dict[str, int]) -> None:
    site = SiteContext(Account(None), get_structure(None))
    assert site.may_follow(f"internal:/node/{nodes['open']}")
    assert not site.may_follow(f"internal:/node/{nodes['draft']}")


def test_many_links_are_looked_at_together(by_author: Things) -> None:
    FieldStorage.objects.update(cardinality=-1)
    Node.objects.bulk_create(Node(type_id="thing", title="A", status=False) for _ in range(200))
    uris = [f"internal:/node/{nid}" for nid in Node.objects.values_list("pk", flat=True)]
    uris += [f"entity:node/{number}" for number in range(100_000, 100_200)]

    def queries(uris: list[str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(by_author.faults(uris)) == len(uris)
        return len(captured)

    queries(uris[:1])  # The process gets to know the content type.
    assert queries(uris[199:201]) == queries(uris)


@pytest.mark.parametrize("uri", ["example.com", "/node/1", "node/1"])
def test_what_has_no_scheme_is_no_link(links: Things, uri: str) -> None:
    assert links.faults([uri]) == [invalid(uri), f"0.uri: {WRONG}"]


def test_what_is_no_text_is_no_link(links: Things) -> None:
    assert links.faults([5]) == [invalid("5"), f"0.uri: {WRONG}"]
    assert links.faults([{"uri": ["a"]}]) == [invalid(""), f"0.uri: {WRONG}"]


@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "foo:x"]
)
def test_a_dangerous_scheme_is_refused(links: Things, uri: str) -> None:
    assert links.faults([uri]) == [invalid(uri)]


@pytest.mark.parametrize("uri", ["internal:x", "entity:node", "entity:/1", "entity:node/"])
def test_a_path_of_the_site_begins_as_such(links: Things, uri: str) -> None:
    assert links.faults([uri]) == [invalid(uri)]


@pytest.mark.parametrize("uri", ["https://", "https:", "internal:", "route:", "base:"])
def test_a_scheme_alone_is_no_link(links: Things, uri: str) -> None:
    assert links.faults([uri]) == [invalid(uri)]


@pytest.mark.parametrize(
    ("link_type", "allowed", "refused"),
    [(16, "https://example.com/", "internal:/a"), (1, "internal:/a", "https://example.com/")],
)
def test_a_field_may_allow_one_kind_only(
    things: Things, link_type: int, allowed: str, refused: str
) -> None:
    things.have("link", settings={"link_type": link_type})
    assert things.shown([allowed])[0]["uri"] == allowed
    assert things.faults([refused]) == [invalid(refused)]


@pytest.mark.parametrize("name", ["title", "options"])
def test_properties_have_types(links: Things, name: str) -> None:
    value = ["x"] if name == "title" else "x"
    assert links.faults([{"uri": "https://example.com/", name: value}]) == [f"0.{name}: {WRONG}"]


def test_options_hold_no_number_beyond_all_bounds(links: Things) -> None:
    body = (
        '{"type":"thing","title":["A"],'
        '"field_it":[{"uri":"https://example.com/","options":{"a":[1e999]}}]}'
    )
    assert faults(links.visitor.send("POST", "/node?_format=json", body)) == [
        f"field_it.0.options: {WRONG}"
    ]


def nested(depth: int, *, as_object: bool) -> Any:
    """Arrays or objects, one in the other."""
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if as_object else [value]
    return value


@pytest.mark.parametrize("as_object", [False, True])
def test_options_are_nested_so_deep_that_every_program_can_read_them(
    links: Things, as_object: bool
) -> None:
    deepest = nested(MAX_NESTING, as_object=as_object)
    link = {"uri": "https://example.com/", "title": None}
    assert links.shown([{**link, "options": deepest}]) == [{**link, "options": deepest}]
    for depth in (MAX_NESTING + 1, 470):
        deeper = {**link, "options": nested(depth, as_object=as_object)}
        assert links.faults([deeper]) == [f"0.options: {WRONG}"]


@pytest.mark.parametrize("as_object", [False, True])
def test_looking_how_deep_it_is_needs_no_stack(as_object: bool) -> None:
    assert not is_storable(nested(100_000, as_object=as_object))
    assert is_storable([nested(MAX_NESTING - 1, as_object=as_object), 1.5, None])
    assert not is_storable([1, {"a": [float("inf")]}])


def test_a_text_has_a_length_and_a_uri_has_none(links: Things) -> None:
    uri = "https://" + "x" * 10_000
    text = "x" * LINK_TEXT_MAX_LENGTH
    assert links.shown([{"uri": uri, "title": text}])[0] == {
        "uri": uri,
        "title": text,
        "options": [],
    }
    assert links.faults([{"uri": uri, "title": f"{text}x"}]) == [
        f"0.title: It: may not be longer than {LINK_TEXT_MAX_LENGTH} characters.",
    ]


def test_a_link_that_is_sent_back_changes_nothing(links: Things) -> None:
    link: dict[str, Any] = {"uri": "https://example.com/", "title": None, "options": []}
    assert not links.changes([link], [link])
    assert not links.changes([link], [{**link, "options": {}}])
    assert links.changes([link], [{**link, "title": "New"}])
    assert links.changes([link], [{**link, "options": {"a": 1}}])
