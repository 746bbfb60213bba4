"""A site over HTTP, with content of each kind, for client libraries that nobody has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.drupal.replay import DATA
from tests.system.servers import fresh_database, server

FILES = "django.core.files.storage.FileSystemStorage"


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The address of a site that takes tokens, passwords with each request, and subrequests."""
    folder = tmp_path_factory.mktemp("site")
    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": FILES, "OPTIONS": {"location": str(folder / "media")}},
        "private": {"BACKEND": FILES, "OPTIONS": {"location": str(folder / "private")}},
    }
    content = json.loads((DATA / "site-full.json").read_text(encoding="utf-8"))
    (everybody,) = (role for role in content["roles"] if role["id"] == "authenticated")
    everybody["permissions"].append("issue subrequests")
    (folder / "site.json").write_text(json.dumps(content), encoding="utf-8")
    accepted = {"PRIVATE_STORAGE": "private", "AUTHENTICATION_METHODS": ["jwt", "basic"]}
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            database = stack.enter_context(fresh_database(folder, site=folder / "site.json"))
        with server(database, STORAGES=storages, DRUPAL_JWT_AUTH=accepted) as url:
            yield url
        with django_db_blocker.unblock():
            stack.close()
