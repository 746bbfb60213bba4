"""``PATCH /node/{node}``: changing nodes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from drupal_jwt_auth.models import Node, Revision
from tests.content.visitors import (
    JSON,
    Visitor,
    add_field,
    faults,
    make_type,
    message,
    nid_of,
    page,
)

LONG_AGO = datetime(2001, 1, 1, tzinfo=timezone.utc)
LONG_AGO_SHOWN = [{"value": "2001-01-01T00:00:00+00:00", "format": "Y-m-d\\TH:i:sP"}]


@pytest.fixture
def nid(editor: Visitor) -> int:
    """A page of the editor's that was changed long ago."""
    nid = nid_of(editor.create(page(body=[{"value": "Text", "summary": "s"}])))
    Node.objects.update(changed=LONG_AGO)
    return nid


@pytest.fixture
def visitors(editor: Visitor, admin: Visitor) -> tuple[Visitor, Visitor]:
    return editor, admin


def test_what_is_not_sent_stays(editor: Visitor, nid: int) -> None:
    before = editor.read(nid)
    after = editor.change(nid, {"type": "page", "title": ["New"]})
    assert {name for name in after if after[name] != before[name]} == {"title", "changed"}
    assert after == editor.read(nid)
    age = datetime.now(timezone.utc) - datetime.fromisoformat(after["changed"][0]["value"])
    assert age.total_seconds() < 60


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"title": ["A page"]},
        {"title": [{"value": "A page", "more": 1}]},
        {"status": [1], "promote": ["0"], "sticky": [0]},
        {"body": [{"value": "Text", "summary": "s", "processed": "other"}]},
        {"langcode": []},
    ],
)
def test_what_is_the_same_changes_nothing(
    editor: Visitor, nid: int, document: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7):
        after = editor.change(nid, {"type": "page", **document})
    assert after["changed"] == LONG_AGO_SHOWN


@pytest.mark.parametrize(
    "document",
    [
        {"body": [None, None]},
        {"revision_log": ["Note"]},
        {"revision_translation_affected": [False]},
        {"revision_default": [True]},
    ],
)
def test_what_says_nothing_of_the_content_does_not_move_the_time(
    editor: Visitor, document: dict[str, Any]
) -> None:
    add_field("page", "field_many", "string", cardinality=-1)
    nid = nid_of(editor.create(page()))
    Node.objects.update(changed=LONG_AGO)
    if "body" in document:
        document = {"field_many": document["body"]}
    assert editor.change(nid, {"type": "page", **document})["changed"] == LONG_AGO_SHOWN


def test_a_note_of_the_revision_is_kept(editor: Visitor, nid: int) -> None:
    after = editor.change(nid, {"type": "page", "revision_log": ["Note"]})
    assert after["revision_log"] == editor.read(nid)["revision_log"] == [{"value": "Note"}]
    assert Revision.objects.count() == 1
    assert editor.change(nid, {"type": "page", "revision_log": []})["revision_log"] == []


@pytest.mark.parametrize("value", [[], None, "", {}])
def test_nothing_clears_a_field(editor: Visitor, nid: int, value: Any) -> None:
    assert editor.change(nid, {"type": "page", "body": value})["body"] == []
    assert editor.read(nid)["body"] == []


def test_a_node_read_and_sent_back_is_the_same(
    nid: int, visitor_with: Callable[..., Visitor]
) -> None:
    """Nobody needs a right to a field for sending back what it holds."""
    other = visitor_with("edit any page content")
    read = other.read(nid)
    assert other.change(nid, read) == read


@pytest.mark.parametrize(
    "refusal",
    [
        ("nid", [77777], " The entity ID cannot be changed."),
        ("uuid", ["x"], " The entity UUID cannot be changed."),
        ("changed", [{"value": 5}], ""),
        ("revision_timestamp", [{"value": 5}], ""),
        ("revision_uid", [0], ""),
        ("uid", [0], " The 'administer nodes' permission is required."),
        ("status", [False], " The 'administer nodes' permission is required."),
        ("created", [{"value": 5}], " The 'administer nodes' permission is required."),
        ("promote", [True], " The 'administer nodes' permission is required."),
        ("sticky", [True], " The 'administer nodes' permission is required."),
    ],
)
def test_a_field_that_is_not_ones_own_to_change_is_refused_with_the_reason(
    editor: Visitor, admin: Visitor, nid: int, refusal: tuple[str, Any, str]
) -> None:
    name, value, reason = refusal
    document = {"type": "page", name: value}
    refused = (403, f"Access denied on updating field '{name}'.{reason}")
    assert message(editor.patch(nid, document)) == refused
    if "permission" in reason:
        assert admin.patch(nid, document).status_code == 200
    else:
        assert message(admin.patch(nid, document)) == refused


