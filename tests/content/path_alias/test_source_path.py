"""Paths as databases make them of keys: the same texts as Python's."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import models
from django.db.models import F, Value

from drupal_jwt_auth.models import ContentModel, Node, NodeType
from drupal_jwt_auth.models.source_path import SourcePath

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "key"),
    [
        (models.BigAutoField(), 2**63 - 1),
        (models.CharField(max_length=60), "zoë/1 ?_'%s"),
        (models.UUIDField(), uuid.UUID("0123abcd-4567-489a-bcde-f00000000001")),
        (Node._meta.get_field("uid"), 7),
    ],
)
def test_a_key_of_any_kind_is_its_text(field: Any, key: Any) -> None:
    ContentModel.touch()
    rows = ContentModel.objects.annotate(path=SourcePath("/x%/", Value(key, field)))
    assert rows.values_list("path", flat=True).get() == f"/x%/{key}"


def test_of_no_key_there_is_no_path() -> None:
    node_type = NodeType.objects.create(type="page", name="Page")
    Node.objects.create(type=node_type, title="A page")
    rows = Node.objects.annotate(author_path=SourcePath("/user/", F("uid")))
    assert rows.values_list("author_path", flat=True).get() is None


def test_where_two_bars_are_a_logical_or_it_is_joined_by_a_function() -> None:
    """As in MySQL and MariaDB, where the tests above run as well."""
    rows = Node.objects.annotate(own_path=SourcePath("/node/", F("pk")))
    compiler = rows.query.get_compiler("default")
    path: Any = rows.query.annotations["own_path"]
    sql, parameters = path.as_mysql(compiler, compiler.connection)
    assert sql.startswith("CONCAT(")
    assert parameters == ("/node/",)
