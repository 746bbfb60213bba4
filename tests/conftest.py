"""What the tests share: a site with two content types, and users with a token each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens import issue
from drupal_jwt_auth.models import Revision
from example_project import content
from tests import shares
from tests.distribution import Distribution

Client = Callable[..., APIClient]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be one of several that go through the suite together."""
    parser.addoption("--share", help="Such as 2/5: see tests/shares.py.")
    parser.addoption("--all-of", choices=sorted(shares.WHOLE), help="What it has all tests of.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the share, if one is asked for."""
    share = config.getoption("--share")
    if share is None:
        return
    try:
        is_chosen = shares.chooser(share, shares.seed(), config.getoption("--all-of"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    left_out = [item for item in items if not is_chosen(item.nodeid)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if is_chosen(item.nodeid)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    """Share out the tests, if there are several processes."""
    return Distribution(config, log)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Nobody was throttled before a test: the cache is that of the process."""
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


@pytest.fixture
def low_vids(db: None) -> None:
    """Numbers that were chosen in other tests are gone with them, but no sequence goes back."""
    if connection.vendor == "mysql":
        # Such a statement ends the transaction that it stands in: it gets a connection of its own.
        statement = f"ALTER TABLE {Revision._meta.db_table} AUTO_INCREMENT = 1"
        with contextlib.closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute(statement)
        return
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Revision]):
            cursor.execute(statement)
