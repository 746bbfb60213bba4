"""``boolean``: ``{"value": true}``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.things import Things

WRONG = "0.value: This value should be of the correct primitive type."


@pytest.fixture
def flags(things: Things) -> Things:
    things.have("boolean")
    return things


@pytest.mark.parametrize("value", [True, 1, "1", 1.0, "1.0", "01"])
def test_what_php_takes_for_one_is_true(flags: Things, value: Any) -> None:
    assert flags.shown([{"value": value}]) == [{"value": True}]


@pytest.mark.parametrize("value", [False, 0, "0"])
def test_false_is_false(flags: Things, value: Any) -> None:
    assert flags.shown([{"value": value}]) == [{"value": False}]


@pytest.mark.parametrize("value", ["", "true", "false", "yes", 2, -1, 0.0, 0.5, "00", [], {"a": 1}])
def test_anything_else_is_refused(flags: Things, value: Any) -> None:
    assert flags.faults([{"value": value}]) == [WRONG]


@pytest.mark.parametrize("value", [[], None, False, [None], [{}], [{"value": None}]])
def test_nothing_is_no_item(flags: Things, value: Any) -> None:
    assert flags.shown(value) == []


def test_an_item_may_be_bare(flags: Things) -> None:
    assert flags.shown([False]) == [{"value": False}]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (True, True, False),
        (True, 1, False),
        (True, "1", False),
        (False, 0, False),
        (False, "0", False),
        (False, True, True),
        (True, "0", True),
    ],
)
def test_equality_is_loose(flags: Things, before: Any, after: Any, changes: bool) -> None:
    assert flags.changes([before], [after]) is changes


@pytest.mark.parametrize("value", ["true", 2, "abc"])
def test_what_is_no_boolean_does_not_pass_for_an_equal_one(flags: Things, value: Any) -> None:
    nid = flags.visitor.create(flags.document([True]))["nid"][0]["value"]
    answer = flags.visitor.patch(nid, {"type": "thing", "field_it": [value]})
    assert answer.status_code == 422


def test_a_required_field_takes_false(things: Things) -> None:
    things.have("boolean", required=True)
    assert things.shown([False]) == [{"value": False}]
    assert things.faults([]) == [": This value should not be null."]
