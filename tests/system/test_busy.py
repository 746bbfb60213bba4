"""A request that another one is in the way of, for too long, is told to come back, and then served.

How long it waits before is up to the database; here it is as little as can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from drupal_jwt_auth.models import Node
from example_project.content import password_of
from tests.headers import basic, bearer
from tests.system.servers import Answer, Database, connected_to, request, server

WAITING_LITTLE: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": 0.1},
    "postgresql": {"options": "-c lock_timeout=100"},
    "mysql": {"init_command": "SET SESSION innodb_lock_wait_timeout = 1"},
}
"""Django's ``OPTIONS`` by the vendor of the database."""


@pytest.fixture(scope="module")
def base(database: Database) -> Iterator[str]:
    options = {**database.get("OPTIONS", {}), **WAITING_LITTLE[connection.vendor]}
    with server({**database, "OPTIONS": options}) as url:
        yield url


@contextmanager
def everything_locked(database: Database) -> Iterator[None]:
    """Somebody else is about to change every node."""
    with connected_to(database) as other:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"UPDATE {Node._meta.db_table} SET title = title")
        yield
        other.rollback()


def test_it_is_told_when_to_come_back_and_has_done_nothing(
    base: str, database: Database, django_db_blocker: DjangoDbBlocker
) -> None:
    answer = request("POST", f"{base}/rest_api/id_token", basic("admin", password_of("admin")))
    token = bearer(answer.document["jwt_token"])
    made = request("POST", f"{base}/node?_format=json", token, {"type": "page", "title": ["Old"]})
    url = f"{base}/node/{made.document['nid'][0]['value']}?_format=json"

    def change() -> Answer:
        return request("PATCH", url, token, {"type": "page", "title": ["New"]})

    before = request("GET", url, token)
    with django_db_blocker.unblock(), everything_locked(database):
        refused = change()
    after = request("GET", url, token)
    changed = change()

    assert refused.status == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.document == {
        "message": "The site is busy with another request. Please try again."
    }
    assert after.document == before.document
    assert changed.status == 200
    assert changed.document["title"] == [{"value": "New"}]
