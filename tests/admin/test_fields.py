"""Fields of bundles: chosen by type, set with inputs, kept in order, deleted on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from django import forms
from django.contrib.auth.models import User
from django.test import Client

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.fields import FIELD_TYPES, Field, Setting, StringType, register
from drupal_jwt_auth.models import (
    CommentType,
    FieldConfig,
    FieldStorage,
    Node,
    NodeType,
    Revision,
    Term,
    Vocabulary,
)
from tests.admin.browser import ADMIN, Page, get, read, send, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

FIELDS = "fieldconfig/of/node/event/"
REFERENCE = "setting_handler_settings_target_bundles"


def add_path(field_type: str, **query: str) -> str:
    query = {"entity_type": "node", "bundle": "event", "field_type": field_type, **query}
    pairs = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return f"fieldconfig/add/?{pairs}"


def add(browser: Client, field_type: str, **values: Any) -> Any:
    """Fill in the form of a new field of events, and send it."""
    return submit(
        browser, add_path(field_type), **{"label": "Place", "name": "field_place", **values}
    )


def field(name: str = "field_place") -> FieldConfig:
    return FieldConfig.objects.get_by_natural_key("node", "event", name)


def change_path(config: FieldConfig) -> str:
    return f"fieldconfig/{config.pk}/change/"


def change(browser: Client, config: FieldConfig, **values: Any) -> Any:
    return submit(browser, change_path(config), **values)


def errors(response: Any) -> list[str]:
    return read(response).errors


def errors_at(response: Any, name: str) -> str:
    """The texts of the errors that stand beside an input."""
    html: str = response.content.decode()
    inputs = html.partition(f'id="id_{name}_error"')[2]
    return inputs.partition("</ul>")[0]


def names(browser: Client, path: str = FIELDS) -> list[str]:
    """The fields on the page of a bundle, from top to bottom."""
    html = browser.get(ADMIN + path).content.decode()
    return [part.partition('"')[0] for part in html.split('data-name="')[1:]]


@pytest.fixture(autouse=True)
def _event(event: NodeType) -> None:
    """Most tests here are about events."""


# Where fields are


def test_all_bundles_of_all_kinds_are_listed(browser: Client) -> None:
    Vocabulary.objects.create(vid="tags", name="Tags")
    CommentType.objects.create(id="remarks", label="Remarks")
    page = get(browser, "fieldconfig/")
    for label in ("Event", "Basic page", "Tags", "Remarks", "User"):
        assert label in page.links
    kinds = [each for each in ENTITY_TYPES.all_content() if each.is_fieldable]
    html = browser.get(f"{ADMIN}fieldconfig/").content.decode()
    assert html.count('<table class="drupal-fields">') == len(kinds)


@pytest.mark.parametrize(
    ("entity_type", "bundle"),
    [
        ("node", "event"),
        ("user", "user"),
        ("taxonomy_term", "tags"),
        ("comment", "remarks"),
    ],
)
def test_a_bundle_of_any_kind_gets_fields(browser: Client, entity_type: str, bundle: str) -> None:
    model = ENTITY_TYPES.content(entity_type).bundle_model
    if model is not None:
        model._default_manager.get_or_create(pk=bundle)
    path = add_path("string", entity_type=entity_type, bundle=bundle)
    answer = submit(browser, path, name="field_more", label="More")
    assert answer.headers["Location"] == f"{ADMIN}fieldconfig/of/{entity_type}/{bundle}/"
    assert FieldConfig.objects.of(entity_type, bundle).get().label == "More"
    assert "More" in get(browser, f"fieldconfig/of/{entity_type}/{bundle}/").links


@pytest.mark.parametrize(
    "path",
    [
        "fieldconfig/of/node/nothing/",
        "fieldconfig/of/nothing/event/add/",
        "fieldconfig/of/path_alias/path_alias/",
        add_path("nothing"),
        add_path("uuid"),
        add_path("", field="field_nothing"),
        add_path("", field="%00"),
        add_path("string", bundle="nothing"),
        add_path("string", entity_type="nothing"),
    ],
)
def test_what_there_is_not_has_no_page(browser: Client, path: str) -> None:
    assert browser.get(ADMIN + path).status_code == 404


def test_a_new_field_of_nothing_leads_to_the_list(browser: Client) -> None:
    assert browser.get(f"{ADMIN}fieldconfig/add/").headers["Location"] == f"{ADMIN}fieldconfig/"


def test_a_field_that_is_gone_is_said_to_be(browser: Client) -> None:
    assert browser.get(f"{ADMIN}fieldconfig/999/change/").status_code == 302


# Who may


def test_each_entity_type_takes_its_own_permission(staff: Staff, add_field: MakeField) -> None:
    config = add_field("string")
    Vocabulary.objects.create(vid="tags", name="Tags")
    browser = staff("administer taxonomy_term fields")
    links = get(browser, "fieldconfig/").links
    assert ("Tags" in links, "Event" in links) == (True, False)
    refused = [FIELDS, f"{FIELDS}add/", add_path("string"), change_path(config)]
    for path in (*refused, f"fieldconfig/{config.pk}/delete/"):
        assert browser.get(ADMIN + path).status_code == 403
        assert browser.post(ADMIN + path, {"label": "Other", "post": "yes"}).status_code == 403
    assert field("field_x").label == "X"
    path = add_path("string", entity_type="taxonomy_term", bundle="tags")
    assert submit(browser, path, name="field_more", label="More").status_code == 302


def test_the_permission_for_fields_of_users_is_drupals(staff: Staff) -> None:
    browser = staff("administer user fields")
    assert get(browser, "fieldconfig/of/user/user/add/").links["Boolean"]


def test_nobody_else_gets_in(staff: Staff) -> None:
    browser = staff("administer content types")
    for path in ("fieldconfig/", "fieldconfig/add/", FIELDS):
        assert browser.get(ADMIN + path).status_code == 403


# A new field


def test_the_types_are_offered_by_the_names_that_people_know(browser: Client) -> None:
    page = get(browser, f"{FIELDS}add/")
    offered = {str(each.label) for each in FIELD_TYPES.values() if each.configurable}
    assert offered <= page.links.keys()
    assert "Text (formatted, long, with summary)" in offered
    assert "A choice out of texts." in page.text
    assert "UUID" not in page.text


@pytest.mark.parametrize(
    "field_type", sorted(name for name, each in FIELD_TYPES.items() if each.configurable)
)
def test_a_field_of_each_type_is_added_and_saved_again_as_it_is(
    browser: Client, field_type: str
) -> None:
    assert add(browser, field_type).status_code == 302
    before = field()
    assert before.field_type == field_type
    page = get(browser, "node/add/", type="event")
    assert any(name.startswith("field_place-0-") for name in page.inputs)
    assert change(browser, before).status_code == 302
    after = field()
    assert (after.settings, after.cardinality) == (before.settings, before.cardinality)
    assert after.default_value == before.default_value
    assert not list(FIELD_TYPES[field_type].wrong_settings(after.settings))


def test_all_that_is_asked_for_is_saved(browser: Client) -> None:
    values = {"required": "on", "cardinality": "", "description": "Where it is."}
    answer = add(browser, "string", setting_max_length="5", **values)
    assert answer.headers["Location"] == ADMIN + FIELDS
    config = field()
    assert (config.label, config.required, config.cardinality) == ("Place", True, -1)
    assert (config.settings, config.description) == ({"max_length": 5}, "Where it is.")
    assert config.storage.settings == {"max_length": 5}


def test_another_field_can_be_added_at_once(browser: Client) -> None:
    answer = add(browser, "string", _addanother="yes")
    assert answer.headers["Location"] == f"{ADMIN}{FIELDS}add/"
    answer = change(browser, field(), _addanother="yes")
    assert answer.headers["Location"] == f"{ADMIN}{FIELDS}add/"


def test_help_text_stands_at_the_input_without_what_could_run(
    browser: Client, add_field: MakeField
) -> None:
    add_field("string", description='<b>Where</b> <script>alert(1)</script><p onclick="x()">it')
    html = browser.get(f"{ADMIN}node/add/?type=event").content.decode()
    assert "alert(1)</script>" not in html
    assert "<b>Where</b> alert(1)<p>it</p>" in html


def test_a_field_of_other_bundles_is_had_here_too(browser: Client) -> None:
    FieldConfig.objects.create_field(
        "node", "page", "field_x", "string", label="X", settings={"max_length": 9}, cardinality=3
    )
    assert "Basic page" in get(browser, f"{FIELDS}add/").text
    path = add_path("", field="field_x")
    page = get(browser, path.partition("?")[0], entity_type="node", bundle="event", field="field_x")
    assert "name" not in page.inputs
    assert page.values["setting_max_length"] == "9"
    assert "It holds for" not in page.text
    assert submit(browser, path, label="Mine").status_code == 302
    assert (field("field_x").label, field("field_x").cardinality) == ("Mine", 3)
    assert FieldStorage.objects.filter(name="field_x").count() == 1
    assert (
        "It holds for all 2 bundles that have the field."
        in get(browser, change_path(field("field_x"))).text
    )
    assert "field_x" not in get(browser, f"{FIELDS}add/").links
    assert browser.get(ADMIN + path).status_code == 404


@pytest.mark.parametrize(
    ("values", "name", "error"),
    [
        ({"name": "title"}, "name", "Every node has a field of this name."),
        ({"name": "Place"}, "name", "Use lower-case letters, digits and underscores."),
        ({"name": "field_a\0"}, "name", "Null characters are not allowed."),
        ({"label": ""}, "label", "This field is required."),
        ({"cardinality": "0"}, "cardinality", "greater than or equal to 1"),
        ({"cardinality": "9" * 30}, "cardinality", "less than or equal to"),
        ({"setting_max_length": "0"}, "setting_max_length", "greater than or equal to 1"),
        ({"setting_max_length": "x"}, "setting_max_length", "Enter a whole number."),
    ],
)
def test_what_cannot_be_is_said_beside_the_input_and_nothing_is_lost(
    browser: Client, values: dict[str, str], name: str, error: str
) -> None:
    answer = add(browser, "string", **{"description": "Where it is.", **values})
    assert error in errors_at(answer, name)
    page = read(answer)
    assert page.values["description"] == "Where it is."
    assert not FieldConfig.objects.of("node", "event").exists()


@pytest.mark.parametrize(
    ("field_type", "name", "value", "error"),
    [
        ("float", "setting_min", "many", "Enter a valid value."),
        ("decimal", "setting_scale", "-1", "greater than or equal to 0"),
        ("list_integer", "setting_allowed_values", "1|One\ntwo|Two", "no values of the field"),
        ("list_string", "setting_allowed_values", "a\nb\na|Again", "more than once: a"),
        ("list_string", "setting_allowed_values", "a\0", "Null characters are not allowed."),
        ("image", "setting_max_filesize", "large", "Enter a valid value."),
        ("image", "setting_min_resolution", "10", "Enter a valid value."),
        ("image", "setting_uri_scheme", "ftp", "Select a valid choice."),
        ("entity_reference", "setting_target_type", "nothing", "Select a valid choice."),
        ("entity_reference", REFERENCE, "node:nothing", "Select a valid choice."),
        ("comment", "setting_anonymous", "7", "Select a valid choice."),
        ("text_long", "setting_allowed_formats", "nothing", "Select a valid choice."),
    ],
)
def test_a_setting_that_the_type_cannot_use_is_refused_beside_its_input(
    browser: Client, field_type: str, name: str, value: str, error: str
) -> None:
    answer = add(browser, field_type, **{name: value})
    assert error in errors_at(answer, name)
    assert not FieldConfig.objects.of("node", "event").exists()


def test_no_two_fields_of_an_entity_type_have_the_same_name(
    browser: Client, add_field: MakeField
) -> None:
    add_field("string", name="field_place")
    assert "There is a field of this name." in errors_at(add(browser, "integer"), "name")
    assert FieldConfig.objects.filter(storage__name="field_place").count() == 1


# Settings


def test_choices_are_lines(browser: Client) -> None:
    assert (
        add(browser, "list_string", setting_allowed_values="r|Red\r\n\r\n blue ").status_code == 302
    )
    assert field().settings["allowed_values"] == [
        {"value": "r", "label": "Red"},
        {"value": "blue", "label": "blue"},
    ]
    page = get(browser, change_path(field()))
    assert page.values["setting_allowed_values"] == "r|Red\r\nblue"
    assert page.options["default_value-0-value"] == {"": "- None -", "r": "Red", "blue": "blue"}


def test_choices_of_numbers_are_numbers(browser: Client) -> None:
    assert add(browser, "list_float", setting_allowed_values="1.5|More\n2").status_code == 302
    assert field().settings["allowed_values"] == [
        {"value": 1.5, "label": "More"},
        {"value": 2, "label": "2"},
    ]


def test_numbers_have_bounds(browser: Client) -> None:
    assert add(browser, "float", setting_min="1.5", setting_max="").status_code == 302
    assert field().settings == {"min": 1.5}
    assert change(browser, field(), setting_min="").status_code == 302
    assert field().settings == {}


def test_a_reference_is_to_some_bundles_of_a_type(browser: Client) -> None:
    Vocabulary.objects.create(vid="tags", name="Tags")
    Vocabulary.objects.create(vid="topics", name="Topics")
    values = {
        "setting_target_type": "taxonomy_term",
        REFERENCE: ["taxonomy_term:tags", "taxonomy_term:topics"],
        "setting_handler_settings_auto_create": "on",
        "setting_handler_settings_auto_create_bundle": "topics",
    }
    assert add(browser, "entity_reference", **values).status_code == 302
    assert field().settings == {
        "target_type": "taxonomy_term",
        "handler_settings": {
            "target_bundles": {"tags": "tags", "topics": "topics"},
            "auto_create": True,
            "auto_create_bundle": "topics",
        },
    }
    assert field().own_settings.keys() == {"handler_settings"}


def test_what_is_not_asked_for_of_a_setting_stays(browser: Client, add_field: MakeField) -> None:
    Vocabulary.objects.create(vid="tags", name="Tags")
    handler = {"target_bundles": {"gone": "gone"}, "sort": {"field": "name"}}
    settings = {"target_type": "taxonomy_term", "handler_settings": handler, "other": 1}
    config = add_field("entity_reference", settings=settings)
    chosen = ["taxonomy_term:gone", "taxonomy_term:tags"]
    assert change(browser, config, **{REFERENCE: chosen}).status_code == 302
    handler["target_bundles"] = {"gone": "gone", "tags": "tags"}
    assert field("field_x").settings == {**settings, "handler_settings": handler}
    assert change(browser, config, **{REFERENCE: None}).status_code == 302
    assert field("field_x").settings["handler_settings"] == {"sort": {"field": "name"}}


@pytest.mark.parametrize(
    ("values", "error"),
    [
        (
            {"setting_target_type": "user", REFERENCE: ["taxonomy_term:tags"]},
            "Choose only from the type of item that is referenced.",
        ),
        (
            {
                "setting_target_type": "taxonomy_term",
                REFERENCE: ["taxonomy_term:tags"],
                "setting_handler_settings_auto_create_bundle": "topics",
            },
            "New items can be stored only in one that may be referenced.",
        ),
    ],
)
def test_targets_of_another_type_are_refused(
    browser: Client, values: dict[str, Any], error: str
) -> None:
    Vocabulary.objects.create(vid="tags", name="Tags")
    Vocabulary.objects.create(vid="topics", name="Topics")
    assert errors(add(browser, "entity_reference", **values)) == [error]


def test_any_extension_is_something_else_than_those_of_the_type(browser: Client) -> None:
    assert (
        get(browser, "fieldconfig/add/", **dict(_pairs("file"))).values["setting_file_extensions"]
        == "txt"
    )
    assert add(browser, "file", setting_file_extensions="").status_code == 302
    assert field().settings["file_extensions"] == ""
    assert get(browser, change_path(field())).values["setting_file_extensions"] == ""


def _pairs(field_type: str) -> Iterator[tuple[str, str]]:
    for pair in add_path(field_type).partition("?")[2].split("&"):
        name, _equals, value = pair.partition("=")
        yield name, value


def test_formats_are_chosen_among_all(browser: Client, formats: None, add_field: MakeField) -> None:
    config = add_field("text_long", settings={"allowed_formats": ["gone"]})
    chosen = ["gone", "full_html"]
    assert change(browser, config, setting_allowed_formats=chosen).status_code == 302
    assert field("field_x").settings == {"allowed_formats": chosen}


def test_a_setting_that_another_program_has_broken_is_shown_as_none(
    browser: Client, add_field: MakeField
) -> None:
    broken: dict[str, Any] = {"target_type": 5, "handler_settings": [1]}
    config = add_field("entity_reference", settings=broken)
    page = get(browser, change_path(config))
    assert page.values["setting_target_type"] == "node"
    answer = change(
        browser, config, setting_target_type="user", setting_handler_settings_auto_create="on"
    )
    assert answer.status_code == 302
    assert field("field_x").settings == {
        "target_type": "user",
        "handler_settings": {"auto_create": True},
    }


@pytest.fixture
def code() -> Iterator[None]:
    """A type of a project's own, with a setting."""

    @register
    class CodeType(StringType):
        id = "code_of_mine"
        settings = {"prefix": Setting(lambda value: value if value.isupper() else None, "Prefix")}

        def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
            return forms.JSONField(**kwargs)

        def wrong_settings(self, settings: Mapping[str, Any]) -> Iterator[str]:
            if settings.get("prefix") == "QQ":
                yield "QQ is nothing to begin with."

    yield
    del FIELD_TYPES[CodeType.id]


