"""``text``, ``text_long``, ``text_with_summary``: text in a format, shown as the format has it."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.models import TextFormat
from tests.content.visitors import Visitor, make_user, nid_of
from tests.fields.things import Things

TYPES = ["text", "text_long", "text_with_summary"]


@pytest.fixture(params=TYPES)
def texts(things: Things, request: pytest.FixtureRequest) -> Things:
    things.have(request.param)
    return things


@pytest.fixture
def escaped(db: None) -> TextFormat:
    """A format that shows markup as it was typed."""
    filters = {"filter_html_escape": {"weight": 0, "settings": {}}}
    return TextFormat.objects.create(format="escaped", name="Escaped", filters=filters)


def author(*permissions: str) -> Visitor:
    return Visitor(make_user("author", "create thing content", *permissions))


def first(items: list[dict[str, Any]]) -> dict[str, Any]:
    """The one item, without the summary that one of the types has."""
    (item,) = items
    item.pop("summary", None)
    return item


def test_without_a_format_text_is_shown_as_plain_text(texts: Things) -> None:
    assert first(texts.shown([{"value": "a & <b>\nc"}])) == {
        "value": "a & <b>\nc",
        "format": None,
        "processed": "<p>a &amp; &lt;b&gt;<br />\nc</p>\n",
    }


def test_the_format_shows_the_text(texts: Things, escaped: TextFormat) -> None:
    assert first(texts.shown([{"value": "<b>", "format": "escaped"}])) == {
        "value": "<b>",
        "format": "escaped",
        "processed": "&lt;b&gt;",
    }


def test_a_format_that_is_gone_shows_nothing(texts: Things, escaped: TextFormat) -> None:
    created = texts.visitor.create(texts.document([{"value": "<b>", "format": "escaped"}]))
    escaped.delete()
    shown = first(texts.visitor.read(nid_of(created))["field_it"])
    assert (shown["format"], shown["processed"]) == ("escaped", "")


@pytest.mark.parametrize("text_format", ["nope", "", 5, True])
def test_a_format_that_there_is_not_is_refused(texts: Things, text_format: Any) -> None:
    assert texts.faults([{"value": "x", "format": text_format}]) == [
        "0.format: The value you selected is not a valid choice."
    ]


def test_a_format_needs_its_permission(texts: Things, escaped: TextFormat) -> None:
    texts.visitor = author()
    refused = ["0.format: The value you selected is not a valid choice."]
    assert texts.faults([{"value": "x", "format": "escaped"}]) == refused
    assert texts.answered([{"value": "x", "format": "plain_text"}])[0]["format"] == "plain_text"


def test_the_permission_of_a_format_lets_it_be_used(texts: Things, escaped: TextFormat) -> None:
    texts.visitor = author("use text format escaped")
    assert texts.answered([{"value": "x", "format": "escaped"}])[0]["format"] == "escaped"


def test_a_field_may_allow_some_formats_only(things: Things, escaped: TextFormat) -> None:
    things.have("text_long", settings={"allowed_formats": ["escaped"]})
    assert things.shown([{"value": "x", "format": "escaped"}])[0]["processed"] == "x"
    assert things.shown(["x"])[0]["format"] is None
    assert things.faults([{"value": "x", "format": "plain_text"}]) == [
        "0.format: The value you selected is not a valid choice."
    ]


def test_only_a_text_that_changes_is_validated(texts: Things, escaped: TextFormat) -> None:
    """Who may not use the format may send the text back as it is, but not another one."""
    texts.visitor.create(texts.document([{"value": "x", "format": "escaped"}]))
    editor = Visitor(make_user("other", "edit any thing content"))
    nid = nid_of(texts.visitor.create(texts.document([{"value": "x", "format": "escaped"}])))
    same, other = ({"value": text, "format": "escaped"} for text in "xy")
    assert editor.change(nid, {"type": "thing", "title": ["New"], "field_it": [same]})["title"] == [
        {"value": "New"}
    ]
    assert editor.patch(nid, {"type": "thing", "field_it": [other]}).status_code == 422


@pytest.mark.parametrize("value", [None, "", {}, []])
def test_no_text_is_no_item(texts: Things, value: Any) -> None:
    empty = [value] if value in ({}, []) else [{"value": value, "format": "plain_text"}]
    assert texts.shown(empty) == []


def test_a_scalar_becomes_text(texts: Things) -> None:
    assert first(texts.shown([5])) == {"value": "5", "format": None, "processed": "<p>5</p>\n"}
    assert texts.answered([{"value": True}])[0]["value"] == "1"


@pytest.mark.parametrize("name", ["value", "format"])
def test_what_is_no_scalar_is_refused(texts: Things, name: str) -> None:
    line = f"0.{name}: This value should be of the correct primitive type."
    assert line in texts.faults([{"value": "x", name: ["a"]}])


def test_what_is_computed_cannot_be_created(texts: Things) -> None:
    """Drupal saves such a node and then fails to show it."""
    assert texts.faults([{"value": "x", "processed": "y"}]) == [
        "0.processed: This value is computed and cannot be set."
    ]


def test_nothing_may_be_sent_for_what_is_computed(texts: Things) -> None:
    assert texts.shown([{"value": "x", "processed": None}])[0]["processed"] == "<p>x</p>\n"


def test_the_faults_of_a_text_come_in_the_order_of_its_properties(things: Things) -> None:
    things.have("text_with_summary")
    no_choice = "0.format: The value you selected is not a valid choice."
    wrong = "This value should be of the correct primitive type."
    assert things.faults([{"value": [], "format": [], "summary": []}]) == [
        f"0.value: {wrong}",
        f"0.format: {wrong}",
        no_choice,
        f"0.summary: {wrong}",
    ]
    assert things.faults([{"summary": {}, "format": "nope"}]) == [
        "0.value: This value should not be null.",
        no_choice,
        f"0.summary: {wrong}",
    ]


def test_what_is_computed_is_ignored_when_it_is_sent_back(texts: Things) -> None:
    nid = nid_of(texts.visitor.create(texts.document([{"value": "x"}])))
    sent = {"value": "y", "format": None, "processed": "<p>x</p>\n"}
    changed = texts.visitor.change(nid, {"type": "thing", "field_it": [sent]})
    assert changed["field_it"][0]["processed"] == "<p>y</p>\n"


def test_a_change_replaces_the_whole_item(things: Things) -> None:
    things.have("text_with_summary")
    before = {"value": "x", "format": "plain_text", "summary": "s"}
    nid = nid_of(things.visitor.create(things.document([before])))
    changed = things.visitor.change(nid, {"type": "thing", "field_it": [{"value": "y"}]})
    assert changed["field_it"] == [
        {"value": "y", "format": None, "processed": "<p>y</p>\n", "summary": None}
    ]


@pytest.mark.parametrize(
    ("sent", "kept"), [({}, None), ({"summary": None}, None), ({"summary": ""}, "")]
)
def test_a_summary_is_null_where_none_was_sent(things: Things, sent: Any, kept: Any) -> None:
    things.have("text_with_summary")
    assert things.shown([{"value": "x", **sent}])[0]["summary"] == kept


def test_a_summary_is_text_without_a_format(things: Things) -> None:
    things.have("text_with_summary")
    assert list(things.shown([{"value": "x", "summary": "<b>"}])[0].items()) == [
        ("value", "x"),
        ("format", None),
        ("processed", "<p>x</p>\n"),
        ("summary", "<b>"),
    ]
    assert things.shown([{"value": "x", "summary": 5}])[0]["summary"] == "5"
    assert things.faults([{"value": "x", "summary": []}]) == [
        "0.summary: This value should be of the correct primitive type."
    ]


def test_a_summary_alone_is_refused(things: Things) -> None:
    things.have("text_with_summary")
    assert things.faults([{"summary": "s"}]) == ["0.value: This value should not be null."]
    assert things.shown([{"value": "", "summary": "s"}])[0]["processed"] == ""
    assert things.shown([{"value": None, "summary": ""}]) == []


def test_a_line_of_text_has_a_length(things: Things) -> None:
    things.have("text", settings={"max_length": 3})
    assert things.shown(["abc"])[0]["value"] == "abc"
    assert things.faults([{"value": "abcd", "format": "nope"}]) == [
        "0.value: It: the text may not be longer than 3 characters.",
        "0.format: The value you selected is not a valid choice.",
    ]


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        ({"value": "x", "format": "plain_text"}, False),
        ({"value": "x", "format": "plain_text", "processed": "other"}, False),
        ({"value": "x"}, True),
        ({"value": "y", "format": "plain_text"}, True),
    ],
)
def test_equality_is_that_of_text_and_format(texts: Things, after: Any, changes: bool) -> None:
    assert texts.changes([{"value": "x", "format": "plain_text"}], [after]) is changes
