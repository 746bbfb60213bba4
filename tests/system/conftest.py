"""What the tests of whole systems share: a database for several processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from tests.system.meetings import Meeting
from tests.system.servers import Database, fresh_database


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Database]:
    """A database of the module's own, with the demo's content types, roles and users."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            directory = tmp_path_factory.mktemp("system")
            database = stack.enter_context(fresh_database(directory))
        yield database
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def threaded_site(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The demo's site, in a database of its own that all threads connect to."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        database = stack.enter_context(fresh_database(tmp_path))
        of_the_suite = connections["default"]
        configured = ConnectionHandler({"default": database}).settings["default"]
        monkeypatch.setitem(connections.settings, "default", configured)
        del connections["default"]
        ContentType.objects.clear_cache()
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = of_the_suite
            ContentType.objects.clear_cache()


@pytest.fixture
def meet(threaded_site: None, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Two act at the same moment on the site of the threads."""
    return Meeting(monkeypatch)
