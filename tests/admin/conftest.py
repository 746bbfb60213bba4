"""What the tests of the admin share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from drupal_jwt_auth.models import FieldConfig, Node, NodeType, TextFormat

MakeNode = Callable[..., Node]
MakeField = Callable[..., FieldConfig]
Staff = Callable[..., Client]


@pytest.fixture
def admin(site: None) -> User:
    """The superuser of the site with articles and pages."""
    return User.objects.get(username="admin")


@pytest.fixture
def browser(admin: User, client: Client) -> Client:
    """A browser that the superuser is logged in with."""
    client.force_login(admin)
    return client


@pytest.fixture
def staff(site: None) -> Staff:
    """A browser of somebody who has these permissions, and is not of Django's staff."""

    def staff(*codenames: str) -> Client:
        user = User.objects.create_user("clerk")
        granted = Permission.objects.filter(
            content_type__app_label="drupal_jwt_auth", codename__in=codenames
        )
        assert granted.count() == len(codenames)
        user.user_permissions.add(*granted)
        client = Client()
        client.force_login(user)
        return client

    return staff


@pytest.fixture
def event(site: None) -> NodeType:
    """A content type without fields yet."""
    return NodeType.objects.create(type="event", name="Event", promote=False)


@pytest.fixture
def add_field(event: NodeType) -> MakeField:
    """Give events a field ``field_x``, labelled "X"."""

    def add_field(field_type: str, **values: Any) -> FieldConfig:
        values = {"label": "X", **values}
        name = values.pop("name", "field_x")
        return FieldConfig.objects.create_field("node", event.pk, name, field_type, **values)

    return add_field


@pytest.fixture
def make_node(admin: User) -> MakeNode:
    """Make a node as the API would: a page, unless told otherwise."""

    def make_node(**values: Any) -> Node:
        values = {"type_id": "page", "title": "A page", "uid": admin, **values}
        return Node.objects.create(**values)

    return make_node


@pytest.fixture
def formats(site: None) -> None:
    """The formats "Basic HTML" and "Full HTML"."""
    for weight, name in enumerate(("Basic HTML", "Full HTML")):
        machine_name = name.lower().replace(" ", "_")
        TextFormat.objects.create(format=machine_name, name=name, weight=weight)
