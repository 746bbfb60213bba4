"""An old site, in a database of the kind that the tests run on, and the command that moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from tests.transfer.drupal.old_site import PNG, OldSite, server_url

Move = Callable[..., str]


@pytest.fixture
def old_site() -> OldSite:
    """The site, not written yet."""
    return OldSite()


@pytest.fixture
def url(db: None, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the same kind as the project's."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/site.sqlite"
        return
    name = f"{connection.settings_dict['NAME']}_old"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    yield server_url(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of public files of the old site, and where those of the new one go."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "files"
    (folder / "2024-01").mkdir(parents=True)
    (folder / "2024-01/küche.png").write_bytes(PNG)
    return folder


@pytest.fixture
def move(old_site: OldSite, url: str) -> Move:
    """Write the old site as it is by now, run the command, and return what it prints."""

    def move(*options: Any, write: bool = True, database: str = url, **more: Any) -> str:
        if write:
            old_site.write(url)
        output = StringIO()
        call_command("import_drupal", "--database", database, *options, stdout=output, **more)
        return output.getvalue()

    return move