def test_a_type_of_ones_own_has_inputs_for_what_it_declares(browser: Client, code: None) -> None:
    assert "Code of mine" in get(browser, f"{FIELDS}add/").links
    answer = add(browser, "code_of_mine", setting_prefix="ab")
    assert "Enter a valid value." in errors_at(answer, "setting_prefix")
    answer = add(browser, "code_of_mine", setting_prefix="QQ")
    assert "QQ is nothing to begin with." in errors_at(answer, "setting_prefix")
    assert (
        add(browser, "code_of_mine", setting_prefix="AB", setting_max_length="").status_code == 302
    )
    assert field().settings == {"prefix": "AB"}


# The default value


def test_new_content_begins_with_the_default(browser: Client) -> None:
    assert add(browser, "string", **{"default_value-0-value": "Bern"}).status_code == 302
    assert field().default_value == [{"value": "Bern"}]
    assert get(browser, "node/add/", type="event").values["field_place-0-value"] == "Bern"
    assert change(browser, field(), **{"default_value-0-value": "Basel"}).status_code == 302
    assert field().default_value == [{"value": "Basel"}]


def test_a_term_that_a_default_makes_is_not_left_behind_where_the_form_is_refused(
    browser: Client, add_field: MakeField
) -> None:
    Vocabulary.objects.create(vid="tags", name="Tags")
    handler = {"target_bundles": {"tags": "tags"}, "auto_create": True}
    settings = {"target_type": "taxonomy_term", "handler_settings": handler}
    config = add_field("entity_reference", settings=settings)
    made = {"default_value-0-target_id": "New"}
    assert errors(change(browser, config, label="", **made))
    assert not Term.objects.exists()
    assert change(browser, config, **made).status_code == 302
    assert field("field_x").default_value == [{"target_id": Term.objects.get().pk}]


