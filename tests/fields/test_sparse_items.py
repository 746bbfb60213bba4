"""Items that code has stored with some of their properties: the others are None."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.models import Node
from tests.fields.things import Things

VALUES: dict[str, Any] = {
    "alt": "A",
    "description": "A",
    "display": True,
    "end_value": "2026-11-22T08:00:00",
    "format": "plain_text",
    "summary": "A",
    "title": "A",
    "uri": "https://example.com/",
    "options": [],
    "last_comment_name": "A",
}
NUMBERS = ("timestamp", "integer", "float", "list_integer", "list_float")
VALUE: dict[str, Any] = {
    "boolean": True,
    "datetime": "2026-11-22T08:00:00",
    "daterange": "2026-11-22T08:00:00",
    "decimal": "1.50",
    **dict.fromkeys(NUMBERS, 5),
}

SPARSE: list[tuple[str, dict[str, Any]]] = [
    (name, item)
    for name, field_type in sorted(FIELD_TYPES.items())
    if field_type.configurable
    for item in (
        {},
        *(
            {key: VALUE.get(name, "A") if key == "value" else VALUES.get(key, 1)}
            for key in field_type.properties
        ),
    )
]


@pytest.mark.parametrize(("field_type", "item"), SPARSE)
def test_a_node_with_a_sparse_item_is_read_and_changed(
    things: Things, field_type: str, item: dict[str, Any]
) -> None:
    things.have(field_type, settings={"allowed_values": {"A": "A", "5": "5"}})
    node = Node.objects.create(type_id="thing", title="A thing", fields={"field_it": [item]})
    (shown,) = things.visitor.read(node.pk)["field_it"]
    left_out = set(FIELD_TYPES[field_type].properties) - item.keys()
    assert {shown.get(name) for name in left_out} <= {None}
    sent: list[list[Any]] = [["x"], [{}], [item], []]
    for value in sent:
        document = {"type": "thing", "title": ["New"], "field_it": value}
        assert things.visitor.patch(node.pk, document).status_code in (200, 422)


def test_a_text_without_a_format_is_shown_as_plain_text(things: Things) -> None:
    things.have("text_with_summary")
    items = [{"value": "a & b"}]
    node = Node.objects.create(type_id="thing", title="A thing", fields={"field_it": items})
    assert things.visitor.read(node.pk)["field_it"] == [
        {"value": "a & b", "format": None, "processed": "<p>a &amp; b</p>\n", "summary": None}
    ]
