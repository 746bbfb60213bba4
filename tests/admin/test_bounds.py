"""Whatever a page of the admin is asked for, or gets, it answers; nothing is half saved."""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin.fields import MAX_INPUTS
from drupal_jwt_auth.admin.parameters import MAX_KEY, MAX_SEARCH_LENGTH
from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.fields.primitives import MAX_NESTING
from drupal_jwt_auth.models import (
    AuditEntry,
    Node,
    NodeType,
    PathAlias,
    Term,
    TextFormat,
    Vocabulary,
)
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import MakeField, MakeNode

MODELS = {
    "node": [
        "type__type__exact",
        "status__exact",
        "langcode",
        "author",
        "title",
        "nid__in",
        "type__in",
    ],
    "nodetype": [],
    "pathalias": ["langcode", "node__nid"],
    "file": ["status__exact", "author"],
    "comment": ["status__exact", "comment_type__id__exact", "author"],
    "term": ["vid__vid__exact", "vid__in", "status__exact"],
    "vocabulary": [],
    "textformat": [],
    "auditentry": ["timestamp__gte", "outcome", "status", "method"],
}
COMMON = ["q", "p", "o", "_to_field", "pk__exact", "nonsense"]
DATES = {"auditentry": "timestamp"}
WORDS = [
    *("\0", "abc", "", "-1", "[]", "2020-13-45", "9999", "9" * 25, "9" * 5000, str(2**63)),
    *("x" * 50_000, "a,b," + "c," * 2000, "a " * 1500),
]
NO_JSON = [
    *("[" * 100_000, '{"a":' * 3000, "9" * 5000 + "x", "[1e999]", "NaN", "[NaN]", "{", "\ufffe"),
    *(r'"\ud800"', '[{"value": 1e999}]', '[{"a":' + "[" * 100 + "]" * 100 + "}]"),
]
UNSTORABLE = [r'{"a": "\u0000"}', r'{"\u0000": 1}', r'[{"value": "a\u0000b"}]']


@pytest.fixture
def stocked(site: None, make_node: MakeNode) -> Node:
    """One of everything."""
    node = make_node()
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/a", langcode="en")
    Term.objects.create(vid=Vocabulary.objects.create(vid="tags", name="Tags"), name="a")
    TextFormat.objects.create(format="my_html", name="My HTML", filters={})
    AuditEntry.objects.create(method="GET", path="/", status=200)
    return node


# Lists


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("name", MODELS)
def test_a_list_may_be_asked_for_anything(browser: Client, name: str) -> None:
    dates = [f"{DATES[name]}__{part}" for part in ("year", "month", "day")] if name in DATES else []
    pages = [f"{name}/"] + (["auditentry/export/"] if name == "auditentry" else [])
    for page, parameter, word in product(pages, (*COMMON, *MODELS[name], *dates), WORDS):
        answer = browser.get(ADMIN + page, {parameter: word})
        assert answer.status_code in (200, 302, 400), (parameter, word[:20])
        if answer.streaming:
            assert b"".join(answer)


