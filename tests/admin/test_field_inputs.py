"""Each field type has inputs of its own on the form, and its faults show where they were made."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from drupal_jwt_auth.fields import FIELD_TYPES, Field, FieldType, Item, register
from drupal_jwt_auth.models import FieldConfig, Node, Term, Vocabulary
from tests.admin.browser import ADMIN, Page, get, read, send, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

ADD = "node/add/?type=event"


def saved(browser: Client, **values: str | None) -> list[Item]:
    """Return the items of the field of a new event for which this was typed in."""
    answer = submit(browser, ADD, title="New", **_named(values))
    assert answer.status_code == 302, read(answer).errors
    return Node.objects.get().fields.get("field_x", [])


def refused(browser: Client, **values: str | None) -> Page:
    """Return the form as it comes back when this was typed in."""
    return read(submit(browser, ADD, title="New", **_named(values)))


def _named(values: dict[str, str | None]) -> dict[str, str | None]:
    """Return values by the names of inputs: "value" is that of the first row, "value_1" next."""
    named = {}
    for name, value in values.items():
        prop, row = re.fullmatch(r"(.*?)(?:_(\d))?", name).groups()  # type: ignore[union-attr]
        named[f"field_x-{row or 0}-{prop}"] = value
    return named


SCALARS: dict[str, tuple[dict[str, Any], str, Any]] = {
    "string": ({}, " a text ", " a text "),
    "string_long": ({}, "two\r\nlines", "two\nlines"),
    "integer": ({}, " 5 ", 5),
    "float": ({}, "1.5", 1.5),
    "decimal": ({"scale": 2}, "1.5", "1.50"),
    "email": ({}, "a@example.com", "a@example.com"),
    "telephone": ({}, "+41 44 668 18 00", "+41 44 668 18 00"),
    "uri": ({}, "https://example.com/", "https://example.com/"),
    "list_string": ({"allowed_values": {"r": "Red"}}, "r", "r"),
    "list_integer": ({"allowed_values": {"1": "One"}}, "1", 1),
    "list_float": ({"allowed_values": [{"value": 1.5, "label": "Half"}]}, "1.5", 1.5),
    "datetime": ({}, "2026-03-02T07:08", "2026-03-02T07:08:00"),
    "timestamp": ({}, "2026-03-02T07:08", 1772435280),
}


@pytest.mark.parametrize("field_type", SCALARS)
def test_what_is_typed_in_is_stored(browser: Client, add_field: MakeField, field_type: str) -> None:
    settings, typed, stored = SCALARS[field_type]
    add_field(field_type, settings=settings)
    assert saved(browser, value=typed) == [{"value": stored}]


@pytest.mark.parametrize("field_type", SCALARS)
def test_nothing_typed_in_is_no_item(
    browser: Client, add_field: MakeField, field_type: str
) -> None:
    add_field(field_type, settings=SCALARS[field_type][0])
    assert saved(browser) == []


@pytest.mark.parametrize("field_type", SCALARS)
def test_several_values_have_a_row_each(
    browser: Client, add_field: MakeField, make_node: MakeNode, field_type: str
) -> None:
    settings, typed, stored = SCALARS[field_type]
    add_field(field_type, settings=settings, cardinality=-1)
    assert saved(browser, value=typed, value_1=typed) == [{"value": stored}] * 2
    page = get(browser, f"node/{Node.objects.get().pk}/change/")
    rows = [name for name in page.inputs if name.startswith("field_x-")]
    assert rows == ["field_x-0-value", "field_x-1-value", "field_x-2-value"]
    assert page.values["field_x-2-value"] == ""


NOT_OFFERED = "Select a valid choice. That choice is not one of the available choices."
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "string": ({"max_length": 3}, "four", "Use no more characters than 3."),
    "integer": ({"min": 3}, "2", "Enter no number below 3."),
    "float": ({"min": 1, "max": 3}, "one", "Enter a number, such as 1.5."),
    "decimal": ({}, "1,5", "Enter a number, such as 1.5."),
    "email": ({}, "nobody", "Enter a valid email address."),
    "uri": ({}, "example.com", "Enter a valid URL."),
    "list_string": ({"allowed_values": {"a": "A"}}, "b", NOT_OFFERED),
}


@pytest.mark.parametrize("field_type", FAULTS)
def test_a_fault_shows_once_at_its_input_in_words_for_people(
    browser: Client, add_field: MakeField, field_type: str
) -> None:
    settings, typed, text = FAULTS[field_type]
    add_field(field_type, settings=settings, cardinality=2)
    page = refused(browser, value_1=typed)
    assert page.errors == [text]
    assert page.values["field_x-1-value"] == typed
    assert page.inputs["field_x-1-value"]["aria-invalid"] == "true"
    assert "aria-invalid" not in page.inputs["field_x-0-value"]
    assert not Node.objects.exists()


@pytest.mark.parametrize(
    ("field_type", "kind"),
    [("email", "email"), ("telephone", "tel"), ("uri", "url"), ("datetime", "datetime-local")],
)
def test_browsers_help_with_typing(
    browser: Client, add_field: MakeField, field_type: str, kind: str
) -> None:
    add_field(field_type)
    assert get(browser, "node/add/", type="event").inputs["field_x-0-value"]["type"] == kind


def test_a_required_field_needs_a_value(browser: Client, add_field: MakeField) -> None:
    add_field("string", required=True)
    assert refused(browser).errors == ["This field is required."]
    assert saved(browser, value="Something") == [{"value": "Something"}]


def test_a_required_field_cannot_be_emptied(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string", required=True)
    path = f"node/{make_node(type_id='event', fields={'field_x': [{'value': 'a'}]}).pk}/change/"
    assert read(submit(browser, path, **{"field_x-0-value": ""})).errors == [
        "This field is required."
    ]


def test_a_field_that_has_become_required_is_asked_for(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string", required=True)
    page = read(submit(browser, f"node/{make_node(type_id='event').pk}/change/"))
    assert page.errors == ["This field is required."]


def test_a_limited_number_of_values_has_no_more_rows(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string", cardinality=2)
    items = [{"value": "a"}, {"value": "b"}]
    node = make_node(type_id="event", fields={"field_x": items})
    page = get(browser, f"node/{node.pk}/change/")
    assert "field_x-2-value" not in page.inputs
    page = read(send(browser, f"node/{node.pk}/change/", page.values, **{"field_x-2-value": "c"}))
    assert page.errors == ["Enter no more values than 2."]


def test_an_emptied_row_is_an_item_less(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string", cardinality=-1)
    items = [{"value": "a"}, {"value": "b"}, {"value": "c"}]
    node = make_node(type_id="event", fields={"field_x": items})
    submit(browser, f"node/{node.pk}/change/", **{"field_x-1-value": ""})
    node.refresh_from_db()
    assert node.fields["field_x"] == [{"value": "a"}, {"value": "c"}]


def test_a_script_offers_another_row(browser: Client, add_field: MakeField) -> None:
    add_field("string", cardinality=-1)
    html = browser.get(ADMIN + "node/add/", {"type": "event"}).content.decode()
    assert 'name="field_x-__row__-value"' in html
    assert "drupal_jwt_auth/items.js" in html


# Booleans and choices


def test_a_box_is_true_or_false(browser: Client, add_field: MakeField) -> None:
    add_field("boolean")
    assert saved(browser, value="on") == [{"value": True}]
    submit(browser, f"node/{Node.objects.get().pk}/change/", **{"field_x-0-value": None})
    assert Node.objects.get().fields["field_x"] == [{"value": False}]


def test_a_box_that_is_left_alone_is_false(browser: Client, add_field: MakeField) -> None:
    add_field("boolean", required=True)
    assert saved(browser) == [{"value": False}]


def test_choices_are_offered_with_their_labels(browser: Client, add_field: MakeField) -> None:
    add_field("list_string", settings={"allowed_values": {"r": "Red", "g": "Green"}})
    options = get(browser, "node/add/", type="event").options["field_x-0-value"]
    assert options == {"": "- None -", "r": "Red", "g": "Green"}


def test_a_choice_that_was_never_offered_is_refused(browser: Client, add_field: MakeField) -> None:
    add_field("list_string", settings={"allowed_values": {"r": "Red"}})
    assert NOT_OFFERED in refused(browser, value="b").errors


def test_a_stored_choice_shows_though_it_is_not_offered_any_more(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("list_string", settings={"allowed_values": {"r": "Red"}})
    node = make_node(type_id="event", fields={"field_x": [{"value": "old"}]})
    page = get(browser, f"node/{node.pk}/change/")
    assert page.values["field_x-0-value"] == "old"
    assert send(browser, f"node/{node.pk}/change/", page.values).status_code == 302


# Formatted text


@pytest.mark.usefixtures("formats")
def test_a_text_is_in_the_first_format_that_its_author_may_use(
    browser: Client, add_field: MakeField
) -> None:
    add_field("text_long")
    page = get(browser, "node/add/", type="event")
    assert list(page.options["field_x-0-format"]) == ["basic_html", "full_html", "plain_text"]
    assert saved(browser, value="<p>x") == [{"value": "<p>x", "format": "basic_html"}]


@pytest.mark.usefixtures("formats")
def test_formats_that_the_author_may_not_use_are_not_offered(
    staff: Staff, add_field: MakeField
) -> None:
    add_field("text")
    page = get(
        staff("create event content", "use text format full_html"), "node/add/", type="event"
    )
    assert page.options["field_x-0-format"] == {
        "full_html": "Full HTML",
        "plain_text": "Plain text",
    }


@pytest.mark.usefixtures("formats")
def test_a_format_that_the_author_may_not_use_shows_but_the_text_stays(
    staff: Staff, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("text_long")
    items = [{"value": "<p>x", "format": "full_html"}]
    node = make_node(type_id="event", fields={"field_x": items})
    browser, path = staff("edit any event content"), f"node/{node.pk}/change/"
    page = get(browser, path)
    assert page.options["field_x-0-format"] == {
        "full_html": "full_html",
        "plain_text": "Plain text",
    }
    assert send(browser, path, page.values, title="Other").status_code == 302
    page = read(send(browser, path, page.values, **{"field_x-0-value": "<p>y", "_changed": None}))
    assert page.errors == [NOT_OFFERED]
    assert page.inputs["field_x-0-format"]["aria-invalid"] == "true"
    assert page.values["field_x-0-value"] == "<p>y"


def test_a_text_may_have_no_format(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("text_long")
    node = make_node(type_id="event", fields={"field_x": [{"value": "x", "format": None}]})
    path = f"node/{node.pk}/change/"
    page = get(browser, path)
    assert page.options["field_x-0-format"] == {"": "- None -", "plain_text": "Plain text"}
    send(browser, path, page.values, **{"field_x-0-value": "y"})
    node.refresh_from_db()
    assert node.fields["field_x"] == [{"value": "y", "format": None}]


def test_a_summary_can_do_without_a_text(browser: Client, add_field: MakeField) -> None:
    add_field("text_with_summary")
    [item] = saved(browser, summary="Short")
    assert item["summary"] == "Short"


def test_a_summary_may_be_switched_off(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("text_with_summary", settings={"display_summary": False})
    item = {"value": "x", "format": None, "summary": "Short"}
    node = make_node(type_id="event", fields={"field_x": [item]})
    path = f"node/{node.pk}/change/"
    assert "field_x-0-summary" not in get(browser, path).inputs
    submit(browser, path, **{"field_x-0-value": "y"})
    node.refresh_from_db()
    assert node.fields["field_x"] == [{**item, "value": "y"}]


# Links


def test_a_link_has_a_url_and_a_text(browser: Client, add_field: MakeField) -> None:
    add_field("link")
    assert saved(browser, uri="https://example.com/", title="Ex") == [
        {"uri": "https://example.com/", "title": "Ex", "options": []}
    ]


def test_a_link_that_is_none_shows_what_is_wrong_with_it(
    browser: Client, add_field: MakeField
) -> None:
    add_field("link")
    page = refused(browser, uri="nonsense")
    assert "“nonsense” is no link that is taken here." in page.errors
    assert page.values["field_x-0-uri"] == "nonsense"


# Dates


def test_dates_are_in_the_time_zone_of_the_site(
    browser: Client, add_field: MakeField, settings: Settings
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    add_field("datetime")
    assert saved(browser, value="2026-03-02T07:08:09") == [{"value": "2026-03-01T22:08:09"}]
    page = get(browser, f"node/{Node.objects.get().pk}/change/")
    assert page.values["field_x-0-value"] == "2026-03-02T07:08:09"


def test_dates_are_in_the_time_zone_of_the_site_without_time_zones_too(
    browser: Client, add_field: MakeField, settings: Settings
) -> None:
    settings.USE_TZ = False
    settings.TIME_ZONE = "Asia/Tokyo"
    add_field("datetime")
    assert saved(browser, value="2026-03-02T07:08") == [{"value": "2026-03-01T22:08:00"}]
    page = get(browser, f"node/{Node.objects.get().pk}/change/")
    assert page.values["field_x-0-value"] == "2026-03-02T07:08"


def test_a_day_has_no_time(browser: Client, add_field: MakeField) -> None:
    add_field("datetime", settings={"datetime_type": "date"})
    assert get(browser, "node/add/", type="event").inputs["field_x-0-value"]["type"] == "date"
    assert saved(browser, value="2026-03-02") == [{"value": "2026-03-02"}]


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_what_is_no_date_is_refused(browser: Client, add_field: MakeField, kind: str) -> None:
    add_field("datetime", settings={"datetime_type": kind})
    page = refused(browser, value="soon")
    assert page.errors == [f"Enter a valid date{'/time' if kind == 'datetime' else ''}."]
    assert page.values["field_x-0-value"] == "soon"


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_a_date_is_taken_out(
    browser: Client, add_field: MakeField, make_node: MakeNode, kind: str
) -> None:
    add_field("datetime", settings={"datetime_type": kind})
    stored = "2026-03-02" if kind == "date" else "2026-03-02T07:08:00"
    node = make_node(type_id="event", fields={"field_x": [{"value": stored}]})
    submit(browser, f"node/{node.pk}/change/", **{"field_x-0-value": ""})
    node.refresh_from_db()
    assert node.fields["field_x"] == []


def test_a_range_has_two_ends(browser: Client, add_field: MakeField) -> None:
    add_field("daterange", settings={"datetime_type": "date"})
    assert saved(browser, value="2026-03-02", end_value="2026-03-03") == [
        {"value": "2026-03-02", "end_value": "2026-03-03"}
    ]


def test_a_range_does_not_end_before_it_begins(browser: Client, add_field: MakeField) -> None:
    add_field("daterange")
    page = refused(browser, value="2026-03-02T07:00", end_value="2026-03-02T06:00")
    assert page.errors == ["The X end date cannot be before the start date"]
    assert page.inputs["field_x-0-end_value"]["aria-invalid"] == "true"


def test_a_range_with_one_end_is_refused_at_the_other(
    browser: Client, add_field: MakeField
) -> None:
    add_field("daterange")
    page = refused(browser, value="2026-03-02T07:00")
    assert page.errors == ["This field is required."]
    assert page.inputs["field_x-0-end_value"]["aria-invalid"] == "true"


def test_all_that_is_wrong_with_an_item_is_told_at_once(
    browser: Client, add_field: MakeField
) -> None:
    add_field("daterange")
    page = refused(browser, value="a", end_value="b")
    assert page.errors == ["Enter a valid date/time."] * 2


# References


@pytest.fixture
def terms(site: None) -> list[Term]:
    tags = Vocabulary.objects.create(vid="tags", name="Tags")
    return [Term.objects.create(vid=tags, name=name) for name in ("One <b>", "Two")]


TAGS = {
    "target_type": "taxonomy_term",
    "handler_settings": {"target_bundles": {"tags": "tags", "more": "more"}},
}


def test_a_reference_shows_what_it_points_to(
    browser: Client, add_field: MakeField, terms: list[Term]
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    one, two = (str(term.pk) for term in terms)
    assert saved(browser, target_id=one, target_id_1=two) == [
        {"target_id": term.pk} for term in terms
    ]
    page = get(browser, f"node/{Node.objects.get().pk}/change/")
    assert page.values["field_x-0-target_id"] == f"One <b> ({one}), Two ({two})"
    assert page.links["One <b>"] == f"{ADMIN}term/{one}/change/"


def test_the_number_of_queries_is_the_same_for_any_number_of_references(
    browser: Client, add_field: MakeField, make_node: MakeNode, terms: list[Term]
) -> None:
    def count(items: list[Item]) -> int:
        node = make_node(type_id="event", fields={"field_x": items})
        get(browser, f"node/{node.pk}/change/")
        with CaptureQueriesContext(connection) as queries:
            get(browser, f"node/{node.pk}/change/")
        return len(queries)

    add_field("entity_reference", settings=TAGS, cardinality=-1)
    vocabulary = terms[0].vid
    more = [Term.objects.create(vid=vocabulary, name=str(number)) for number in range(20)]
    many = [{"target_id": term.pk} for term in more]
    assert count(many) == count([{"target_id": terms[0].pk}])


def test_targets_are_looked_for_in_the_bundles_of_the_field(
    browser: Client, add_field: MakeField
) -> None:
    add_field("entity_reference", settings=TAGS)
    html = browser.get(ADMIN + "node/add/", {"type": "event"}).content.decode()
    url = f"{ADMIN}term/?_popup=1&amp;vid__in=more%2Ctags"
    assert f'<a href="{url}" class="related-lookup" id="lookup_id_field_x-0-target_id"' in html
    assert browser.get(f"{ADMIN}term/?_popup=1&vid__in=tags,more").status_code == 200


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"target_type": "user"}, "/admin/auth/user/?_popup=1"),
        ({"target_type": "node"}, "/admin/drupal_jwt_auth/node/?_popup=1"),
        ({"target_type": "node_type"}, "/admin/drupal_jwt_auth/nodetype/?_popup=1"),
        ({"target_type": "file"}, "/admin/drupal_jwt_auth/file/?_popup=1"),
        ({"target_type": "comment"}, "/admin/drupal_jwt_auth/comment/?_popup=1"),
        ({"target_type": "view"}, None),
    ],
)
def test_targets_are_looked_for_where_the_admin_lists_them(
    browser: Client, add_field: MakeField, settings: dict[str, Any], url: str | None
) -> None:
    add_field("entity_reference", settings=settings)
    html = browser.get(ADMIN + "node/add/", {"type": "event"}).content.decode()
    found = re.findall(r'<a href="([^"]*)" class="related-lookup" id="lookup_id_field_x-', html)
    assert found == ([url] if url else [])


def test_a_reference_to_nothing_is_refused(
    browser: Client, add_field: MakeField, terms: list[Term]
) -> None:
    add_field("entity_reference", settings=TAGS)
    page = refused(browser, target_id="99")
    assert page.errors == ["There is nothing of this name, or with this ID: 99"]
    assert page.inputs["field_x-0-target_id"]["aria-invalid"] == "true"


def test_what_is_no_id_is_refused(browser: Client, add_field: MakeField) -> None:
    add_field("entity_reference", settings=TAGS)
    page = refused(browser, target_id="News")
    assert page.errors == ["There is nothing of this name, or with this ID: News"]
    assert page.values["field_x-0-target_id"] == "News"


def test_a_content_type_is_referenced_by_its_name(browser: Client, add_field: MakeField) -> None:
    add_field("entity_reference", settings={"target_type": "node_type"})
    assert saved(browser, target_id="page") == [{"target_id": "page"}]
    assert "Basic page" in get(browser, f"node/{Node.objects.get().pk}/change/").links


def test_a_target_that_is_hidden_from_an_editor_may_stay(
    staff: Staff, add_field: MakeField, make_node: MakeNode, terms: list[Term]
) -> None:
    add_field("entity_reference", settings=TAGS, cardinality=-1)
    Term.objects.filter(pk=terms[0].pk).update(status=False)
    node = make_node(type_id="event", fields={"field_x": [{"target_id": terms[0].pk}]})
    browser = staff("edit any event content")
    path = f"node/{node.pk}/change/"
    assert submit(browser, path, **{"field_x-1-target_id": str(terms[1].pk)}).status_code == 302
    node.refresh_from_db()
    assert node.fields["field_x"] == [{"target_id": term.pk} for term in terms]


@pytest.mark.parametrize(
    ("field_type", "names"),
    [
        ("image", ["target_id", "upload", "alt", "title"]),
        ("file", ["target_id", "upload", "display", "description"]),
    ],
)
def test_files_have_inputs_for_what_people_write(
    browser: Client, add_field: MakeField, field_type: str, names: list[str]
) -> None:
    add_field(field_type, settings={"target_type": "file"})
    page = get(browser, "node/add/", type="event")
    found = [name for name in page.inputs if name.startswith("field_x-")]
    assert found == [f"field_x-0-{name}" for name in names]
    assert saved(browser) == []


# Comments


def test_the_status_of_comments_is_chosen_and_the_statistics_stay(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("comment")
    item = {
        "status": 2,
        "cid": 7,
        "last_comment_timestamp": 1750000360,
        "last_comment_name": "Somebody",
        "last_comment_uid": 0,
        "comment_count": 3,
    }
    node = make_node(type_id="event", fields={"field_x": [item]})
    path = f"node/{node.pk}/change/"
    assert get(browser, path).options["field_x-0-status"] == {
        "2": "Open",
        "1": "Closed",
        "0": "Hidden",
    }
    submit(browser, path, **{"field_x-0-status": "0"})
    node.refresh_from_db()
    assert node.fields["field_x"] == [{**item, "status": 0}]


def test_nobody_has_commented_on_new_content(
    browser: Client, add_field: MakeField, admin: User
) -> None:
    add_field("comment")
    [item] = saved(browser, status="1")
    node = Node.objects.get()
    assert item == {
        "status": 1,
        "cid": 0,
        "last_comment_timestamp": int(node.changed.timestamp()),
        "last_comment_name": None,
        "last_comment_uid": admin.pk,
        "comment_count": 0,
    }


# Types of a project's own


@pytest.fixture
def color(add_field: MakeField) -> Any:
    """A type that says nothing of forms."""

    class ColorType(FieldType):
        id = "color"

        def validate(self, item: Item, field: Field, context: Any) -> Any:
            if item["value"] == "green":
                yield "value", "Not green."

    register(ColorType)
    yield add_field("color", cardinality=-1)
    del FIELD_TYPES["color"]


def test_a_type_that_says_nothing_of_forms_is_edited_as_json(
    browser: Client, color: FieldConfig
) -> None:
    submit(browser, ADD, title="New", field_x='[{"value": "red"}]')
    node = Node.objects.get()
    assert node.fields["field_x"] == [{"value": "red"}]
    path = f"node/{node.pk}/change/"
    assert get(browser, path).values["field_x"] == '[{"value": "red"}]'
    submit(browser, path, field_x="")
    node.refresh_from_db()
    assert node.fields["field_x"] == []


@pytest.mark.parametrize("typed", ["{}", "[1]", "5"])
def test_json_that_is_no_list_of_items_is_refused(
    browser: Client, color: FieldConfig, typed: str
) -> None:
    page = read(submit(browser, ADD, title="New", field_x=typed))
    assert page.errors == ["Use a JSON list of objects."]
    assert page.values["field_x"] == typed


def test_faults_of_items_in_json_show_above_it(browser: Client, color: FieldConfig) -> None:
    page = read(submit(browser, ADD, title="New", field_x='[{"value": "green"}]'))
    assert page.errors == ["Not green."]


def test_a_type_brings_the_form_field_that_it_likes(
    browser: Client, color: FieldConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ColorField(forms.CharField):
        def prepare_value(self, value: Any) -> Any:
            return value[0]["value"] if value and isinstance(value, list) else value

        def clean(self, value: Any) -> Any:
            return [{"value": super().clean(value)}]

    monkeypatch.setattr(
        type(FIELD_TYPES["color"]), "form_field", lambda self, field, **kwargs: ColorField(**kwargs)
    )
    submit(browser, ADD, title="New", field_x="red")
    node = Node.objects.get()
    assert node.fields["field_x"] == [{"value": "red"}]
    assert get(browser, f"node/{node.pk}/change/").values["field_x"] == "red"
