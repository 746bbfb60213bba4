"""``link``: ``{"uri": "https://example.com/", "title": null, "options": []}``."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.fields.primitives import MAX_NESTING
from tests.content.visitors import faults
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


def test_options_are_nested_as_far_as_every_database_keeps_them(links: Things) -> None:
    def nested(levels: int) -> dict[str, Any]:
        options: Any = "x"
        for level in range(levels):
            options = {"a": options} if level % 2 else [options]
        return {"uri": "https://example.com/", "title": None, "options": options}

    assert links.shown([nested(MAX_NESTING)]) == [nested(MAX_NESTING)]
    assert links.faults([nested(MAX_NESTING + 1)]) == [f"0.options: {WRONG}"]


def test_a_link_that_is_sent_back_changes_nothing(links: Things) -> None:
    link: dict[str, Any] = {"uri": "https://example.com/", "title": None, "options": []}
    assert not links.changes([link], [link])
    assert not links.changes([link], [{**link, "options": {}}])
    assert links.changes([link], [{**link, "title": "New"}])
    assert links.changes([link], [{**link, "options": {"a": 1}}])
