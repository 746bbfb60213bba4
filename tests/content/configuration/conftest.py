"""What the tests of configuration share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.content.visitors import JSON, Visitor, make_user


@pytest.fixture
def boss(db: None) -> Visitor:
    """May see everything."""
    return Visitor(make_user("boss", is_superuser=True))


def get(visitor: Visitor, path: str) -> Any:
    """The answer to a GET of ``/entity/...``."""
    return visitor.send("GET", f"/entity/{path}?{JSON}")


def shown(visitor: Visitor, path: str) -> dict[str, Any]:
    """A configuration entity as a visitor sees it."""
    answer = get(visitor, path)
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = answer.json()
    return document
