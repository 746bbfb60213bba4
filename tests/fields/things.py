"""Nodes with one field of the type that is looked at."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from drupal_jwt_auth.models import Node
from tests.content.visitors import Visitor, add_field, faults, make_type, message, nid_of

LONG_AGO = datetime(2001, 1, 1, tzinfo=timezone.utc)


class Things:
    """A content type with a field ``field_it`` labelled "It"."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        make_type("thing")

    def have(self, field_type: str, **values: Any) -> None:
        """Give the content type its field."""
        add_field("thing", "field_it", field_type, **values)

    def document(self, value: Any) -> dict[str, Any]:
        return {"type": "thing", "title": ["A thing"], "field_it": value}

    def send(self, value: Any) -> Any:
        """Create a thing and return the whole answer."""
        return self.visitor.post(self.document(value))

    def shown(self, value: Any) -> Any:
        """What the answer to a POST shows, and the same what a later GET shows."""
        created = self.visitor.create(self.document(value))
        assert self.visitor.read(nid_of(created))["field_it"] == created["field_it"]
        return created["field_it"]

    def answered(self, value: Any) -> Any:
        """What the answer to a POST shows."""
        return self.visitor.create(self.document(value))["field_it"]

    def read(self, value: Any) -> Any:
        """What a later GET shows."""
        return self.visitor.read(nid_of(self.visitor.create(self.document(value))))["field_it"]

    def faults(self, value: Any) -> list[str]:
        """The lines with which a value is refused, without the field's name."""
        count = Node.objects.count()
        lines = faults(self.send(value))
        assert Node.objects.count() == count
        assert all(line.startswith("field_it") for line in lines)
        return [line.removeprefix("field_it").removeprefix(".") for line in lines]

    def refusal(self, value: Any) -> str:
        """The message with which a value is refused before it is looked at any closer."""
        count = Node.objects.count()
        status, text = message(self.send(value))
        assert (status, Node.objects.count()) == (422, count)
        return text

    def changes(self, before: Any, after: Any) -> bool:
        """Whether a PATCH takes one value for another than the stored one."""
        nid = nid_of(self.visitor.create(self.document(before)))
        Node.objects.update(changed=LONG_AGO)
        self.visitor.change(nid, {"type": "thing", "field_it": after})
        return Node.objects.get(nid=nid).changed != LONG_AGO
