"""Things: a content type with one field, to be tried over HTTP."""

from __future__ import annotations

import pytest

from tests.content.conftest import admin, articles, editor, pages, reader, visitor_with
from tests.content.visitors import Visitor
from tests.fields.things import Things

__all__ = ["admin", "articles", "editor", "pages", "reader", "things", "visitor_with"]


@pytest.fixture
def things(admin: Visitor) -> Things:
    """The content type, to which a test adds the field; asked by somebody who may do everything."""
    return Things(admin)