def test_a_default_that_the_new_settings_do_not_allow_is_refused(browser: Client) -> None:
    values = {"setting_max_length": "3", "default_value-0-value": "Bern"}
    answer = add(browser, "string", **values)
    assert read(answer).errors == ["Use no more characters than 3."]
    assert read(answer).values["default_value-0-value"] == "Bern"


def test_a_default_that_is_broken_is_mended_as_json(browser: Client, add_field: MakeField) -> None:
    config = add_field("string", default_value=[5], settings={"max_length": 3})
    assert get(browser, change_path(config)).values["default_value"] == "[5]"
    assert change(browser, config, label="Other").status_code == 302
    assert field("field_x").default_value == [5]
    answer = change(browser, config, default_value='[{"value": "long"}]')
    assert "may not be longer than 3" in errors_at(answer, "default_value")
    answer = change(browser, config, default_value='[{"other": "long"}]')
    assert "Values have no property other." in errors_at(answer, "default_value")
    assert change(browser, config, default_value='[{"value": "ok"}]').status_code == 302
    assert field("field_x").default_value == [{"value": "ok"}]


def test_a_default_that_stays_is_not_judged_again(browser: Client, add_field: MakeField) -> None:
    long = {"value": "long"}
    settings = {"max_length": 3}
    config = add_field("string", default_value=[long], settings=settings, cardinality=-1)
    assert change(browser, config, label="Other").status_code == 302
    assert change(browser, config, **{"default_value-1-value": "ok"}).status_code == 302
    assert field("field_x").default_value == [long, {"value": "ok"}]


