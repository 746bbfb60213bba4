"""``uuid``: up to Drupal 11.3 any text is taken for one."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from drupal_jwt_auth.models import Node
from tests.content.visitors import Visitor, faults, message, nid_of, page


def test_a_node_gets_a_random_one(editor: Visitor) -> None:
    first, second = (editor.create(page())["uuid"][0]["value"] for _ in range(2))
    assert uuid.UUID(first).version == 4
    assert first != second


@pytest.mark.parametrize("text", ["11111111-0000-4000-8000-000000000000", "abc", "x" * 128])
def test_whoever_creates_a_node_may_choose_its_own(editor: Visitor, text: str) -> None:
    created = editor.create(page(uuid=[{"value": text}]))
    assert created["uuid"] == [{"value": text}]
    assert Node.objects.get().uuid == text


def test_one_has_a_length(editor: Visitor) -> None:
    assert faults(editor.post(page(uuid=["x" * 129]))) == [
        "uuid.0.value: UUID: may not be longer than 128 characters."
    ]


@pytest.mark.parametrize("value", [[], None, [""], [None]])
def test_a_node_cannot_be_without(editor: Visitor, value: Any) -> None:
    assert faults(editor.post(page(uuid=value))) == ["uuid: This value should not be null."]


def test_two_nodes_cannot_have_the_same(editor: Visitor) -> None:
    editor.create(page(uuid=["abc"]))
    assert faults(editor.post(page(uuid=["abc"]))) == ["uuid.0.value: Another node has this value."]
    assert Node.objects.count() == 1
    assert faults(editor.post(page(uuid=["abc"], path=["/a"], vid=[77])))[0].startswith("uuid")


def test_it_never_changes(editor: Visitor, admin: Visitor) -> None:
    created = editor.create(page())
    nid = nid_of(created)
    assert editor.change(nid, {"type": "page", "uuid": created["uuid"]})["uuid"] == created["uuid"]
    for visitor in (editor, admin):
        assert message(visitor.patch(nid, {"type": "page", "uuid": ["other"]})) == (
            403,
            "Access denied on updating field 'uuid'. The entity UUID cannot be changed.",
        )
