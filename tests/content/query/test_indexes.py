"""Which lists an index has in their order: the database need not look at all that there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.models import Node, Revision
from tests.content.visitors import make_type, make_user
from tests.jsonapi.clients import Client

CREATED, CHANGED = "drupal_jwt_auth_node_created", "drupal_jwt_auth_node_changed"
AUTHOR = "drupal_jwt_auth_node_author"
STATUS = "filter[status]=1"


@pytest.fixture
def author(db: None, settings: Any) -> User:
    """Wrote some pages, whose revisions are later than they are; most content is no page."""
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": ["GET"]}
    make_type("page")
    make_type("article")
    Node.objects.bulk_create(Node(type_id="article", title=str(number)) for number in range(2000))
    user = make_user("author", "view own unpublished content")
    nodes = Node.objects.bulk_create(
        Node(type_id="page", title=str(number), uid=user) for number in range(200)
    )
    Revision.objects.bulk_create(Revision(node=each, current_for=each) for each in nodes)
    if connection.vendor == "postgresql":  # The others look at the rows when they are asked.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Node._meta.db_table}")
    return user


def plan_of(client: Client, query: str) -> str:
    """How the database finds the keys of a page, where it takes an index if it can."""
    path = f"/jsonapi/node/page?{query.format(author=client.user and client.user.pk)}"
    with CaptureQueriesContext(connection) as captured:
        client.ask(path)
    (sql,) = (each["sql"] for each in captured if "LIMIT 51" in each["sql"])
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN", "mysql": "ANALYZE"}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"{explain[connection.vendor]} {sql.replace('%', '%%')}", ())
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("sees_own", [False, True])
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (f"{STATUS}&sort=-created", CREATED),
        (f"{STATUS}&sort=created", CREATED),
        (f"{STATUS}&sort=-changed", CHANGED),
        ("sort=-changed", CHANGED),
    ],
)
def test_an_index_has_the_nodes_of_a_type_in_order(
    author: User, query: str, index: str, sees_own: bool
) -> None:
    plan = plan_of(Client(author if sees_own else None), query)
    assert index in plan
    # What is equal in that order is sorted besides.
    assert not re.search(r"TEMP B-TREE FOR ORDER BY|\bSort  \(", plan.replace("Incremental ", "_"))
