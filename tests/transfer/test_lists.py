"""An import says which views of the site are not served, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.lists import EntityList, register

Told = Callable[..., str]


class Taken(EntityList):
    path = "/api/taken"
    entity_type = "node"


@pytest.fixture
def declared() -> Iterator[None]:
    """A list of the project's own."""
    register(Taken)
    yield
    LISTS.unregister(Taken)


def view(name: str, *paths: str, **options: Any) -> dict[str, Any]:
    displays = {
        f"rest_{number}": {"display_plugin": "rest_export", "display_options": options}
        for number, options in enumerate(
            {"path": path, "defaults": dict.fromkeys(options, False), **options} for path in paths
        )
    }
    return {"id": name, "base_table": "node_field_data", "display": displays}


@pytest.fixture
def told(db: None, tmp_path: Path) -> Told:
    """What an import of a site with some views says of what is wrong."""

    def told(*views: dict[str, Any]) -> str:
        path, errors = tmp_path / "site.json", StringIO()
        config = {f"views.view.{each['id']}": each for each in views}
        path.write_text(json.dumps({"config": config}))
        call_command("import_drupal_site", path, stderr=errors, verbosity=0)
        return errors.getvalue()

    return told


def test_nothing_is_said_of_what_is_served(told: Told) -> None:
    assert told(view("plain", "api/plain")) == ""
    assert told() == ""


def test_what_is_not_known_is_named_by_view_display_and_handler(told: Told) -> None:
    search = {"plugin_id": "search_keywords", "table": "node_search_index", "field": "keys"}
    said = told(view("found", "api/found", filters={"keys": search}), view("plain", "api/plain"))
    assert said == (
        "1 view(s) with a REST export are not served, but answered 501 where nothing else is at "
        "their path:\n"
        "  found:rest_0 at /api/found: filters keys: plugin search_keywords\n"
    )
    assert Client().get("/api/found?_format=json").status_code == 501


@pytest.mark.usefixtures("declared")
def test_so_is_what_has_its_path_already(told: Told) -> None:
    said = told(view("a", "api/a", "user/login"), view("b", "api/taken", "api/A"))
    assert said.splitlines()[1:] == [
        "  a:rest_1 at /user/login: something else is at this path",
        "  b:rest_0 at /api/taken: the list tests.transfer.test_lists.Taken is at this path",
        "  b:rest_1 at /api/A: the list a:rest_0 is at this path",
    ]
