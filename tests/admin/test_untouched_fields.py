"""What is not touched in the form stays as it is stored, to the last property and character."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.models import Node
from tests.admin.browser import get, send, submit
from tests.admin.conftest import MakeField, MakeNode

STORED: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "line breaks of every kind": (
        "text_long",
        {},
        [{"value": "\na\r\nb\rc\n", "format": "gone"}],
    ),
    "line breaks in a line": ("string", {}, [{"value": "a\nb\r\nc"}]),
    "a character that no page can hold": ("string", {}, [{"value": "a\0b"}]),
    "space around a text": ("string", {}, [{"value": "  a  "}]),
    "space around an address": ("email", {}, [{"value": " a@example.com "}]),
    "no summary": ("text_with_summary", {}, [{"value": "a", "format": None, "summary": None}]),
    "a summary that is empty": (
        "text_with_summary",
        {},
        [{"value": "a", "format": None, "summary": ""}],
    ),
    "a property that is not there": ("text_with_summary", {}, [{"value": "a"}]),
    "a property that nobody knows": ("string", {}, [{"value": "a", "extra": [1]}]),
    "options of a link": (
        "link",
        {},
        [{"uri": "internal:/", "title": None, "options": {"query": {"a": "b"}}}],
    ),
    "size of an image": (
        "image",
        {"target_type": "file"},
        [{"target_id": 9, "alt": "", "title": None, "width": 10, "height": 20}],
    ),
    "digits of a decimal": ("decimal", {"scale": 1}, [{"value": "1.500"}]),
    "a huge number": ("integer", {}, [{"value": 9007199254740993}]),
    "a tiny number": ("float", {}, [{"value": 1e-07}]),
    "a number out of bounds": ("integer", {"max": 1}, [{"value": 5}]),
    "a choice that is gone": ("list_integer", {"allowed_values": {"1": "One"}}, [{"value": 5}]),
    "a reference to nothing": ("entity_reference", {"target_type": "node"}, [{"target_id": 999}]),
    "a reference that is no number": (
        "entity_reference",
        {"target_type": "node"},
        [{"target_id": "abc"}],
    ),
    "an empty reference": ("entity_reference", {"target_type": "node"}, [{"target_id": None}]),
    "seconds": ("datetime", {}, [{"value": "2017-03-02T20:02:07"}]),
    "a time that is none": ("datetime", {}, [{"value": "tomorrow"}]),
    "a time of day of a day": ("datetime", {"datetime_type": "date"}, [{"value": "2017-03-02T20"}]),
    "half a range": ("daterange", {}, [{"value": "2017-03-02T20:02:07"}]),
    "a number for a time": ("datetime", {}, [{"value": 5}]),
    "a time beyond all years": ("timestamp", {}, [{"value": 10**15}]),
    "a box": ("boolean", {}, [{"value": False}]),
    "a box that nobody has seen": ("boolean", {}, []),
    "more values than allowed": ("string", {}, [{"value": "a"}, {"value": "b"}]),
    "statistics": ("comment", {}, [{"status": 2, "cid": 1, "comment_count": 5}]),
    "an empty text": ("string", {}, [{"value": ""}]),
}


@pytest.mark.parametrize("case", STORED)
def test_an_untouched_field_stays(
    browser: Client, add_field: MakeField, make_node: MakeNode, case: str
) -> None:
    field_type, settings, items = STORED[case]
    add_field(field_type, settings=settings)
    node = make_node(type_id="event", fields={"field_x": items, "lost": [{"value": 1}]})
    assert submit(browser, f"node/{node.pk}/change/", title="Other").status_code == 302
    node.refresh_from_db()
    assert node.title == "Other"
    assert node.fields == {"field_x": items, "lost": [{"value": 1}]}


def test_an_untouched_item_stays_beside_a_new_one(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("link", cardinality=-1)
    item = {"uri": "no scheme", "title": "a\nb", "options": {"query": {"a": "b"}}, "extra": 1}
    node = make_node(type_id="event", fields={"field_x": [item]})
    submit(browser, f"node/{node.pk}/change/", **{"field_x-1-uri": "https://example.com/"})
    node.refresh_from_db()
    new: dict[str, Any] = {"uri": "https://example.com/", "title": None, "options": []}
    assert node.fields["field_x"] == [item, new]


def test_properties_that_are_not_shown_stay_with_those_that_are_changed(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("link")
    item = {"uri": "https://example.com/", "title": "a", "options": {"query": {"a": "b"}}}
    node = make_node(type_id="event", fields={"field_x": [item]})
    submit(browser, f"node/{node.pk}/change/", **{"field_x-0-title": "b"})
    node.refresh_from_db()
    assert node.fields["field_x"] == [{**item, "title": "b"}]


def test_properties_stay_with_the_item_of_their_row(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("link", cardinality=-1)
    items = [
        {"uri": f"https://example.com/{name}", "title": None, "options": {"query": {"q": name}}}
        for name in "abc"
    ]
    node = make_node(type_id="event", fields={"field_x": items})
    submit(browser, f"node/{node.pk}/change/", **{"field_x-0-uri": "", "field_x-2-title": "C"})
    node.refresh_from_db()
    assert node.fields["field_x"] == [items[1], {**items[2], "title": "C"}]


def test_the_title_and_the_time_stay(browser: Client, make_node: MakeNode) -> None:
    created = datetime(2026, 3, 2, 7, 8, 9, 123456, tzinfo=timezone.utc)
    node = make_node(title=" two\nlines\0 ", created=created)
    submit(browser, f"node/{node.pk}/change/", status=None)
    node.refresh_from_db()
    assert (node.title, node.created, node.status) == (" two\nlines\0 ", created, False)


def test_the_second_of_an_hour_that_comes_twice_stays(
    browser: Client, add_field: MakeField, make_node: MakeNode, settings: Settings
) -> None:
    settings.TIME_ZONE = "Europe/Zurich"
    created = datetime(2026, 10, 25, 1, 30, tzinfo=timezone.utc)
    items = [{"value": "2026-10-25T01:30:00"}]
    add_field("datetime")
    node = make_node(type_id="event", created=created, fields={"field_x": items})
    page = get(browser, f"node/{node.pk}/change/")
    assert page.values["created"] == page.values["field_x-0-value"] == "2026-10-25T02:30"
    assert send(browser, f"node/{node.pk}/change/", page.values, title="Other").status_code == 302
    node.refresh_from_db()
    assert (node.created, node.fields["field_x"]) == (created, items)


def test_a_field_that_was_never_set_stays_unset(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("comment", default_value=[{"status": 2}])
    node = make_node(type_id="event")
    submit(browser, f"node/{node.pk}/change/", title="Other")
    assert Node.objects.get().fields == {}


def test_a_row_that_did_not_come_back_stays(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string", cardinality=-1)
    items = [{"value": "a"}]
    node = make_node(type_id="event", fields={"field_x": items})
    values = get(browser, f"node/{node.pk}/change/").values
    node.fields["field_x"].append({"value": "by the API"})
    node.save()
    came = {"field_x-0-value": "b", "field_x-1-value": None, "_changed": None}
    send(browser, f"node/{node.pk}/change/", values, **came)
    node.refresh_from_db()
    assert node.fields["field_x"] == [{"value": "b"}, {"value": "by the API"}]