def test_a_default_that_somebody_else_has_changed_is_not_lost(
    browser: Client, add_field: MakeField
) -> None:
    config = add_field("string", default_value=[{"value": "a"}])
    values = get(browser, change_path(config)).values
    FieldConfig.objects.update(default_value=[{"value": "b"}])
    answer = send(browser, change_path(config), values, **{"default_value-0-value": "c"})
    assert "modified by another user" in answer.content.decode()
    assert field("field_x").default_value == [{"value": "b"}]


def test_what_somebody_else_has_changed_elsewhere_stays(
    browser: Client, add_field: MakeField
) -> None:
    config = add_field("float", settings={"min": 1, "max": 9})
    values = get(browser, change_path(config)).values
    FieldConfig.objects.update(description="New", own_settings={"min": 2, "max": 9})
    assert send(browser, change_path(config), values, setting_max="8").status_code == 302
    after = field("field_x")
    assert (after.description, after.settings) == ("New", {"min": 2, "max": 8})


# What stays


def test_name_and_type_stay(browser: Client, add_field: MakeField) -> None:
    config = add_field("string")
    page = get(browser, change_path(config))
    assert "field_x" in page.text
    assert "Text (plain)" in page.text
    assert change(browser, config, name="other", field_type="integer", label="Y").status_code == 302
    after = field("field_x")
    assert (after.label, after.field_type) == ("Y", "string")


