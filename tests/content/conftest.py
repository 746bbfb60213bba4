"""A small site: pages and articles, and those who visit it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User

from tests.content.visitors import Visitor, add_field, make_term, make_type, make_user


@pytest.fixture
def pages(db: None) -> None:
    """A content type with a body."""
    make_type("page", "Basic page", promote=False)
    add_field("page", "body", "text_with_summary")


@pytest.fixture
def articles(db: None) -> None:
    """A content type with a body, comments and tags; the terms are 1, 2 and an unpublished one."""
    make_type("article")
    add_field("article", "body", "text_with_summary")
    add_field("article", "comment", "comment", label="Comments", default_value=[{"status": 2}])
    tags = {
        "target_type": "taxonomy_term",
        "handler_settings": {"target_bundles": {"tags": "tags"}},
    }
    add_field("article", "field_tags", "entity_reference", cardinality=-1, settings=tags)
    for name in ("alpha", "beta"):
        make_term(name)
    make_term("gamma", status=False)


@pytest.fixture
def anonymous(db: None) -> Visitor:
    return Visitor()


@pytest.fixture
def admin(db: None) -> Visitor:
    """May do everything."""
    return Visitor(make_user("admin", is_superuser=True))


@pytest.fixture
def editor(pages: None) -> Visitor:
    """Writes pages, and may set their aliases."""
    return Visitor(
        make_user(
            "editor",
            "create page content",
            "edit own page content",
            "delete own page content",
            "view own unpublished content",
            "create url aliases",
        )
    )


@pytest.fixture
def reader(db: None) -> Visitor:
    """Has no permission but those of every user."""
    return Visitor(make_user("reader"))


@pytest.fixture
def visitor_with(db: None) -> Callable[..., Visitor]:
    """Make a visitor with these permissions and no others."""

    def visitor_with(*permissions: str) -> Visitor:
        return Visitor(make_user(f"user{User.objects.count()}", *permissions))

    return visitor_with


@pytest.fixture
def closed_site(db: None) -> None:
    """Nobody has "access content" but by their own permissions."""
    for role in Group.objects.all():
        role.permissions.clear()
