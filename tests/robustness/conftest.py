"""A site with every field type, and a check of whatever it answers."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.db import connection

from drupal_jwt_auth.content.node.entity import NODE_BASE_FIELDS
from drupal_jwt_auth.fields import FIELD_TYPES, FieldType
from drupal_jwt_auth.models import Node, PathAlias, Revision
from tests.content.visitors import Visitor, add_field, make_term, make_type, make_user

SETTINGS: dict[str, dict[str, Any]] = {
    "string": {"max_length": 255},
    "list_string": {"allowed_values": {"red": "Red", "1": "One"}},
    "list_integer": {"allowed_values": {"1": "One", "2": "Two"}},
    "list_float": {"allowed_values": {"1.5": "One and a half"}},
    "integer": {"min": -5, "max": 300},
    "entity_reference": {"target_type": "taxonomy_term"},
}
CONFIGURABLE = sorted(name for name, each in FIELD_TYPES.items() if each.configurable)
NOT_STORED = {
    **dict.fromkeys(("timestamp", "created", "changed"), ("format",)),
    **dict.fromkeys(("text", "text_long", "text_with_summary"), ("processed",)),
    **dict.fromkeys(
        ("entity_reference", "image", "file"), ("target_uuid", "target_type", "entity")
    ),
}


def properties(field_type: FieldType) -> tuple[str, ...]:
    """All that may be sent in an item, whether it is stored or not."""
    return (*field_type.properties, *NOT_STORED.get(field_type.id, ()))


FIELDS = {
    **{field.name: properties(field.type) for field in NODE_BASE_FIELDS},
    **{f"field_{name}": properties(FIELD_TYPES[name]) for name in CONFIGURABLE},
    **{f"to_{kind}": ("target_id", "target_uuid") for kind in ("node", "user", "node_type")},
}
"""The fields of the content type by name, with the properties that may be sent for each."""

STORED = [
    str(rows.order_by().query)
    for rows in (
        Node.objects.values("nid", "title", "changed", "uid", "status"),
        Revision.objects.values("vid", "revision_log"),
        PathAlias.objects.values("pid", "alias"),
    )
]
"""Queries for all that is stored; the ORM would take longer to write them than they take."""


class Site:
    """Whatever it is asked, it answers in JSON, and saves all or nothing."""

    def __init__(self) -> None:
        self.visitor = Visitor(make_user("admin", is_superuser=True))
        self.editor = Visitor(make_user("editor", "create thing content", "edit own thing content"))
        self.reader = Visitor(make_user("reader"))
        make_type("thing")
        for name in CONFIGURABLE:
            add_field(
                "thing", f"field_{name}", name, cardinality=-1, settings=SETTINGS.get(name, {})
            )
        for kind in ("node", "user", "node_type"):
            add_field("thing", f"to_{kind}", "entity_reference", settings={"target_type": kind})
        make_term("alpha")
        self.nid = self.visitor.create({"type": "thing", "title": ["A thing"]})["nid"][0]["value"]

    def answer(
        self, visitor: Visitor, method: str, path: str, body: str | bytes = b"", **headers: str
    ) -> Any:
        """Send a request, and check what every answer has to be."""
        before = self.rows()
        answer = visitor.client.generic(
            method,
            path,
            body,
            content_type=headers.pop("Content-Type", "application/json" if body else ""),
            headers={**visitor.headers, **headers},
        )
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert self.rows() == before
            self.check_refusal(method, path, answer)
        return answer

    def check_refusal(self, method: str, path: str, answer: Any) -> None:
        if method == "HEAD":
            assert answer.content == b""
        elif answer.headers["Content-Type"] == "application/json":
            assert {"message", "error"} & set(json.loads(answer.content))
        elif answer.headers["Content-Type"] == "application/vnd.api+json":
            assert "errors" in json.loads(answer.content)
        elif answer.headers["Content-Type"] == "text/xml; charset=UTF-8":
            assert ET.fromstring(answer.content).find("message") is not None
        elif answer.headers["Content-Type"] == "text/plain; charset=UTF-8":
            assert answer.content.decode()
        elif path.count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            # Django's own page, where it is not known what was asked for.
            assert answer.status_code == 400
        else:
            # The project's own page for an unknown URL, where no JSON was asked for.
            assert answer.status_code == 404
            assert "/node/" not in path.lower() or "_format=json" not in path

    def rows(self) -> list[Any]:
        """All that is stored."""
        stored = []
        with connection.cursor() as cursor:
            for query in STORED:
                cursor.execute(query)
                stored.append(sorted(cursor.fetchall()))
        return stored

    def rewind(self) -> None:
        """Forget the nodes that were made, but the first."""
        Node.objects.exclude(nid=self.nid).delete()


@pytest.fixture
def robust_site(db: None) -> Site:
    return Site()