TOLD = "There are values: what says how they are stored stays."


class Kept(NamedTuple):
    """A type with settings, an item, and what somebody would like to set."""

    field_type: str
    settings: dict[str, Any]
    item: dict[str, Any]
    chosen: dict[str, str]


@pytest.mark.parametrize(
    "kept",
    [
        Kept("string", {"max_length": 9}, {"value": "a"}, {"setting_max_length": "5"}),
        Kept("decimal", {"scale": 2}, {"value": "1.00"}, {"setting_scale": "3"}),
        Kept("datetime", {}, {"value": "2026-11-22"}, {"setting_datetime_type": "date"}),
        Kept(
            "entity_reference",
            {"target_type": "user"},
            {"target_id": 1},
            {"setting_target_type": "node"},
        ),
    ],
)
def test_what_says_how_values_are_stored_stays_while_there_are_some(
    browser: Client, add_field: MakeField, make_node: MakeNode, kept: Kept
) -> None:
    config = add_field(kept.field_type, settings=kept.settings)
    assert TOLD not in get(browser, change_path(config)).text
    node = make_node(type_id="event", fields={"field_x": [kept.item]})
    page = get(browser, change_path(config))
    assert TOLD in page.text
    assert all("disabled" in page.inputs[name] for name in kept.chosen)
    assert change(browser, config, label="Other", **kept.chosen).status_code == 302
    assert (field("field_x").label, field("field_x").settings) == ("Other", kept.settings)
    node.delete()
    assert change(browser, config, **kept.chosen).status_code == 302
    assert field("field_x").settings != kept.settings


