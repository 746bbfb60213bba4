"""Each field type says what its settings may be; no other can be saved, none breaks an answer."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.fields import FIELD_TYPES, Setting
from drupal_jwt_auth.fields.base import Field, FieldType
from drupal_jwt_auth.fields.file import FileType
from drupal_jwt_auth.fields.numbers import DecimalType
from tests.content.visitors import make_term
from tests.fields.things import Things

TEXTS = ("string", "string_long", "text", "uri")
NUMBERS = ("integer", "float", "decimal")
LISTS = ("list_string", "list_integer", "list_float")
REFERENCES = ("entity_reference", "file", "image")

NO_CHOICES: list[Any] = [
    *(5, "x", ["5"], [{"label": "5"}]),
    *([{"value": 5, "label": [5]}], [{"value": []}]),
]

WRONG: list[tuple[str, dict[str, Any]]] = [
    *((kind, {"max_length": value}) for kind in TEXTS for value in ("x", 0, -1, 1.5, True, [1])),
    *((kind, {name: "x"}) for kind in NUMBERS for name in ("min", "max", "unsigned")),
    *(("integer", {"min": value}) for value in ([1], {"a": 1}, True, "1e999", "inf", 10**400)),
    *(("decimal", {"scale": value}) for value in ("x", -1, [2], 1.5)),
    *(("text_long", {"allowed_formats": value}) for value in (5, "plain_text", [5])),
    ("text_with_summary", {"display_summary": "x"}),
    *((kind, {"allowed_values": value}) for kind in LISTS for value in NO_CHOICES),
    *(("link", {"link_type": value}) for value in ("x", 2, True, [16])),
    *((kind, {"datetime_type": value}) for kind in ("datetime", "daterange") for value in (5, "x")),
    *((kind, {"target_type": value}) for kind in REFERENCES for value in (5, ["user"])),
    *(
        (kind, {"handler_settings": value})
        for kind in REFERENCES
        for value in (5, "x", [5], {"target_bundles": 5}, {"target_bundles": [5]})
    ),
    *((kind, {"file_extensions": value}) for kind in ("file", "image") for value in (["png"], 5)),
    *((kind, {"max_filesize": value}) for kind in ("file", "image") for value in ("lots", -1, [1])),
    ("image", {"min_resolution": 5}),
    *(("image", {name: "x"}) for name in ("alt_field", "title_field_required")),
]

RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("string", {"max_length": 255, "is_ascii": False, "case_sensitive": "whatever"}),
    ("string", {"max_length": "255"}),
    ("string", {"max_length": 10.0}),
    ("integer", {"unsigned": False, "min": None, "max": "", "prefix": "", "suffix": ""}),
    ("integer", {"unsigned": "1", "min": "-1", "max": "7"}),
    ("float", {"min": 0, "max": 1.5e300}),
    ("decimal", {"precision": 10, "scale": "2"}),
    ("list_string", {"allowed_values": {"r": "Red", "7": 7}}),
    ("list_integer", {"allowed_values": [{"value": "5", "label": "Five"}, {"value": 6}]}),
    ("list_float", {"allowed_values": {"1.5": "One and a half"}}),
    ("list_string", {"allowed_values": []}),
    ("text_long", {"allowed_formats": []}),
    ("text_long", {"allowed_formats": {"plain_text": "plain_text"}}),
    ("text_with_summary", {"display_summary": False, "required_summary": 0}),
    ("link", {"link_type": "17", "title": 1}),
    ("daterange", {"datetime_type": "allday"}),
    ("entity_reference", {"target_type": "media", "handler": "default:media"}),
    (
        "entity_reference",
        {"handler_settings": {"target_bundles": None, "sort": {"field": "_none"}}},
    ),
    ("entity_reference", {"handler_settings": {"target_bundles": {"tags": "tags"}}}),
    ("image", {"handler_settings": [], "file_extensions": "", "alt_field": 1}),
    ("boolean", {"on_label": "On", "off_label": "Off"}),
]


@pytest.mark.parametrize(("field_type", "settings"), WRONG)
def test_a_wrong_setting_is_told_with_its_name(field_type: str, settings: dict[str, Any]) -> None:
    (name,) = settings
    (fault,) = FIELD_TYPES[field_type].wrong_settings(settings)
    assert fault.startswith(f"{name}: ")


@pytest.mark.parametrize(("field_type", "settings"), RIGHT)
def test_settings_may_be_as_drupal_exports_them(field_type: str, settings: dict[str, Any]) -> None:
    assert list(FIELD_TYPES[field_type].wrong_settings(settings)) == []


@pytest.mark.parametrize("field_type", ["list_integer", "list_float"])
def test_a_choice_is_a_value_of_the_type(field_type: str) -> None:
    settings = {"allowed_values": {"1": "One", "two": "Two"}}
    assert list(FIELD_TYPES[field_type].wrong_settings(settings)) == ["allowed_values: two"]


def test_a_long_setting_is_told_in_part() -> None:
    (fault,) = FIELD_TYPES["string"].wrong_settings({"max_length": "x" * 1000})
    assert fault == "max_length: " + "x" * 100


SENT: dict[str, Any] = {
    "datetime": "2026-11-22T08:00:00+00:00",
    "link": "https://example.com/",
    "uri": "https://example.com/",
    **dict.fromkeys((*NUMBERS, "list_integer", "list_float"), 5),
}


@pytest.mark.parametrize(("field_type", "settings"), WRONG)
def test_a_wrong_setting_that_nobody_has_checked_breaks_no_answer(
    things: Things, field_type: str, settings: dict[str, Any]
) -> None:
    """As in a fixture."""
    things.have(field_type, settings=settings)
    if field_type == "daterange":
        end = "2026-11-22T08:00:00+00:00"
        value: Any = {"value": end, "end_value": end}
    elif field_type == "entity_reference" and "target_type" not in settings:
        settings = {**settings, "target_type": "taxonomy_term"}
        value = make_term("alpha").pk
    else:
        value = SENT.get(field_type, "x" if field_type not in REFERENCES else None)
    answer = things.send([] if value is None else [value])
    assert answer.status_code in (201, 422)


def test_extensions_that_nobody_has_checked_are_those_that_a_type_has_without() -> None:
    field = Field(
        name="it", label="It", type=FIELD_TYPES["file"], settings={"file_extensions": ["png"]}
    )
    assert FileType().extensions(field) == ["txt"]


@pytest.mark.parametrize(
    ("field_type", "settings", "value", "fault"),
    [
        ("string", {"max_length": "2"}, "abc", "0.value: It: may not be longer than 2 characters."),
        ("text", {"max_length": "2"}, "abc", "0.value: It: the text may not be longer than 2 char"),
        ("integer", {"min": "7"}, 5, "0.value: It: the value may be no less than 7."),
        ("integer", {"max": "3"}, 5, "0.value: It: the value may be no greater than 3."),
        ("link", {"link_type": "1"}, "https://a.b/", "0: The path 'https://a.b/' is invalid."),
        (
            "text_long",
            {"allowed_formats": {"full_html": "full_html"}},
            {"value": "x", "format": "plain_text"},
            "0.format: The value you selected is not a valid choice.",
        ),
    ],
)
def test_numbers_may_be_texts_and_lists_objects_as_php_writes_them(
    things: Things, field_type: str, settings: dict[str, Any], value: Any, fault: str
) -> None:
    things.have(field_type, settings=settings)
    assert things.faults([value])[0].startswith(fault)


def test_a_scale_may_be_a_text(things: Things) -> None:
    things.have("decimal", settings={"scale": "3"})
    assert things.read([1.5]) == [{"value": "1.500"}]


def test_a_type_has_the_settings_of_the_one_that_it_extends() -> None:
    class MoneyType(DecimalType):
        id = "money"
        settings = {"currency": Setting({"CHF": "CHF"}.get)}

    assert list(MoneyType().wrong_settings({"currency": "EUR", "scale": -1, "min": "x"})) == [
        "min: x",
        "scale: -1",
        "currency: EUR",
    ]
    assert FieldType.settings == {}