def test_the_first_refused_field_of_the_document_is_told(editor: Visitor, nid: int) -> None:
    document = {"type": "page", "title": [], "sticky": [True], "created": [{"value": 1}]}
    assert message(editor.patch(nid, document))[1].startswith("Access denied on updating field 's")


def test_only_what_changes_is_validated(editor: Visitor, nid: int) -> None:
    add_field("page", "field_needed", "string", required=True)
    assert editor.change(nid, {"type": "page", "title": ["New"]})["field_needed"] == []
    assert faults(editor.patch(nid, {"type": "page", "title": [""], "body": [1, 2]})) == [
        "title: This value should not be null.",
        "body: Body: this field cannot hold more than 1 values.",
    ]
    assert editor.read(nid)["title"] == [{"value": "New"}]


def test_the_type_is_needed_but_not_changed(editor: Visitor, nid: int) -> None:
    make_type("article")
    assert editor.patch(nid, {"title": ["New"]}).status_code == 422
    assert editor.patch(nid, {"type": "nope", "title": ["New"]}).status_code == 422
    after = editor.change(nid, {"type": "article", "title": ["New"]})
    assert (after["type"][0]["target_id"], after["title"]) == ("page", [{"value": "New"}])


def test_a_field_belongs_to_both_types(editor: Visitor, nid: int) -> None:
    make_type("article")
    add_field("article", "field_new", "string")
    for name in ("field_new", "body"):
        document = {"type": "article", name: ["x"]}
        assert message(editor.patch(nid, document)) == (422, f'There is no field "{name}".')
    assert editor.patch(nid, {"type": "page", "field_new": ["x"]}).status_code == 422


def test_a_node_is_changed_at_its_alias(editor: Visitor) -> None:
    nid = nid_of(editor.create(page(path=["/about"])))
    answer = editor.send("PATCH", f"/About?{JSON}", '{"type":"page","title":["New"]}')
    assert (answer.status_code, nid_of(answer.json())) == (200, nid)


def test_an_alias_wins_where_a_path_is_another_nodes_number(editor: Visitor, nid: int) -> None:
    other = nid_of(editor.create(page(path=[f"/node/{nid}"])))
    assert nid_of(editor.change(nid, {"type": "page", "title": ["New"]})) == other
    assert editor.delete(nid).status_code == 204
    assert [each.pk for each in Node.objects.all()] == [nid]


@pytest.mark.parametrize("document", ["text", 5, None, True])
def test_a_document_is_an_object(editor: Visitor, nid: int, document: Any) -> None:
    assert message(editor.patch(nid, document)) == (422, "The document must be a JSON object.")


@pytest.mark.parametrize(
    ("name", "value", "called"),
    [("vid", 5000, "revision ID"), ("default_langcode", False, "default translation flag")],
)
def test_what_drupal_fails_to_change_is_refused(
    nid: int, visitors: tuple[Visitor, Visitor], name: str, value: Any, called: str
) -> None:
    editor, _ = visitors
    text = f"The {called} of a node cannot be changed."
    for visitor in visitors:
        for items in ([value], []):
            assert message(visitor.patch(nid, {"type": "page", name: items})) == (422, text)
    same = editor.read(nid)[name]
    assert editor.change(nid, {"type": "page", name: same})[name] == same


@pytest.mark.parametrize("name", ["status", "created", "promote", "sticky", "default_langcode"])
def test_what_every_node_has_cannot_be_emptied(admin: Visitor, nid: int, name: str) -> None:
    assert admin.patch(nid, {"type": "page", name: []}).status_code == 422


@pytest.mark.parametrize("value", [[], None, [None], [{}], [{"target_id": None}]])
def test_a_node_without_an_owner_is_the_anonymous_users(
    admin: Visitor, nid: int, value: Any
) -> None:
    after = admin.change(nid, {"type": "page", "uid": value})
    assert after["uid"] == admin.read(nid)["uid"]
    assert (after["uid"][0]["target_id"], after["uid"][0]["url"]) == (0, "/user/0")
    assert admin.create(page(uid=value))["uid"] == after["uid"]


def test_an_owner_may_be_changed_and_lose_the_node(
    editor: Visitor, admin: Visitor, nid: int
) -> None:
    assert admin.user
    admin.change(nid, {"type": "page", "uid": [admin.user.pk]})
    assert editor.patch(nid, {"type": "page", "title": ["x"]}).status_code == 403
