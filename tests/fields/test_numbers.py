"""``integer``, ``decimal``, ``float``: ``{"value": 1}``."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.fields.numbers import DECIMAL_MAX_LENGTH
from drupal_jwt_auth.fields.primitives import loosely_equal
from tests.fields.things import Things

TYPES = ["integer", "decimal", "float"]
WRONG = "0.value: This value should be of the correct primitive type."
NO_NUMBER = "0.value: This value should be a valid number."


@pytest.fixture(params=TYPES)
def numbers(things: Things, request: pytest.FixtureRequest) -> Things:
    things.have(request.param)
    return things


@pytest.fixture
def integers(things: Things) -> Things:
    things.have("integer")
    return things


@pytest.fixture
def decimals(things: Things) -> Things:
    things.have("decimal")
    return things


@pytest.fixture
def floats(things: Things) -> Things:
    things.have("float")
    return things


@pytest.mark.parametrize("value", [[], None, [None], [""], [False], [{"value": []}], [{}]])
def test_nothing_is_no_item(numbers: Things, value: Any) -> None:
    assert numbers.shown(value) == []


@pytest.mark.parametrize("value", [0, "0", 0.0])
def test_zero_is_a_number(numbers: Things, value: Any) -> None:
    (item,) = numbers.shown([value])
    assert float(item["value"]) == 0


@pytest.mark.parametrize("value", ["abc", " ", "1,5", "0x1", ["a"], {"a": 1}, "1 2", "\u0663"])
def test_what_is_no_number_is_refused(numbers: Things, value: Any) -> None:
    assert numbers.faults([{"value": value}]) == [WRONG]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (5, 5),
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        (" 5 ", 5),
        (5.0, 5),
        (True, 1),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
    ],
)
def test_a_whole_number_is_what_php_reads_as_one(integers: Things, sent: Any, kept: int) -> None:
    (item,) = integers.shown([sent])
    assert (item["value"], type(item["value"])) == (kept, int)


@pytest.mark.parametrize("value", [5.5, "5.0", "05", "1e3", 1e25, 2**63, "9223372036854775808"])
def test_another_number_is_no_whole_one(integers: Things, value: Any) -> None:
    assert integers.faults([value]) == [WRONG]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(1.5, 1.5), ("1.5", 1.5), ("1e3", 1000), (".5", 0.5), (True, 1), (3.0, 3), (1e300, 1e300)],
)
def test_a_float_is_shown_without_a_fraction_of_zero(floats: Things, sent: Any, kept: Any) -> None:
    (item,) = floats.shown([sent])
    assert (item["value"], type(item["value"])) == (kept, type(kept))


def test_a_float_beyond_all_is_refused(floats: Things) -> None:
    assert floats.faults(["1e999"]) == [WRONG]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1.5", "1.50"),
        (1.5, "1.50"),
        (7, "7.00"),
        ("-.5", "-0.50"),
        ("+1.", "1.00"),
        (True, "1.00"),
        ("12.345", "12.35"),
        (-12.345, "-12.35"),
        ("12.3449", "12.34"),
    ],
)
def test_a_decimal_is_text_with_its_digits(decimals: Things, sent: Any, kept: str) -> None:
    assert decimals.shown([sent]) == [{"value": kept}]


def test_a_decimal_has_so_many_digits(decimals: Things) -> None:
    digits = "1" * DECIMAL_MAX_LENGTH
    assert decimals.shown([digits]) == [{"value": f"{digits}.00"}]
    assert decimals.faults([f"{digits}1"]) == [WRONG]
    assert decimals.faults(["9" * 100_000]) == [WRONG]


def test_the_digits_that_are_set_have_a_bound_too(things: Things) -> None:
    things.have("decimal", settings={"scale": 10**9})
    assert things.shown(["1.5"]) == [{"value": "1.5".ljust(DECIMAL_MAX_LENGTH + 2, "0")}]


def test_a_decimal_has_the_digits_that_are_set(things: Things) -> None:
    things.have("decimal", settings={"scale": 4})
    assert things.shown(["1.23456"]) == [{"value": "1.2346"}]


@pytest.mark.parametrize("value", ["1e3", 1e25, "1.2.3", "\u0663", "."])
def test_a_decimal_has_no_exponent(decimals: Things, value: Any) -> None:
    assert decimals.faults([value]) == [WRONG]


@pytest.mark.parametrize("field_type", TYPES)
def test_a_number_keeps_within_its_limits(things: Things, field_type: str) -> None:
    things.have(field_type, settings={"min": 1, "max": "9"})
    assert float(things.shown([1])[0]["value"]) == 1
    assert float(things.shown(["9"])[0]["value"]) == 9
    assert things.faults([0]) == ["0.value: It: the value may be no less than 1."]
    assert things.faults(["10"]) == ["0.value: It: the value may be no greater than 9."]


@pytest.mark.parametrize("field_type", TYPES)
def test_what_is_no_number_is_in_no_limits(things: Things, field_type: str) -> None:
    things.have(field_type, settings={"min": 1, "max": 9})
    assert things.faults(["abc"]) == [NO_NUMBER, NO_NUMBER, WRONG]


def test_zero_is_a_limit(things: Things) -> None:
    things.have("integer", settings={"min": 0, "max": ""})
    assert things.faults([-1]) == ["0.value: It: the value may be no less than 0."]
    assert things.shown([0]) == [{"value": 0}]


def test_an_unsigned_number_is_not_negative(things: Things) -> None:
    things.have("integer", settings={"unsigned": True, "min": ""})
    assert things.shown([0]) == [{"value": 0}]
    assert things.faults([-1]) == ["0.value: It: The integer must be larger or equal to 0."]


def test_a_decimal_limit_is_exact(things: Things) -> None:
    things.have("decimal", settings={"max": 0.1})
    assert things.shown(["0.1"]) == [{"value": "0.10"}]
    assert things.faults(["0.11"]) == ["0.value: It: the value may be no greater than 0.1."]


@pytest.mark.parametrize(
    ("after", "changes"), [(5, False), ("5", False), (5.0, False), (True, False), (6, True)]
)
def test_equality_is_loose(integers: Things, after: Any, changes: bool) -> None:
    nid = integers.visitor.create(integers.document([5]))["nid"][0]["value"]
    changed = integers.visitor.change(nid, {"type": "thing", "field_it": [after]})
    assert (changed["field_it"] != [{"value": 5}]) is changes


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (2**53 + 1, str(2**53 + 1), True),
        (2**53 + 1, str(2**53), False),
        (2**53 + 1, float(2**53), True),
        # A database makes a whole number of the float.
        (2.0**63, 9223372036854776000, True),
        ("1e3", 1000, True),
        ("01", 1, True),
        ("1", "+1", True),
        ("\u0663", 3, False),
        ("a", "A", False),
        ("a", 0, False),
    ],
)
def test_numbers_are_compared_as_php_compares_them(left: Any, right: Any, *, equal: bool) -> None:
    assert loosely_equal(left, right) is equal
    assert loosely_equal(right, left) is equal


def test_a_decimal_equals_one_with_other_digits(decimals: Things) -> None:
    assert not decimals.changes(["1.5"], [1.5])
    assert not decimals.changes(["1.5"], ["1.500"])
    assert decimals.changes(["1.5"], ["1.51"])
