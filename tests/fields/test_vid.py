"""``vid``: the number of a node's revision, which a client may choose for a new node."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.models import Node, Revision
from tests.content.visitors import Visitor, faults, message, nid_of, page

WRONG = "vid.0.value: This value should be of the correct primitive type."
HIGHEST = 2**31 - 1

pytestmark = pytest.mark.usefixtures("low_vids")


def test_numbers_grow(editor: Visitor) -> None:
    first, second = (editor.create(page())["vid"][0]["value"] for _ in range(2))
    assert first < second


def test_a_new_node_may_be_given_one(editor: Visitor) -> None:
    chosen = editor.create(page())["vid"][0]["value"] + 5000
    assert editor.create(page(vid=[{"value": f"{chosen}"}]))["vid"] == [{"value": chosen}]
    assert editor.create(page())["vid"][0]["value"] > chosen


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("abc", ["vid.0.value: This value should be a valid number.", WRONG]),
        (5.5, [WRONG]),
        (-1, ["vid.0.value: Revision ID: The integer must be larger or equal to 0."]),
        (
            HIGHEST + 1,
            [f"vid.0.value: Revision ID: the value may be no greater than {HIGHEST}."],
        ),
    ],
)
def test_what_can_be_no_number_is_refused(editor: Visitor, value: Any, lines: list[str]) -> None:
    assert faults(editor.post(page(vid=[value]))) == lines


@pytest.mark.parametrize("value", [[], [0], ["0"], [{"value": 0}]])
def test_no_number_and_0_mean_the_next_one(editor: Visitor, value: Any) -> None:
    last = editor.create(page())["vid"][0]["value"]
    assert editor.create(page(vid=value))["vid"][0]["value"] > last


def test_another_nodes_number_is_refused(editor: Visitor) -> None:
    taken = editor.create(page(vid=[5000]))["vid"]
    assert faults(editor.post(page(vid=taken))) == ["vid.0.value: Another node has this value."]
    assert (Node.objects.count(), Revision.objects.count()) == (1, 1)


def test_a_node_keeps_its_revision_when_it_changes(editor: Visitor) -> None:
    created = editor.create(page())
    changed = editor.change(nid_of(created), {"type": "page", "title": ["New"]})
    for name in ("vid", "revision_timestamp", "revision_uid"):
        assert changed[name] == created[name]
    assert Revision.objects.count() == 1


def test_it_cannot_be_changed(editor: Visitor) -> None:
    created = editor.create(page())
    nid = nid_of(created)
    assert editor.change(nid, {"type": "page", "vid": created["vid"]})["vid"] == created["vid"]
    assert message(editor.patch(nid, {"type": "page", "vid": [77777]})) == (
        422,
        "The revision ID of a node cannot be changed.",
    )
