"""What is wrong with a list that a project declares is told by its own check, with a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

from drupal_jwt_auth.checks.lists import check_list_fields
from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.lists import ContextualFilter, EntityList, Filter, Shown, SortBy, register
from tests.content.visitors import add_field, make_type

Declare = Callable[..., type[EntityList]]
BASE: dict[str, Any] = {"path": "/api/files", "entity_type": "file"}


@pytest.fixture
def declare() -> Iterator[Declare]:
    """Declare a list for the length of a test, one of files unless it says otherwise."""
    declared: list[type[EntityList]] = []

    def declare(**values: Any) -> type[EntityList]:
        declared.append(register(type("Declared", (EntityList,), {**BASE, **values})))
        return declared[-1]

    yield declare
    for each in declared:
        LISTS.unregister(each)


def told(**options: Any) -> list[tuple[str | None, str]]:
    """The ids and texts of what the checks of lists say."""
    found = [each for each in run_checks(**options) if str(each.id)[-4:-1] == "E07"]
    assert all(each.hint for each in found)
    return [(each.id, each.msg.partition("Declared ")[2]) for each in found]


def test_a_list_that_is_right_is_not_spoken_of(declare: Declare) -> None:
    declare(
        filters=[Filter("filename", "CONTAINS", exposed_as="name")],
        sorts=[SortBy("created")],
        contextual_filters=[ContextualFilter("uid", entity_type="user")],
        fields=[Shown("filename"), Shown("fid", is_raw=True), Shown("uri", property="url")],
    )
    assert told() == []


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"path": ""}, "it has no path"),
        ({"path": "", "entity_type": ""}, "it has no path and no entity_type"),
        ({"entity_type": "nope"}, "there is no entity type 'nope'"),
        ({"entity_type": "node_type"}, "there is no entity type 'node_type'"),
        ({"path": "api"}, "'api' is no path: it begins with a slash, and has no empty parts"),
        ({"path": "/a//b"}, "'/a//b' is no path: it begins with a slash, and has no empty parts"),
        (
            {"path": "/a/{b}"},
            "'/a/{b}' has more parts in braces than there are contextual filters",
        ),
        ({"filters": [Filter("fid", "LIKE")]}, "there is no operator 'LIKE'"),
        (
            {"contextual_filters": [ContextualFilter("fid", otherwise="fail")]},
            "otherwise is one of not found, empty, ignore, not 'fail'",
        ),
        (
            {"contextual_filters": [ContextualFilter("fid", entity_type="nope")]},
            "there is no entity type 'nope'",
        ),
    ],
)
def test_what_no_list_can_be(declare: Declare, values: dict[str, Any], fault: str) -> None:
    declare(**values)
    assert told() == [("drupal_jwt_auth.E070", f"cannot be served: {fault}.")]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"filters": [Filter("nope")]}, "there is no field 'nope'"),
        ({"sorts": [SortBy("nope")]}, "there is no field 'nope'"),
        ({"contextual_filters": [ContextualFilter("nope")]}, "there is no field 'nope'"),
        (
            {"filters": [Filter("uid", property="nope")]},
            "uid.nope cannot be filtered or sorted by",
        ),
        ({"fields": [Shown("nope")]}, "there is no field 'nope'"),
        ({"fields": [Shown("fid", property="nope")]}, "fid has no 'nope'"),
        ({"fields": [Shown("fid", formatter="nope")]}, "there is no formatter 'nope'"),
        (
            {"fields": [Shown("fid", formatter="boolean")]},
            "'boolean' does not show fields like 'fid'",
        ),
        (
            {"fields": [Shown("fid"), Shown("uid", "fid")]},
            "several fields of a row are called 'fid'",
        ),
    ],
)
def test_fields_that_there_are_not(declare: Declare, values: dict[str, Any], fault: str) -> None:
    declare(**values)
    assert told() == [("drupal_jwt_auth.E072", f"cannot be served: {fault}.")]


def test_two_lists_at_one_path(declare: Declare) -> None:
    argument = {"contextual_filters": [ContextualFilter("fid")]}
    for path in ("/api/{a}/b", "/api/{c}/B", "/api/x"):
        declare(path=path, **argument)
    ((found, text),) = told()
    assert found == "drupal_jwt_auth.E071"
    assert text.endswith("/api/{c}/B.")


@pytest.mark.django_db
def test_fields_of_bundles_are_looked_for_in_the_database(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_type("page")
    add_field("page", "field_a", "string")
    declare(entity_type="node", fields=[Shown("field_a"), Shown("field_b")])
    assert told() == []
    wanted = [("drupal_jwt_auth.E072", "cannot be served: there is no field 'field_b'.")]
    assert told(databases=["default"]) == wanted
    assert Client().get("/api/files").status_code == 501
    # Before the tables are made, as when `migrate` begins.
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert check_list_fields(databases=["default"]) == []


@pytest.mark.django_db
def test_nothing_is_asked_of_a_database_for_lists_without_such_fields(declare: Declare) -> None:
    assert told(databases=["default"]) == []
    declare(path="")
    declare()
    assert [found for found, _text in told(databases=["default"])] == ["drupal_jwt_auth.E070"]
