"""Conditions over documents of configuration."""

from __future__ import annotations

import pytest

from drupal_jwt_auth.content.query.documents import holds, sort_value

DOCUMENT = {
    "id": "Page",
    "status": True,
    "weight": 5,
    "nothing": None,
    "settings": {"depth": 2, "more": {"depth": 10}},
    "links": ["one", "two"],
}


@pytest.mark.parametrize(
    ("path", "operator", "values", "is_held"),
    [
        ("id", "=", ["pAGE"], True),
        ("id", "<>", ["page"], False),
        ("id", "IN", ["x", "PAGE"], True),
        ("id", "NOT IN", ["x", "PAGE"], False),
        ("id", "STARTS_WITH", ["pa"], True),
        ("id", "CONTAINS", ["AG"], True),
        ("id", "ENDS_WITH", ["g"], False),
        ("id", "<", ["q"], True),
        ("id", ">", ["q"], False),
        ("status", "=", ["1"], True),
        ("status", "=", ["true"], False),
        ("weight", ">", ["10"], False),
        ("weight", "<", ["10"], True),
        ("weight", "<=", ["5"], True),
        ("weight", ">=", ["5"], True),
        ("weight", "BETWEEN", ["4", "6"], True),
        ("weight", "NOT BETWEEN", ["4", "6"], False),
        ("nothing", "IS NULL", [], True),
        ("nope", "IS NULL", [], True),
        ("nope", "IS NOT NULL", [], False),
        ("nope", "<>", ["x"], False),
        ("settings", "IS NULL", [], True),
        ("settings.depth", "=", ["2"], True),
        ("settings.*", "=", ["2"], True),
        ("settings.*.depth", "=", ["10"], True),
        ("links.1", "=", ["two"], True),
        ("links.*", "=", ["two"], True),
        ("links.2", "IS NOT NULL", [], False),
        ("id.more", "IS NOT NULL", [], False),
    ],
)
def test_a_condition_holds_or_not(
    path: str, operator: str, values: list[str], *, is_held: bool
) -> None:
    assert holds(DOCUMENT, path.split("."), operator, values) is is_held


def test_what_is_not_there_comes_first() -> None:
    assert sort_value({}, ["weight"]) < sort_value({"weight": -5}, ["weight"])
    assert sort_value({"status": False}, ["status"]) < sort_value({"status": True}, ["status"])
