"""What the tests share: a site with two content types, and users with a token each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from drupal_jwt_auth.tokens import issue
from example_project import content

Client = Callable[..., APIClient]


@pytest.fixture
def site(db: None) -> None:
    """The demo's content types, roles and users: admin, editor and plain."""
    content.prepare()


@pytest.fixture
def user(db: None) -> User:
    """An active user without any permission, password "secret"."""
    return User.objects.create_user("someone", password="secret")


@pytest.fixture
def client_of() -> Client:
    """A client that sends a token of the user of this name, or none."""

    def client_of(username: str | None = None, **headers: Any) -> APIClient:
        client = APIClient()
        if username is not None:
            token = issue(User.objects.get(username=username)).text
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}", **headers)
        return client

    return client_of