@pytest.mark.parametrize("name", MODELS)
def test_a_search_has_a_length(browser: Client, stocked: Node, name: str) -> None:
    longest = "a " * (MAX_SEARCH_LENGTH // 2)
    assert browser.get(f"{ADMIN}{name}/", {"q": longest}).status_code == 200
    refused = browser.get(f"{ADMIN}{name}/", {"q": f"{longest}a"})
    assert (refused.status_code, refused.headers["Location"]) == (302, f"{ADMIN}{name}/?e=1")


@pytest.mark.parametrize("lookup", ["title__regex", "title__iregex", "type__name__regex"])
def test_a_list_is_not_filtered_by_regular_expressions(browser: Client, lookup: str) -> None:
    assert browser.get(f"{ADMIN}node/", {lookup: "(a+)+$"}).status_code == 400


def test_lists_have_so_many_parameters(browser: Client, stocked: Node) -> None:
    query = "&".join(f"a{number}=1" for number in range(1001))
    assert browser.get(f"{ADMIN}node/?{query}").status_code == 400


# Keys


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("name", MODELS)
def test_a_page_may_be_asked_for_any_key(browser: Client, name: str) -> None:
    # Text formats are switched off instead.
    deleting = "switch/" if name == "textformat" else "delete/"
    for key, page in product(WORDS, ("change/", deleting, "history/")):
        answer = browser.get(f"{ADMIN}{name}/{quote(key, safe='')}/{page}")
        assert answer.status_code in (200, 301, 302, 400, 404), (key[:20], page)


@pytest.mark.parametrize("key", ["\0", "abc", "9" * 30, str(MAX_KEY + 1), "9" * 5000, "1.5"])
@pytest.mark.parametrize("action", ["publish", "delete_selected", "nonsense"])
def test_an_action_is_for_what_can_have_a_key(
    browser: Client, stocked: Node, action: str, key: str
) -> None:
    chosen = {"action": action, "_selected_action": [str(stocked.pk), key], "index": "0"}
    assert browser.post(f"{ADMIN}node/", {**chosen, "post": "yes"}).status_code == 400
    assert Node.objects.exists()


def test_an_action_on_a_name_with_a_nul_is_refused(browser: Client, stocked: Node) -> None:
    chosen = {"action": "delete_selected", "_selected_action": ["tags", "a\0b"], "index": "0"}
    assert browser.post(f"{ADMIN}vocabulary/", {**chosen, "post": "yes"}).status_code == 400
    assert Vocabulary.objects.exists()


def test_revisions_may_be_asked_for_anything(browser: Client, stocked: Node) -> None:
    pages = f"{ADMIN}node/{stocked.pk}/revisions/"
    for key in WORDS:
        for query in ({"old": key, "new": "1"}, {"old": "1", "new": key}, {"old": key, "new": key}):
            assert browser.get(f"{pages}compare/", query).status_code in (302, 404), key[:20]
        assert browser.get(pages, {"page": key}).status_code == 200, key[:20]
        answer = browser.get(f"{pages}{quote(key, safe='')}/")
        assert answer.status_code in (200, 301, 302, 400, 404), key[:20]


# JSON


@pytest.mark.parametrize("text", [*NO_JSON, *UNSTORABLE])
def test_a_default_value_as_json_is_read_as_the_api_reads_it(
    browser: Client, add_field: MakeField, text: str
) -> None:
    config = add_field("string", default_value=[5])
    path = f"fieldconfig/{config.pk}/change/"
    assert read(submit(browser, path, default_value=text)).errors
    config.refresh_from_db()
    assert config.default_value == [5]


@pytest.mark.parametrize("text", [*NO_JSON, *UNSTORABLE])
def test_json_of_a_text_format_is_read_as_the_api_reads_it(
    browser: Client, stocked: Node, text: str
) -> None:
    answer = submit(browser, "textformat/my_html/change/", filters=text)
    assert read(answer).errors == ["Enter a valid JSON."]


@pytest.mark.parametrize("text", ["", "null", "{}", " { } "])
def test_a_text_format_may_have_no_filters(browser: Client, stocked: Node, text: str) -> None:
    assert submit(browser, "textformat/my_html/change/", filters=text).status_code == 302
    assert TextFormat.objects.get(format="my_html").filters == {}


@pytest.mark.parametrize("text", NO_JSON)
def test_json_of_a_value_is_read_as_the_api_reads_it(
    browser: Client, make_node: MakeNode, text: str
) -> None:
    node = make_node(fields={"body": "broken"})
    answer = submit(browser, f"node/{node.pk}/change/", body=text)
    assert read(answer).errors == ["Enter a valid JSON."]
    stored: Any = Node.objects.get().fields
    assert stored == {"body": "broken"}


def test_a_value_may_have_any_character(browser: Client, make_node: MakeNode) -> None:
    node = make_node(fields={"body": "broken"})
    deep: Any = "a\0b"
    for _ in range(MAX_NESTING - 10):
        deep = [deep]
    body = json.dumps([{"value": "a\0b", "other": deep}])
    assert submit(browser, f"node/{node.pk}/change/", body=body).status_code == 302
    node.refresh_from_db()
    assert node.fields["body"][0]["value"] == "a\0b"


# Forms


def test_a_form_has_a_length(browser: Client, stocked: Node) -> None:
    path = f"node/{stocked.pk}/change/"
    assert submit(browser, path, title="x" * 3_000_000).status_code == 400
    many = {f"a{number}": "1" for number in range(1001)}
    assert submit(browser, path, **many).status_code == 400
    stocked.refresh_from_db()
    assert stocked.title == "A page"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00", "99999-01-01T00:00"])
def test_a_time_that_not_each_clock_can_show_is_refused(
    browser: Client, stocked: Node, settings: Any, moment: str
) -> None:
    settings.TIME_ZONE = "America/Los_Angeles"
    answer = submit(browser, f"node/{stocked.pk}/change/", created=moment)
    assert read(answer).errors == ["Enter a valid date/time."]


def test_what_a_reference_is_typed_in_as_may_be_anything(
    browser: Client, event: NodeType, add_field: MakeField
) -> None:
    add_field("entity_reference", settings={"target_type": "node_type"})
    for text in ("\0", "a\0b", "x" * 5000):
        values = {"title": "New", "field_x-0-target_id": text}
        answer = submit(browser, "node/add/?type=event", **values)
        assert read(answer).errors


def test_a_field_with_more_values_than_a_form_takes_is_shown_as_json(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string", cardinality=-1)
    items = [{"value": str(number)} for number in range(MAX_INPUTS)]
    node = make_node(type_id="event", fields={"field_x": items})
    path = f"node/{node.pk}/change/"
    assert f"field_x-{MAX_INPUTS - 1}-value" in get(browser, path).inputs
    items.append({"value": "one more"})
    node.fields = {"field_x": items}
    node.save()
    page = get(browser, path)
    assert "There are too many values to show an input for each." in page.text
    assert json.loads(page.values["field_x"]) == items
    assert submit(browser, path, title="New").status_code == 302
    node.refresh_from_db()
    assert (node.title, node.fields["field_x"]) == ("New", items)
    assert submit(browser, path, field_x='[{"value": "x"}]').status_code == 302
    node.refresh_from_db()
    assert node.fields["field_x"] == [{"value": "x"}]


def test_references_of_revisions_are_looked_up_together(
    browser: Client, add_field: MakeField, make_node: MakeNode, admin: Any
) -> None:
    add_field("entity_reference", cardinality=-1, settings={"target_type": "taxonomy_term"})
    tags = Vocabulary.objects.create(vid="tags", name="Tags")

    def queries(count: int) -> int:
        terms = [Term.objects.create(vid=tags, name=f"Term {number}") for number in range(count)]
        items = [{"target_id": term.pk} for term in terms]
        node = make_node(type_id="event", fields={"field_x": items})
        old = node.vid
        node.fields = {"field_x": items[1:]}
        save_revision(node, admin)
        page = f"node/{node.pk}/revisions/compare/"
        with CaptureQueriesContext(connection) as captured:
            text = get(browser, page, old=old, new=node.vid).text
        assert f"Term {count - 1}" in text
        return len(captured)

    queries(1)  # The process knows the content model from here on.
    assert queries(3) == queries(40)
