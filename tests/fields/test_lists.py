"""``list_string``, ``list_integer``, ``list_float``: a value out of those that are allowed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.things import Things

NO_CHOICE = "0: The value you selected is not a valid choice."
WRONG = "0.value: This value should be of the correct primitive type."


def lists(things: Things, field_type: str, *choices: Any) -> Things:
    things.have(field_type, settings={"allowed_values": dict.fromkeys(choices, "Label")})
    return things


@pytest.fixture
def colors(things: Things) -> Things:
    return lists(things, "list_string", "red", "green", "1")


def test_a_choice_is_shown_as_it_is(colors: Things) -> None:
    assert colors.shown(["red"]) == [{"value": "red"}]
    assert colors.shown([{"value": 1}]) == [{"value": "1"}]


@pytest.mark.parametrize("value", ["blue", "Red", "Label", 2, "01"])
def test_another_value_is_refused(colors: Things, value: Any) -> None:
    assert colors.faults([value]) == [NO_CHOICE]


def test_what_is_no_scalar_is_refused(colors: Things) -> None:
    assert colors.faults([{"value": ["red"]}]) == [NO_CHOICE, WRONG]


@pytest.mark.parametrize("value", [[], [""], [None], [False], [{"value": {}}]])
def test_nothing_is_no_choice(colors: Things, value: Any) -> None:
    assert colors.shown(value) == []


@pytest.mark.parametrize(
    ("field_type", "sent", "kept"),
    [
        ("list_integer", 2, 2),
        ("list_integer", "2", 2),
        ("list_float", 2, 2),
        ("list_float", 0.5, 0.5),
        ("list_float", "0.50", 0.5),
    ],
)
def test_a_number_is_chosen_by_its_value(
    things: Things, field_type: str, sent: Any, kept: Any
) -> None:
    lists(things, field_type, *(["2", "0.5"] if field_type == "list_float" else ["2", "3"]))
    assert things.shown([sent]) == [{"value": kept}]


@pytest.mark.parametrize("field_type", ["list_integer", "list_float"])
def test_another_number_is_refused(things: Things, field_type: str) -> None:
    lists(things, field_type, "2", "3")
    assert things.faults([4]) == [NO_CHOICE]
    assert things.faults(["x"]) == [NO_CHOICE, WRONG]


def test_zero_may_be_chosen(things: Things) -> None:
    lists(things, "list_integer", "0", "1")
    assert things.shown([0]) == [{"value": 0}]
    assert things.shown(["0"]) == [{"value": 0}]


def test_choices_may_be_listed_as_drupal_exports_them(things: Things) -> None:
    choices = [{"value": 1, "label": "One"}, {"value": 2}]
    things.have("list_integer", settings={"allowed_values": choices})
    assert things.shown([2]) == [{"value": 2}]
    assert things.faults([3]) == [NO_CHOICE]


def test_without_choices_nothing_can_be_chosen(things: Things) -> None:
    things.have("list_string")
    assert things.faults(["red"]) == [NO_CHOICE]
    assert things.shown([]) == []


def test_several_may_be_chosen(things: Things) -> None:
    things.have("list_string", cardinality=-1, settings={"allowed_values": {"a": "A", "b": "B"}})
    assert things.shown(["b", "a"]) == [{"value": "b"}, {"value": "a"}]
    assert things.faults(["a", "c"]) == ["1: The value you selected is not a valid choice."]


def test_the_same_choice_changes_nothing(things: Things) -> None:
    lists(things, "list_integer", "1", "2")
    assert not things.changes([1], ["1"])
    assert things.changes([1], [2])
