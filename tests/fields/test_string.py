"""``string`` and ``string_long``: plain text, ``{"value": "..."}``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.things import Things

EMPTY: list[Any] = [
    [],
    None,
    "",
    0,
    False,
    {},
    [""],
    [None],
    [{}],
    [{"value": ""}],
    [{"value": None}],
    [[]],
]


@pytest.fixture(params=["string", "string_long"])
def texts(things: Things, request: pytest.FixtureRequest) -> Things:
    things.have(request.param)
    return things


def test_text_is_kept_as_it_is(texts: Things) -> None:
    text = "  <b>\"é\" & 'ü'\r\n\t😀 \\ / \u2028 "
    assert texts.shown([{"value": text}]) == [{"value": text}]


def test_an_item_may_be_a_bare_scalar(texts: Things) -> None:
    assert texts.shown(["text"]) == [{"value": "text"}]


def test_an_object_is_a_list_whatever_its_keys(texts: Things) -> None:
    assert texts.shown({"7": {"value": "text"}}) == [{"value": "text"}]
    assert texts.shown({"value": "text"}) == [{"value": "text"}]


def test_unknown_properties_are_ignored(texts: Things) -> None:
    assert texts.shown([{"value": "text", "lang": "fr"}]) == [{"value": "text"}]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (123, "123"),
        (-5, "-5"),
        (True, "1"),
        (False, ""),
        ("0", "0"),
        (0, "0"),
        (12.5, "12.5"),
        (3.0, "3"),
        (1e25, "1.0E+25"),
        (1.5e-7, "1.5E-7"),
        (0.30000000000000004, "0.3"),
        (123456789012345678, "123456789012345678"),
        (1e14, "1.0E+14"),
        (10**30, "1.0E+30"),
        (-0.0, "-0"),
    ],
)
def test_a_scalar_becomes_the_text_that_php_makes_of_it(
    texts: Things, sent: Any, kept: str
) -> None:
    assert texts.shown([{"value": sent}]) == [{"value": kept}]


@pytest.mark.parametrize(("number", "kept"), [("1e999", "INF"), ("-1e999", "-INF")])
def test_a_number_beyond_all_bounds_has_a_text(texts: Things, number: str, kept: str) -> None:
    body = f'{{"type":"thing","title":["A"],"field_it":[{number}]}}'
    answer = texts.visitor.send("POST", "/node?_format=json", body)
    assert answer.json()["field_it"] == [{"value": kept}]


@pytest.mark.parametrize("value", EMPTY)
def test_nothing_is_no_item(texts: Things, value: Any) -> None:
    assert texts.shown(value) == []


@pytest.mark.parametrize("value", ["text", 5, 1.5, True])
def test_a_bare_value_is_no_list(texts: Things, value: Any) -> None:
    assert texts.refusal(value) == 'Field values for "field_it" must use an array structure'


@pytest.mark.parametrize("value", [["a"], {"a": 1}, [], {}])
def test_what_is_no_scalar_is_refused(texts: Things, value: Any) -> None:
    assert texts.faults([{"value": value}]) == [
        "0.value: This value should be of the correct primitive type."
    ]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (["a"], ["a"], False),
        (["1"], [1], False),
        (["1"], ["1.0"], False),
        (["1"], [True], False),
        (["a"], [{"value": "a", "more": 1}], False),
        ([], [], False),
        ([], [None], False),
        (["a"], ["A"], True),
        (["a"], [], True),
        (["a"], None, True),
        ([], ["a"], True),
    ],
)
def test_equality_is_loose(texts: Things, before: Any, after: Any, changes: bool) -> None:
    assert texts.changes(before, after) is changes


def test_length_counts_characters(things: Things) -> None:
    things.have("string", settings={"max_length": 3})
    assert things.shown(["😀😀😀"]) == [{"value": "😀😀😀"}]
    assert things.faults(["abcd"]) == ["0.value: It: may not be longer than 3 characters."]
    assert things.faults([1234]) == ["0.value: It: may not be longer than 3 characters."]


def test_a_required_field_needs_a_value(things: Things) -> None:
    things.have("string", required=True)
    for value in EMPTY:
        assert things.faults(value) == [": This value should not be null."]
    without = things.document([])
    del without["field_it"]
    assert things.visitor.post(without).status_code == 422
    assert things.shown(["0"]) == [{"value": "0"}]


def test_a_field_holds_as_many_values_as_it_may(things: Things) -> None:
    things.have("string", cardinality=2)
    assert things.shown(["a", "b"]) == [{"value": "a"}, {"value": "b"}]
    assert things.shown(["a", None]) == [{"value": "a"}]
    too_many = ": It: this field cannot hold more than 2 values."
    assert things.faults(["a", "b", "c"]) == [too_many]
    assert things.faults(["a", "b", None]) == [too_many]
    assert things.faults(["a", {"value": []}, "c"]) == [
        too_many,
        "1.value: This value should be of the correct primitive type.",
    ]


def test_a_field_may_hold_any_number_of_values(things: Things) -> None:
    things.have("string", cardinality=-1)
    assert things.shown(["a"] * 20) == [{"value": "a"}] * 20


def test_the_default_stands_where_nothing_was_sent(things: Things) -> None:
    things.have("string", default_value=[{"value": "as ever"}])
    without = things.document([])
    del without["field_it"]
    assert things.visitor.create(without)["field_it"] == [{"value": "as ever"}]
    assert things.shown([]) == []
    assert things.shown(["other"]) == [{"value": "other"}]
