"""``image`` and ``file``: references to files, of which there are none yet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.things import Things

PROPERTIES = {
    "image": {"alt": None, "title": None, "width": None, "height": None},
    "file": {"display": None, "description": None},
}
WRONG = "This value should be of the correct primitive type."


@pytest.fixture(params=["image", "file"])
def files(things: Things, request: pytest.FixtureRequest) -> Things:
    things.have(request.param, settings={"target_type": "file", "handler_settings": []})
    return things


@pytest.mark.parametrize("value", [[], None, [None], [{}], [{"alt": "x", "description": "x"}]])
def test_nothing_is_no_item(files: Things, value: Any) -> None:
    assert files.shown(value) == []


def test_no_file_exists(files: Things) -> None:
    assert files.faults([{"target_id": 1, "alt": "x"}]) == [
        "0.target_id: The referenced entity (file: 1) does not exist."
    ]
    assert files.refusal([{"target_uuid": "abc"}]) == (
        'No "" entity found with UUID "abc" for field "0".'
    )


@pytest.mark.parametrize("field_type", ["image", "file"])
def test_a_reference_to_nothing_keeps_its_properties(things: Things, field_type: str) -> None:
    things.have(field_type, settings={"target_type": "file"})
    (item,) = things.shown([{"target_id": 0}])
    assert list(item.items()) == [("target_id", None), *PROPERTIES[field_type].items()]


def test_properties_are_cast(things: Things) -> None:
    things.have("image", settings={"target_type": "file"})
    sent = {"target_id": 0, "alt": 5, "title": "x", "width": "10", "height": 20}
    assert things.shown([sent]) == [
        {"target_id": None, "alt": "5", "title": "x", "width": 10, "height": 20}
    ]
    assert things.faults([{**sent, "alt": [], "width": "wide"}]) == [
        f"0.alt: {WRONG}",
        f"0.width: {WRONG}",
    ]


def test_display_is_true_or_false(things: Things) -> None:
    things.have("file", settings={"target_type": "file"})
    assert things.shown([{"target_id": 0, "display": "0", "description": "x"}]) == [
        {"target_id": None, "display": False, "description": "x"}
    ]
