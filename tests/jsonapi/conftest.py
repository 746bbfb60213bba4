"""A small site with pages, and those who ask for them by JSON:API."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.models import Node
from tests.content.visitors import add_field, make_term, make_type, make_user
from tests.jsonapi.clients import Client


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    """Drupal's permissions alone decide over requests without a token."""
    settings.DRUPAL_JWT_AUTH = {"PUBLIC_METHODS": HTTP_METHODS}


@pytest.fixture
def author(db: None) -> User:
    """Wrote the pages."""
    return make_user("author")


@pytest.fixture
def pages(author: User) -> list[Node]:
    """Two published pages and a draft, with tags of which one term is deleted."""
    make_type("page", "Basic page", promote=False)
    add_field("page", "body", "text_with_summary")
    tags = {"target_type": "taxonomy_term"}
    add_field("page", "field_tags", "entity_reference", cardinality=-1, settings=tags)
    term = make_term("alpha")
    items = [{"target_id": term.pk}, {"target_id": term.pk + 1}]
    values = {"type_id": "page", "uid": author, "promote": False}
    return [
        Node.objects.create(title="About", fields={"field_tags": items}, **values),
        Node.objects.create(title="Contact", **values),
        Node.objects.create(title="Draft", status=False, **values),
    ]


@pytest.fixture
def anonymous(db: None) -> Client:
    return Client()


@pytest.fixture
def reader(db: None) -> Client:
    """Has no permission but those of every user."""
    return Client(make_user("reader"))


@pytest.fixture
def editor(pages: list[Node]) -> Client:
    """Writes pages, whose drafts they do not see."""
    return Client(make_user("editor", "create page content"))


@pytest.fixture
def admin(db: None) -> Client:
    """May do everything."""
    return Client(make_user("admin", is_superuser=True))
