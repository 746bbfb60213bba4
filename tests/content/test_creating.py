"""``POST /node``: making nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group

from drupal_jwt_auth.models import Node, NodeType
from tests.content.visitors import (
    JSON,
    Visitor,
    add_field,
    faults,
    message,
    nid_of,
    page,
    permission,
)

ORDER = [
    "nid",
    "uuid",
    "vid",
    "langcode",
    "type",
    "revision_timestamp",
    "revision_uid",
    "revision_log",
    "status",
    "uid",
    "title",
    "created",
    "changed",
    "promote",
    "sticky",
    "default_langcode",
    "revision_translation_affected",
    "path",
    "body",
]
NO_BUNDLE = (422, 'Could not determine entity type bundle: "type" field is missing.')


def test_the_answer_is_the_whole_node_and_where_it_is(editor: Visitor) -> None:
    answer = editor.post(page(body=["Text"]))
    node = Node.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (
        201,
        f"http://testserver/node/{node.nid}",
    )
    assert "Link" not in answer.headers
    document = answer.json()
    assert list(document) == ORDER
    assert document == editor.read(node.nid)


def test_fields_of_a_type_follow_in_the_order_of_their_names(admin: Visitor, pages: None) -> None:
    for name in ("zebra", "apples", "apple_tree", "apple2"):
        add_field("page", name, "string")
    names = ["apple2", "apple_tree", "apples", "body", "zebra"]
    assert list(admin.create(page()))[-5:] == names


def test_a_new_node_is_its_makers(editor: Visitor) -> None:
    created = editor.create(page())
    assert editor.user
    for name in ("uid", "revision_uid"):
        assert created[name][0]["target_id"] == editor.user.pk


def test_what_was_not_sent_is_as_the_type_has_it(admin: Visitor, pages: None) -> None:
    NodeType.objects.filter(type="page").update(status=False, promote=True, sticky=True)
    created = admin.create(page())
    assert [created[name][0]["value"] for name in ("status", "promote", "sticky")] == [
        False,
        True,
        True,
    ]


def test_the_revision_is_its_authors(admin: Visitor, editor: Visitor) -> None:
    assert editor.user
    created = admin.create(page(uid=[editor.user.pk]))
    for name in ("uid", "revision_uid"):
        assert created[name][0]["target_id"] == editor.user.pk


@pytest.mark.parametrize(
    "bundle",
    ["page", [{"target_id": "page"}], [{"target_id": "page"}, 5], {"0": {"target_id": "page"}}],
)
def test_the_type_is_named_in_one_of_two_ways(editor: Visitor, bundle: Any) -> None:
    assert editor.create({"type": bundle, "title": ["A"]})["type"][0]["target_id"] == "page"


@pytest.mark.parametrize(
    "bundle",
    [
        None,
        [],
        ["page"],
        5,
        True,
        {"target_id": "page"},
        {"1": {"target_id": "page"}},
        [{"value": "page"}],
        [{"target_id": None}],
        [{"target_id": 5}],
        [{}],
        [[]],
    ],
)
def test_another_way_is_no_type(editor: Visitor, bundle: Any) -> None:
    assert message(editor.post({"type": bundle, "title": ["A"]})) == NO_BUNDLE
    assert message(editor.post({"title": ["A"]})) == NO_BUNDLE


@pytest.mark.parametrize("name", ["nope", "", "Page"])
def test_an_unknown_type_is_refused(editor: Visitor, name: str) -> None:
    refused = (422, f'"{name}" is not a valid bundle type for denormalization.')
    assert message(editor.post({"type": name, "title": ["A"]})) == refused
    assert message(editor.post({"type": [{"target_id": name}], "title": ["A"]})) == refused


def test_a_title_is_needed(editor: Visitor) -> None:
    missing = ["title: This value should not be null."]
    assert faults(editor.post({"type": "page"})) == missing
    nothing: list[Any] = [[], None, "", False, [""], [{}], [{"value": None}]]
    for value in nothing:
        assert faults(editor.post({"type": "page", "title": value})) == missing


def test_a_title_has_a_length(editor: Visitor) -> None:
    assert editor.create(page(title=["😀" * 255]))["title"] == [{"value": "😀" * 255}]
    assert faults(editor.post(page(title=["x" * 256]))) == [
        "title.0.value: Title: may not be longer than 255 characters."
    ]


def test_a_title_is_called_what_its_type_calls_it(editor: Visitor) -> None:
    page_type = NodeType.objects.get(type="page")
    page_type.title_label = "Headline"
    page_type.save()
    assert faults(editor.post(page(title=["x" * 256, "y"]))) == [
        "title: Headline: this field cannot hold more than 1 values.",
        "title.0.value: Headline: may not be longer than 255 characters.",
    ]
    nid = nid_of(editor.create(page()))
    assert faults(editor.patch(nid, page(title=["x" * 256]))) == [
        "title.0.value: Headline: may not be longer than 255 characters."
    ]


def test_a_title_of_false_is_an_empty_text(editor: Visitor) -> None:
    created = editor.create(page(title=[{"value": False}]))
    assert created["title"] == [{"value": ""}]
    assert editor.read(nid_of(created))["title"] == [{"value": ""}]


@pytest.mark.parametrize("name", ["foo", "", "0", "Title", "field_tags", "menu_link", "_links"])
def test_a_field_that_there_is_not_is_refused(editor: Visitor, name: str) -> None:
    """Drupal answers 500."""
    assert message(editor.post(page(**{name: None}))) == (422, f'There is no field "{name}".')


def test_all_faults_are_told_in_the_order_of_the_fields(editor: Visitor) -> None:
    add_field("page", "aaa", "integer")
    sent = {"type": "page", "body": [[], {"value": []}], "aaa": ["x"], "title": [], "langcode": [5]}
    assert faults(editor.post(sent)) == [
        "langcode.0: The value you selected is not a valid choice.",
        "title: This value should not be null.",
        "aaa.0.value: This value should be of the correct primitive type.",
        "body: Body: this field cannot hold more than 1 values.",
        "body.1.value: This value should be of the correct primitive type.",
    ]


@pytest.mark.parametrize("document", ["text", 5, 1.5, True, False, None])
def test_a_document_is_an_object(editor: Visitor, document: Any) -> None:
    """Drupal answers 500."""
    assert message(editor.post(document)) == (422, "The document must be a JSON object.")


@pytest.mark.parametrize("document", [[], [1], [page()], {}])
def test_a_list_is_an_object_without_a_type(editor: Visitor, document: Any) -> None:
    assert message(editor.post(document)) == NO_BUNDLE


@pytest.mark.parametrize("body", [b"", b"0"])
def test_without_content_there_is_nothing_to_create(editor: Visitor, body: bytes) -> None:
    answer = editor.client.generic(
        "POST",
        f"/node?{JSON}",
        body,
        content_type="application/json",
        headers={**editor.headers, "Content-Type": "application/json"},
    )
    assert message(answer) == (400, "No entity content received.")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "Syntax error"),
        (b" \n", "Syntax error"),
        (b'{"type":NaN}', "Syntax error"),
        ("\ufeff{}".encode(), "Syntax error"),
        (b'{"type":"\\ud800"}', "Single unpaired UTF-16 surrogate in unicode escape"),
        (b'{"type":"\xff"}', "Malformed UTF-8 characters, possibly incorrectly encoded"),
        (b'{"type":"a\tb"}', "Control character error, possibly incorrectly encoded"),
        (b"[" * 600 + b"]" * 600, "Maximum stack depth exceeded"),
    ],
)
def test_what_is_no_json_is_told_in_phps_words(editor: Visitor, body: bytes, text: str) -> None:
    assert message(editor.send("POST", f"/node?{JSON}", body)) == (400, text)


def test_the_last_of_several_keys_counts(editor: Visitor) -> None:
    body = '{"type":"article","type":"page","title":"a","title":["b"]}'
    answer = editor.send("POST", f"/node?{JSON}", body)
    assert (answer.status_code, answer.json()["title"]) == (201, [{"value": "b"}])


def test_what_says_something_of_a_revision_may_be_sent(editor: Visitor) -> None:
    sent = {"revision_default": [False], "revision_translation_affected": [False]}
    created = editor.create(page(**sent, revision_log=["Note"], default_langcode=[False]))
    assert created["revision_log"] == [{"value": "Note"}]
    assert created["default_langcode"] == [{"value": False}]
    assert created["revision_translation_affected"] == [{"value": False}]
    assert "revision_default" not in created


@pytest.mark.parametrize("name", ["status", "created", "promote", "sticky", "default_langcode"])
@pytest.mark.parametrize("value", [[], None, [None], [{}]])
def test_what_every_node_has_cannot_be_emptied(
    admin: Visitor, pages: None, name: str, value: Any
) -> None:
    """Drupal answers 500."""
    answer = admin.post(page(**{name: value}))
    assert answer.status_code == 422
    assert name in answer.json()["message"]


def test_anonymous_clients_may_create_where_they_are_let(
    pages: None, anonymous: Visitor, settings: Any
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET", "POST"]}
    assert anonymous.post(page()).status_code == 401
    Group.objects.get(name="anonymous").permissions.add(permission("create page content"))
    created = anonymous.create(page())
    assert created["uid"][0]["target_id"] == created["revision_uid"][0]["target_id"] == 0
    assert created["uid"][0]["url"] == "/user/0"
    assert anonymous.read(nid_of(created)) == created


def test_anonymous_clients_are_asked_for_a_token_where_they_are_refused(
    pages: None, anonymous: Visitor, settings: Any
) -> None:
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["POST"]}
    Group.objects.get(name="anonymous").permissions.add(permission("create page content"))
    answer = anonymous.post(page(sticky=[True]))
    assert answer.status_code == 401
    assert answer.json()["error"] == "MISSING_AUTHORIZATION_HEADER"


def test_a_type_that_was_made_a_moment_ago_can_be_used(
    editor: Visitor, visitor_with: Callable[..., Visitor]
) -> None:
    editor.create(page())
    NodeType.objects.create(type="news", name="News")
    writer = visitor_with("create news content")
    assert writer.create({"type": "news", "title": ["A"]})["type"][0]["target_id"] == "news"
