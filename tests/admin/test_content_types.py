"""Content types: their fields are rows, and what content relies on cannot be changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.models import FieldConfig, Node, NodeType, Revision
from tests.admin.browser import ADMIN, Page, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

EVENT = "nodetype/event/change/"
ROW = {
    "name": "field_place",
    "label": "Place",
    "field_type": "string",
    "cardinality": "1",
    "settings": "{}",
    "default_value": "[]",
}


def with_row(browser: Client, **values: str) -> Any:
    """Send the form of events with a further row."""
    count = get(browser, EVENT).values["field_configs-TOTAL_FORMS"]
    row = {f"field_configs-{count}-{name}": value for name, value in {**ROW, **values}.items()}
    return submit(browser, EVENT, **{"field_configs-TOTAL_FORMS": str(int(count) + 1)}, **row)


def errors_of_row(browser: Client, **values: str) -> list[str]:
    return read(with_row(browser, **values)).errors


@pytest.fixture(autouse=True)
def _event(event: NodeType) -> None:
    """All tests here are about events."""


def test_the_list_tells_name_machine_name_and_description(browser: Client) -> None:
    text = " ".join(get(browser, "nodetype/").text.split())
    assert "Basic page page Pages that stay" in text


def test_a_type_is_added_with_its_permissions(browser: Client) -> None:
    values = {"name": "News", "type": "news", "description": "", "sticky": "on", "promote": None}
    assert submit(browser, "nodetype/add/", **values).status_code == 302
    news = NodeType.objects.get(type="news")
    assert (news.name, news.sticky, news.promote, news.new_revision) == ("News", True, False, True)
    assert Permission.objects.filter(codename="create news content").exists()


def test_a_new_type_has_a_body(browser: Client, client_of: Any) -> None:
    assert submit(browser, "nodetype/add/", name="News", type="news").status_code == 302
    body = FieldConfig.objects.of("node", "news").get()
    assert (body.name, body.label, body.field_type) == ("body", "Body", "text_with_summary")
    sent = {"type": "news", "title": ["A"], "body": ["B"]}
    response = client_of("admin").post("/node?_format=json", sent, content_type="application/json")
    assert response.json()["body"][0]["value"] == "B"


def test_a_new_type_need_not_have_a_body(browser: Client) -> None:
    values = {"name": "News", "type": "news", "body": None}
    assert submit(browser, "nodetype/add/", **values).status_code == 302
    assert not FieldConfig.objects.of("node", "news").exists()


def test_a_new_type_may_have_a_body_of_its_own(browser: Client) -> None:
    row = {**ROW, "name": "body", "label": "Text", "field_type": "text_with_summary"}
    values = {f"field_configs-0-{name}": value for name, value in row.items()}
    values |= {"name": "News", "type": "news", "field_configs-TOTAL_FORMS": "1"}
    assert submit(browser, "nodetype/add/", **values).status_code == 302
    assert FieldConfig.objects.of("node", "news").get().label == "Text"


def test_a_type_that_is_changed_gets_no_body(browser: Client) -> None:
    assert "body" not in get(browser, EVENT).inputs
    assert submit(browser, EVENT, name="Event").status_code == 302
    assert not FieldConfig.objects.of("node", "event").exists()


def test_a_type_has_its_own_word_for_the_title(browser: Client) -> None:
    assert get(browser, EVENT).values["title_label"] == "Title"
    assert "Title:" in get(browser, "node/add/?type=event").text
    submit(browser, EVENT, title_label="Headline")
    text = get(browser, "node/add/?type=event").text
    assert "Headline:" in text
    assert "Title:" not in text


def test_the_machine_name_of_a_type_stays(browser: Client) -> None:
    assert "type" not in get(browser, EVENT).inputs
    submit(browser, EVENT, type="other", name="Other")
    assert NodeType.objects.get(type="event").name == "Other"
    assert not NodeType.objects.filter(type="other").exists()


@pytest.mark.parametrize("name", ["Event", "my-event", "1st", ""])
def test_a_machine_name_is_one(browser: Client, name: str) -> None:
    assert read(submit(browser, "nodetype/add/", name="New", type=name)).errors


# Fields


def test_a_field_is_added_as_a_row(browser: Client, client_of: Any) -> None:
    values = {
        "required": "on",
        "cardinality": "-1",
        "settings": '{"max_length": 5}',
        "default_value": '[{"value": "Bern"}]',
    }
    assert with_row(browser, **values).status_code == 302
    field = FieldConfig.objects.of("node", "event").get()
    assert (field.name, field.label, field.field_type) == ("field_place", "Place", "string")
    assert (field.required, field.cardinality) == (True, -1)
    assert field.settings == {"max_length": 5}
    assert field.default_value == [{"value": "Bern"}]
    assert get(browser, "node/add/", type="event").values["field_place-0-value"] == "Bern"


def test_the_types_that_can_be_chosen_are_those_that_are_registered(
    browser: Client, add_field: MakeField
) -> None:
    add_field("string")
    options = get(browser, EVENT).options["field_configs-0-field_type"]
    assert list(options) == sorted(name for name, each in FIELD_TYPES.items() if each.configurable)


def test_settings_and_default_may_be_left_empty(browser: Client) -> None:
    assert with_row(browser, settings="", default_value="").status_code == 302
    field = FieldConfig.objects.of("node", "event").get()
    assert (field.settings, field.default_value) == ({}, [])


def test_settings_without_any_may_be_a_list_as_php_writes_them(browser: Client) -> None:
    assert with_row(browser, settings="[]").status_code == 302


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": "title"}, "Every node has a field of this name."),
        ({"name": "Place"}, "Use lower-case letters, digits and underscores."),
        ({"cardinality": "0"}, "Use a number of items, or -1 for any number."),
        ({"settings": "5"}, "Use a JSON object."),
        ({"settings": "{"}, "Enter a valid JSON."),
        ({"default_value": '{"a": 1}'}, "Use a JSON list of items."),
        ({"default_value": "[1]"}, "Use a JSON list of items."),
        ({"default_value": '[{"value": 1e999}]'}, "Enter a valid JSON."),
        ({"settings": '{"a": ' + "[" * 99 + "]" * 99 + "}"}, "Enter a valid JSON."),
        (
            {"settings": '{"max_length": 1}', "default_value": '[{"value": "ab"}]'},
            "Place: may not be longer than 1 characters.",
        ),
        (
            {"field_type": "list_string", "settings": '{"allowed_values": 5}'},
            "The field type cannot use them: allowed_values: 5",
        ),
        *(
            (
                {"field_type": field_type, "settings": json.dumps(settings)},
                f"The field type cannot use them: {fault}",
            )
            for field_type, settings, fault in (
                ("string", {"max_length": "x"}, "max_length: x"),
                ("float", {"min": [1], "max": "y"}, "min: [1]; max: y"),
                ("decimal", {"scale": -1}, "scale: -1"),
                ("image", {"handler_settings": 5}, "handler_settings: 5"),
                (
                    "entity_reference",
                    {"handler_settings": {"target_bundles": 5}},
                    'handler_settings: {"target_bundles": 5}',
                ),
                ("image", {"file_extensions": ["png"]}, 'file_extensions: ["png"]'),
            )
        ),
        (
            {"field_type": "image", "default_value": '[{"target_uuid": "x"}]'},
            "Values have no property target_uuid.",
        ),
        (
            {"field_type": "nonsense"},
            "Select a valid choice. nonsense is not one of the available choices.",
        ),
    ],
)
def test_a_row_that_would_break_the_form_is_refused(
    browser: Client, values: dict[str, str], error: str
) -> None:
    assert error in errors_of_row(browser, **values)
    assert not FieldConfig.objects.of("node", "event").exists()


def test_what_was_typed_in_is_there_again_after_an_error(browser: Client) -> None:
    page: Page = read(with_row(browser, settings="{", label="My place"))
    assert page.values["field_configs-0-settings"] == "{"
    assert page.values["field_configs-0-label"] == "My place"


def test_no_two_fields_of_a_type_have_the_same_name(browser: Client, add_field: MakeField) -> None:
    add_field("string", name="field_place")
    assert errors_of_row(browser)
    assert FieldConfig.objects.filter(storage__name="field_place").count() == 1


def test_the_machine_name_of_a_field_stays(browser: Client, add_field: MakeField) -> None:
    add_field("string")
    row = {"field_configs-0-name": "other", "field_configs-0-label": "Other"}
    submit(browser, EVENT, **row)
    field = FieldConfig.objects.of("node", "event").get()
    assert (field.name, field.label) == ("field_x", "Other")


# The type of a field


def change_type(browser: Client) -> Any:
    return submit(browser, EVENT, **{"field_configs-0-field_type": "text_long"})


REFUSED = "There is content with values of this field: its type cannot be changed."


def test_the_type_of_a_field_without_values_can_be_changed(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string")
    make_node(type_id="event", fields={"field_x": []})
    make_node(type_id="page", fields={"field_x": [{"value": "of another type"}]})
    assert change_type(browser).status_code == 302
    assert FieldConfig.objects.of("node", "event").get().field_type == "text_long"


def test_the_type_of_a_field_with_values_stays(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string")
    make_node(type_id="event", fields={"field_x": [{"value": "a"}]})
    assert REFUSED in read(change_type(browser)).errors
    assert FieldConfig.objects.of("node", "event").get().field_type == "string"


OF_ANOTHER = "node.field_x is of the type string already."


def test_a_field_that_others_have_too_keeps_its_type(browser: Client, add_field: MakeField) -> None:
    add_field("string")
    FieldConfig.objects.create_field("node", "page", "field_x", "string", label="X")
    assert OF_ANOTHER in read(change_type(browser)).errors
    assert {each.field_type for each in FieldConfig.objects.of("node")} >= {"string"}


def test_a_new_field_is_of_the_type_that_others_of_its_name_are(browser: Client) -> None:
    FieldConfig.objects.create_field("node", "page", "field_x", "string", label="X")
    assert OF_ANOTHER in errors_of_row(browser, name="field_x", field_type="integer")
    settings = '{"max_length": 9, "other": 1}'
    assert with_row(browser, name="field_x", settings=settings).status_code == 302
    there = FieldConfig.objects.filter(storage__name="field_x").order_by("bundle")
    assert [each.settings for each in there] == [
        {"max_length": 9, "other": 1},
        {"max_length": 9},
    ]


def test_no_two_rows_have_one_name(browser: Client) -> None:
    rows = {
        f"field_configs-{number}-{name}": value
        for number in range(2)
        for name, value in ROW.items()
    }
    values = {"field_configs-TOTAL_FORMS": "2", **rows}
    assert "No two fields may have the same name." in read(submit(browser, EVENT, **values)).errors
    assert not FieldConfig.objects.of("node", "event").exists()


def test_values_of_older_revisions_count(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string")
    node = make_node(type_id="event", fields={"field_x": [{"value": "a"}]})
    node.fields = {}
    save_revision(node, None)
    assert REFUSED in read(change_type(browser)).errors


def test_a_deleted_field_takes_its_values_along(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string")
    kept = {"field_y": [{"value": "b"}]}
    node = make_node(type_id="event", fields={"field_x": [{"value": "a"}], **kept})
    other = make_node(type_id="page", fields={"field_x": [{"value": "a"}]})
    save_revision(node, None)
    assert submit(browser, EVENT, **{"field_configs-0-DELETE": "on"}).status_code == 302
    node.refresh_from_db()
    other.refresh_from_db()
    assert node.fields == kept
    assert other.fields == {"field_x": [{"value": "a"}]}
    old = Revision.objects.get(snapshot__isnull=False)
    assert old.snapshot is not None
    assert "field_x" not in old.snapshot
    assert old.snapshot["field_y"] == kept["field_y"]


# Deleting


def test_a_type_with_content_cannot_be_deleted(browser: Client, make_node: MakeNode) -> None:
    make_node(type_id="event")
    page = read(browser.get(ADMIN + "nodetype/event/delete/"))
    assert "Event is used by 1 piece of content on your site." in page.text
    browser.post(ADMIN + "nodetype/event/delete/", {"post": "yes"})
    assert NodeType.objects.filter(type="event").exists()


def test_types_with_content_cannot_be_deleted_together_with_others(
    browser: Client, make_node: MakeNode
) -> None:
    make_node(type_id="event")
    make_node(type_id="event")
    data = {"action": "delete_selected", "_selected_action": ["event", "article"], "post": "yes"}
    page = read(browser.post(ADMIN + "nodetype/", data))
    assert "Event is used by 2 pieces of content on your site." in page.text
    assert NodeType.objects.count() == 3


def test_a_type_without_content_is_deleted_with_its_fields_and_permissions(
    browser: Client, add_field: MakeField
) -> None:
    add_field("string")
    browser.post(ADMIN + "nodetype/event/delete/", {"post": "yes"})
    assert not NodeType.objects.filter(type="event").exists()
    assert not FieldConfig.objects.of("node", "event").exists()
    assert not Permission.objects.filter(codename="create event content").exists()


def test_whoever_may_not_change_fields_sees_none(staff: Staff, add_field: MakeField) -> None:
    add_field("string")
    page = get(staff("administer content types"), EVENT)
    assert "field_configs-0-label" not in page.inputs
    assert "name" in page.inputs


def test_whoever_may_change_fields_alone_changes_nothing_else(
    staff: Staff, add_field: MakeField
) -> None:
    field = add_field("string")
    browser = staff("administer node fields")
    page = get(browser, EVENT)
    assert "name" not in page.inputs
    answer = submit(browser, EVENT, **{"field_configs-0-label": "Other", "name": "Other"})
    assert answer.status_code == 302
    field.refresh_from_db()
    assert (field.label, NodeType.objects.get(pk="event").name) == ("Other", "Event")
    assert browser.get(f"{ADMIN}nodetype/add/").status_code == 403


def test_nodes_are_left_alone_by_a_save(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string")
    make_node(type_id="event", fields={"field_x": [{"value": "a"}]})
    submit(browser, EVENT, name="Other")
    assert Node.objects.get().fields == {"field_x": [{"value": "a"}]}
