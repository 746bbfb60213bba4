"""What the tests share: a site with two content types, and users with a token each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.tokens import issue
from example_project import content
from tests.distribution import Distribution

Client = Callable[..., APIClient]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    """Share out the tests, if there are several processes."""
    return Distribution(config, log)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Nobody has failed to log in before a test: the cache is that of the process."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def site(db: None) -> None:
    """The demo's content types, roles and users: admin, editor and plain."""
    content.prepare()


@pytest.fixture
def user(db: None) -> User:
    """An active user without any permission, password "secret"."""
    return User.objects.create_user("someone", password="secret")


@pytest.fixture
def no_audit_log(settings: Settings) -> None:
    """Requests are not kept: for tests that count what else a request costs."""
    settings.DRUPAL_JWT_AUTH = {**settings.DRUPAL_JWT_AUTH, "AUDIT_LOG": []}


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
