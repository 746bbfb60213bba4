"""A project's own field type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drupal_jwt_auth.fields import FIELD_TYPES, Context, Field, FieldType, Item, register
from drupal_jwt_auth.fields.string import StringType
from tests.content.visitors import faults
from tests.fields.things import Things


class PointType(FieldType):
    """A point; the base class does all but the sum."""

    id = "point"
    properties = ("x", "y")
    main_property = "x"

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        return {**super().normalize(item, field, context), "sum": item["x"] + (item["y"] or 0)}


@pytest.fixture
def points(things: Things) -> Iterator[Things]:
    known = dict(FIELD_TYPES)
    register(PointType)
    things.have("point", cardinality=2)
    yield things
    FIELD_TYPES.clear()
    FIELD_TYPES.update(known)


def test_a_registered_type_works_over_http(points: Things) -> None:
    assert points.shown([{"x": 1, "y": 2, "z": 3}, 4]) == [
        {"x": 1, "y": 2, "sum": 3},
        {"x": 4, "y": None, "sum": 4},
    ]


def test_a_registered_type_has_emptiness_and_equality(points: Things) -> None:
    assert points.shown([{}, {"z": 3}]) == []
    assert not points.changes([{"x": 1, "y": 2}], [{"x": "1", "y": 2.0}])
    assert points.changes([{"x": 1, "y": 2}], [{"x": 1, "y": 3}])
    assert points.changes([{"x": 1, "y": 2}], [{"x": 1}])


def test_a_number_beyond_all_bounds_is_no_value(points: Things) -> None:
    body = '{"type":"thing","title":["A"],"field_it":[{"x":[{"a":1e999}],"y":-1e999}]}'
    wrong = "This value should be of the correct primitive type."
    assert faults(points.visitor.send("POST", "/node?_format=json", body)) == [
        f"field_it.0.x: {wrong}",
        f"field_it.0.y: {wrong}",
    ]


def test_a_type_may_take_the_place_of_another(points: Things) -> None:
    @register
    class Shouted(StringType):
        id = "point"

        def cast(self, item: Item, field: Field) -> Item:
            return {"value": super().cast(item, field)["value"].upper()}

    assert points.shown(["a"]) == [{"value": "A"}]