def test_values_of_older_revisions_count(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    config = add_field("string")
    node = make_node(type_id="event", fields={"field_x": [{"value": "a"}]})
    node.fields = {}
    save_revision(node, None)
    assert TOLD in get(browser, change_path(config)).text


def test_choices_in_use_stay_and_others_come_and_go(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    config = add_field("list_string", settings={"allowed_values": {"r": "Red", "b": "Blue"}})
    make_node(type_id="event", fields={"field_x": [{"value": "r"}]})
    answer = change(browser, config, setting_allowed_values="b|Blue")
    assert "in use and cannot be taken away: r" in errors_at(answer, "setting_allowed_values")
    assert read(answer).values["setting_allowed_values"] == "b|Blue"
    answer = change(browser, config, setting_allowed_values="g|Green\nr|Crimson")
    assert answer.status_code == 302
    assert field("field_x").settings["allowed_values"] == [
        {"value": "g", "label": "Green"},
        {"value": "r", "label": "Crimson"},
    ]


def test_fewer_values_than_there_are_cannot_be_allowed(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    config = add_field("string", cardinality=-1)
    three = [{"value": value} for value in "abc"]
    make_node(type_id="event", fields={"field_x": three})
    make_node(type_id="event", fields={"field_x": three[:1]})
    answer = change(browser, config, cardinality="2")
    assert "more values than that somewhere" in errors_at(answer, "cardinality")
    assert change(browser, config, cardinality="3").status_code == 302
    assert change(browser, config, cardinality="5").status_code == 302
    assert field("field_x").cardinality == 5
    assert change(browser, config, cardinality="").status_code == 302
    assert field("field_x").cardinality == -1


def test_a_field_of_a_type_that_is_not_registered_keeps_all_but_its_words(
    browser: Client, add_field: MakeField
) -> None:
    config = add_field("string", settings={"max_length": 5})
    FieldStorage.objects.update(field_type="geo")
    assert "geo (not registered)" in get(browser, FIELDS).text
    page = get(browser, change_path(config))
    assert "geo (not registered)" in page.text
    assert not [name for name in page.inputs if name.startswith("setting_")]
    assert change(browser, config, label="Other").status_code == 302
    after = field("field_x")
    assert (after.label, after.settings, after.field_type) == ("Other", {"max_length": 5}, "geo")
    assert "field_x" not in get(browser, "fieldconfig/of/node/page/add/").text


# Order


@pytest.fixture
def three(add_field: MakeField) -> None:
    for name in "abc":
        add_field("string", name=f"field_{name}", label=name.upper())


def test_fields_are_in_the_order_of_forms(browser: Client, three: None) -> None:
    assert names(browser) == ["field_a", "field_b", "field_c"]
    answer = browser.post(ADMIN + FIELDS, {"order": "field_c field_a field_b"})
    assert answer.headers["Location"] == ADMIN + FIELDS
    assert names(browser) == ["field_c", "field_a", "field_b"]
    inputs = [name for name in get(browser, "node/add/", type="event").inputs if "field_" in name]
    assert [name.partition("-")[0] for name in inputs if name.endswith("-value")] == [
        "field_c",
        "field_a",
        "field_b",
    ]


@pytest.mark.parametrize(
    ("sent", "order"),
    [
        ({"down": "field_a"}, "bac"),
        ({"up": "field_c"}, "acb"),
        ({"up": "field_a"}, "abc"),
        ({"down": "field_c"}, "abc"),
        ({"up": "field_nothing"}, "abc"),
        ({"order": "field_c field_nothing field_c"}, "cab"),
        ({"order": ""}, "abc"),
        ({}, "abc"),
    ],
)
def test_without_a_script_a_button_moves_a_field_a_place(
    browser: Client, three: None, sent: dict[str, str], order: str
) -> None:
    browser.post(ADMIN + FIELDS, sent)
    assert names(browser) == [f"field_{each}" for each in order]


def test_a_new_field_comes_last(browser: Client, three: None) -> None:
    browser.post(ADMIN + FIELDS, {"order": "field_c field_b field_a"})
    add(browser, "string", name="field_0")
    assert names(browser)[-1] == "field_0"


def test_the_order_of_forms_is_not_that_of_the_api(
    browser: Client, three: None, make_node: MakeNode, client_of: Any
) -> None:
    make_node(type_id="event")
    browser.post(ADMIN + FIELDS, {"order": "field_c field_b field_a"})
    body = client_of("admin").get(f"/node/{Node.objects.get().pk}?_format=json").json()
    assert [name for name in body if name.startswith("field_")] == ["field_a", "field_b", "field_c"]


# Deletion


def test_it_is_said_how_many_items_have_values_before_a_field_is_deleted(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    config = add_field("string")
    path = f"fieldconfig/{config.pk}/delete/"
    assert "No item has values of it." in get(browser, path).text
    for _number in range(2):
        node = make_node(type_id="event", fields={"field_x": [{"value": "a"}]})
    make_node(type_id="event", fields={"field_x": []})
    make_node(type_id="page", fields={"field_x": [{"value": "a"}]})
    page: Page = get(browser, path)
    assert "2 items have values of this field, which are lost." in page.text
    assert "older revisions" not in page.text
    save_revision(node, None)
    assert "So are those of older revisions." in get(browser, path).text
    assert FieldConfig.objects.of("node", "event").exists()


def test_a_deleted_field_takes_its_values_along(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    config = add_field("string")
    kept = {"field_y": [{"value": "b"}]}
    node = make_node(type_id="event", fields={"field_x": [{"value": "a"}], **kept})
    other = make_node(type_id="page", fields={"field_x": [{"value": "a"}]})
    save_revision(node, None)
    answer = browser.post(f"{ADMIN}fieldconfig/{config.pk}/delete/", {"post": "yes"})
    assert answer.headers["Location"] == ADMIN + FIELDS
    node.refresh_from_db()
    other.refresh_from_db()
    assert node.fields == kept
    assert other.fields == {"field_x": [{"value": "a"}]}
    old = Revision.objects.get(snapshot__isnull=False)
    assert old.snapshot is not None
    assert "field_x" not in old.snapshot
    assert old.snapshot["field_y"] == kept["field_y"]


def test_what_was_done_to_a_field_is_in_its_history(
    browser: Client, add_field: MakeField, admin: User
) -> None:
    config = add_field("string")
    change(browser, config, label="Other")
    assert "Changed Label." in get(browser, f"fieldconfig/{config.pk}/history/").text
