"""Views as lists: what a display uses is taken over whole, or said by name and not served."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.lists.known import known_lists
from drupal_jwt_auth.content.lists.views import displays, read_display
from drupal_jwt_auth.lists import ContextualFilter, EntityList, Filter, Pager, Shown, SortBy
from drupal_jwt_auth.models import ConfigObject
from tests.content.visitors import add_field
from tests.drupal.replay import DATA

pytestmark = pytest.mark.django_db

VIEWS = [
    data
    for name, data in json.loads((DATA / "site-full.json").read_text())["config"].items()
    if name.startswith("views.view.")
]
NODES = "node_field_data"
TAGS = {"table": "node__field_tags", "field": "field_tags_target_id"}

Reading = tuple[EntityList, list[str]]


@pytest.fixture
def read(articles: None) -> Callable[..., Reading]:
    """Read a view of articles whose one display has these options."""
    add_field("article", "field_date", "datetime")

    def read(**options: Any) -> Reading:
        (found,) = displays(view(options))
        return read_display(found[1], get_structure(None))

    return read


def view(options: dict[str, Any], **default: Any) -> dict[str, Any]:
    own = {"path": "api/a", "defaults": dict.fromkeys(options, False), **options}
    return {
        "id": "a",
        "base_table": NODES,
        "display": {
            "default": {"display_plugin": "default", "display_options": default},
            "rest": {"display_plugin": "rest_export", "display_options": own},
            "page": {"display_plugin": "page", "display_options": own},
        },
    }


def handler(field: str, plugin: str, **options: Any) -> dict[str, Any]:
    return {"table": NODES, "field": field, "plugin_id": plugin, **options}


def field(name: str = "title", formatter: str = "string", **options: Any) -> dict[str, Any]:
    return handler(name, "field", type=formatter, **options)


def with_field(**options: Any) -> dict[str, Any]:
    return {"fields": {"title": field(**options)}, "row": {"type": "data_field"}}


def tags(**options: Any) -> dict[str, Any]:
    return {"arguments": {"tag": {**TAGS, "plugin_id": "entity_target_id", **options}}}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (handler("status", "boolean", value="1"), Filter("status", "=", ["1"])),
        (handler("status", "boolean", operator="!=", value=False), Filter("status", "<>", ["0"])),
        (handler("status", "boolean", value="All"), Filter("status", "=", ())),
        (
            handler("type", "bundle", operator="not in", value={"a": "a", "b": "b"}),
            Filter("type", "NOT IN", ["a", "b"]),
        ),
        (handler("title", "string", operator="starts", value="All"),
         Filter("title", "STARTS_WITH", ["All"])),
        (handler("title", "string", operator="not empty", value="x"),
         Filter("title", "IS NOT NULL")),
        (handler("nid", "numeric", operator="between", value={"min": 1, "max": "5", "value": ""}),
         Filter("nid", "BETWEEN", ["1", "5"])),
        (handler("nid", "numeric", operator="between", value={"min": "1"}),
         Filter("nid", "BETWEEN", ())),
        (handler("nid", "numeric", operator=">", value="4"), Filter("nid", ">", ["4"])),
        (handler("created", "date", operator=">=", value={"value": "2026-03-01 UTC"[:10]}),
         Filter("created", ">=", ["1772323200"])),
        (handler("created", "date", operator=">=", value={"value": "-2 days", "type": "offset"}),
         Filter("created", ">=", [timedelta(days=-2)])),
        (handler("created", "date", operator="<", value={"value": "+1 hour", "type": "offset"}),
         Filter("created", "<", [timedelta(hours=1)])),
        (handler("created", "date", operator="<", value={"value": "now", "type": "offset"}),
         Filter("created", "<", [timedelta()])),
        ({**TAGS, "plugin_id": "taxonomy_index_tid", "operator": "or", "value": [1, 2]},
         Filter("field_tags", "IN", ["1", "2"], "target_id")),
        ({"table": "node__field_date", "field": "field_date_value", "plugin_id": "datetime",
          "operator": "<", "value": {"value": "2026-03-01T01:00:00+01:00"}, "group": 2},
         Filter("field_date", "<", ["2026-03-01T00:00:00"], "value", group=2)),
        (handler("title", "string", operator="contains", exposed=True, value="",
                 expose={"identifier": "t", "required": True}),
         Filter("title", "CONTAINS", (), exposed_as="t", is_required=True)),
        ({**TAGS, "plugin_id": "taxonomy_index_tid", "operator": "or", "exposed": True,
          "type": "select", "vid": "tags", "expose": {"identifier": "tag", "multiple": True}},
         Filter("field_tags", "IN", (), "target_id", "tag", is_multiple=True, bundles=["tags"])),
        ({**TAGS, "plugin_id": "taxonomy_index_tid", "operator": "or", "exposed": True,
          "type": "select", "limit": False},
         Filter("field_tags", "IN", (), "target_id", "own")),
    ],
)  # fmt: skip
def test_filters_are_taken_over(
    read: Callable[..., Reading], config: dict[str, Any], expected: Filter
) -> None:
    declared, faults = read(filters={"own": config})
    assert ([*declared.filters], faults) == ([expected], [])


def test_groups_of_filters_are_too(read: Callable[..., Reading]) -> None:
    groups = {"operator": "OR", "groups": {"1": "AND", "2": "OR"}}
    declared, faults = read(filter_groups=groups)
    assert (declared.is_any, declared.any_groups, faults) == (True, [2], [])


def test_sorts_and_contextual_filters_are_too(read: Callable[..., Reading]) -> None:
    sorts = {
        "created": handler("created", "date", order="DESC", exposed=True),
        "title": handler("title", "standard", expose={"field_identifier": "x"}),
    }
    form = {"type": "basic", "options": {"expose_sort_order": False}}
    validated = {"specify_validation": True, "validate": {"type": "entity:taxonomy_term"}}
    options = {"validate_options": {"bundles": {"tags": "tags"}, "access": True}, "not": True}
    declared, faults = read(
        path="api/%/a", sorts=sorts, exposed_form=form, **tags(**validated, **options)
    )
    assert faults == []
    assert declared.path == "/api/{1}/a"
    assert declared.sorts == [SortBy("created", True, exposed_as="created"), SortBy("title")]
    assert not declared.order_is_exposed
    term: dict[str, Any] = {
        "entity_type": "taxonomy_term",
        "bundles": ["tags"],
        "checks_access": True,
    }
    argument = ContextualFilter("field_tags", "target_id", "<>", **term)
    assert declared.contextual_filters == [argument]


@pytest.mark.parametrize(
    ("pager", "expected"),
    [
        ({"type": "none", "options": {"offset": 2}}, Pager(None, 2, has_pages=False)),
        ({"type": "some", "options": {"items_per_page": 3}}, Pager(3, has_pages=False)),
        ({"type": "full", "options": {"items_per_page": 0}}, Pager(None)),
        (
            {
                "type": "mini",
                "options": {
                    "id": 1,
                    "expose": {
                        "items_per_page": True,
                        "items_per_page_options": "5, 10",
                        "items_per_page_options_all": True,
                        "offset": True,
                    },
                },
            },
            Pager(10, sizes=[5, 10], offers_all=True, offset_is_exposed=True, number=1),
        ),
    ],
)
def test_pagers_are_too(
    read: Callable[..., Reading], pager: dict[str, Any], expected: Pager
) -> None:
    declared, faults = read(pager=pager)
    assert faults == []
    assert vars(declared.pager) == {**vars(expected), "sizes": [*expected.sizes]}


def test_what_a_display_does_not_say_is_the_default_ones() -> None:
    own = {"path": "a", "defaults": {"access": False}, "access": {"type": "none"}}
    data = view(own, sorts={"nid": handler("nid", "standard")}, access={"type": "perm"})
    data["display"]["rest"]["display_options"] = own
    ((_name, display),) = displays(data)
    assert display.option("access") == {"type": "none"}
    assert list(display.handlers("sorts")) == ["nid"]


def test_fields_are_taken_over_but_those_that_are_left_out(read: Callable[..., Reading]) -> None:
    fields = {
        "title": field(empty="none", separator="; "),
        "nid": field("nid", "number_integer", settings={"thousand_separator": ","}),
        "created": field("created", "timestamp", exclude=True),
        "comments": {"table": "comment_entity_statistics", "field": "comment_count"},
    }
    row = {"options": {"field_options": {"nid": {"alias": "id", "raw_output": True}}}}
    declared, faults = read(fields=fields, row={"type": "data_field", **row})
    assert faults == []
    assert declared.fields == [
        Shown("title", "title", formatter="string", separator="; ", empty="none"),
        Shown("nid", "id", is_raw=True),
        Shown("comment", "comments", property="comment_count"),
    ]


@pytest.mark.parametrize(
    ("access", "permission", "roles"),
    [
        ({}, None, None),
        ({"type": "none"}, None, None),
        ({"type": "perm", "options": {"perm": "x"}}, "x", None),
        ({"type": "perm", "options": []}, "access content", None),
        ({"type": "role", "options": {"role": {"a": "a"}}}, None, ["a"]),
        ({"type": "role", "options": []}, None, []),
    ],
)
def test_access_is_too(
    read: Callable[..., Reading], access: dict[str, Any], permission: str | None, roles: Any
) -> None:
    declared, faults = read(access=access)
    assert (declared.permission, declared.roles, faults) == (permission, roles, [])


DATE = handler("created", "date", operator=">=")
VALIDATED = {"specify_validation": True}


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("relationships uid", {"relationships": {"uid": {}}}),
        ("aggregation", {"group_by": True}),
        ("query: disable_sql_rewrite", {"query": {"options": {"disable_sql_rewrite": True}}}),
        ("style table", {"style": {"type": "table"}}),
        ("formats xml, csv",
         {"style": {"type": "serializer", "options": {"formats": {"xml": "xml", "csv": "csv"}}}}),
        ("row fields", {"row": {"type": "fields"}}),
        ("exposed form input_required", {"exposed_form": {"type": "input_required"}}),
        ("access custom", {"access": {"type": "custom"}}),
        ("pager infinite", {"pager": {"type": "infinite"}}),
        ("filters f: plugin search", {"filters": {"f": handler("title", "search")}}),
        ("filters f: operator word of string",
         {"filters": {"f": handler("title", "string", operator="word")}}),
        ("filters f: field nope", {"filters": {"f": handler("nope", "string")}}),
        ("filters f: field no_pe", {"filters": {"f": handler("no_pe", "string")}}),
        ("filters f: table users", {"filters": {"f": {"table": "users", "plugin_id": "string"}}}),
        ("filters f: relationship uid",
         {"filters": {"f": handler("title", "string", relationship="uid")}}),
        ("sorts s: aggregation",
         {"sorts": {"s": handler("title", "standard", group_type="count")}}),
        ("filters f: exposed operator empty",
         {"filters": {"f": handler("title", "string", operator="empty", exposed=True)}}),
        ("filters f: operators or groups to choose from",
         {"filters": {"f": handler("title", "string", exposed=True,
                                   expose={"use_operator": True})}}),
        ("filters f: operators or groups to choose from",
         {"filters": {"f": handler("title", "string", exposed=True, is_grouped=True)}}),
        ("filters f: textfield to choose from",
         {"filters": {"f": {**TAGS, "plugin_id": "taxonomy_index_tid", "operator": "or",
                            "exposed": True}}}),
        ("filters f: the moment 'last monday'",
         {"filters": {"f": {**DATE, "value": {"value": "last monday", "type": "offset"}}}}),
        ("filters f: the moment 'soon'", {"filters": {"f": {**DATE, "value": {"value": "soon"}}}}),
        ("sorts s: plugin random", {"sorts": {"s": handler("title", "random")}}),
        ("sorts s: granularity day",
         {"sorts": {"s": handler("created", "date", granularity="day")}}),
        ("arguments tag: plugin date", tags(plugin_id="date")),
        ("arguments tag: break_phrase", tags(break_phrase=True)),
        ("arguments tag: validation php", tags(**VALIDATED, validate={"type": "php"})),
        ("arguments tag: validation entity:nope",
         tags(**VALIDATED, validate={"type": "entity:nope"})),
        ("arguments tag: validation of several values, or for a change",
         tags(**VALIDATED, validate={"type": "entity:taxonomy_term"},
              validate_options={"multiple": 1})),
        ("arguments tag: what happens otherwise: summary, summary", tags(default_action="summary")),
        ("arguments tag: what happens otherwise: not found, ignore",
         tags(**VALIDATED, validate={"type": "entity:taxonomy_term"})),
        ("fields title: plugin custom", {"fields": {"title": handler("title", "custom")},
                                         "row": {"type": "data_field"}}),
        ("fields title: formatter smart_trim", with_field(formatter="smart_trim")),
        ("fields title: rewriting: alter_text, trim",
         with_field(alter={"alter_text": True, "trim": True, "ellipsis": True})),
        ("fields title: tokens in the text for nothing", with_field(empty="{{ nid }}")),
        ("fields title: image style thumbnail",
         with_field(settings={"image_style": "thumbnail"})),
        ("fields title: tooltips and distances of dates",
         with_field(settings={"time_diff": {"enabled": True}})),
        ("fields tags: multi_type ul",
         {"fields": {"tags": {**TAGS, "field": "field_tags", "plugin_id": "field",
                              "type": "entity_reference_label", "multi_type": "ul"}},
          "row": {"type": "data_field"}}),
        ("fields body: property summary",
         {"fields": {"body": {"table": "node__body", "field": "body_summary",
                              "plugin_id": "field"}}, "row": {"type": "data_field"}}),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said_by_name(
    read: Callable[..., Reading], fault: str, options: dict[str, Any]
) -> None:
    _declared, faults = read(**options)
    assert faults == [fault]


def test_so_are_tables_of_what_is_no_content(articles: None) -> None:
    data = {**view({}), "base_table": "watchdog"}
    ((_name, display),) = displays(data)
    declared, faults = read_display(display, get_structure(None))
    assert (declared.path, faults) == ("/api/a", ["base table 'watchdog'"])


def test_and_comments_of_what_has_none(pages: None) -> None:
    fields = {"comments": {"table": "comment_entity_statistics", "field": "comment_count"}}
    ((_name, display),) = displays(view({"fields": fields, "row": {"type": "data_field"}}))
    _declared, faults = read_display(display, get_structure(None))
    assert faults == ["fields comments: there are no comments"]


def test_what_is_switched_off_is_no_list() -> None:
    assert not [*displays({**view({}), "status": False})]
    assert not [*displays(view({"enabled": False}))]


def test_a_formatter_shows_fields_of_its_types_alone(articles: None) -> None:
    data = view(with_field(formatter="boolean"))
    ConfigObject.objects.create(name="views.view.a", data=data)
    (known,) = known_lists(get_structure(None)).lists
    assert known.faults == ["'boolean' does not show fields like 'title'"]


def places(value: Any) -> list[tuple[Any, Any]]:
    """All places in a document: what holds a value, and its name there."""
    found = []
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        found.append((value, name))
        if isinstance(inner, dict | list):
            found += places(inner)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_no_configuration_is_a_failure(articles: None, seed: int) -> None:
    chance = random.Random(seed)
    structure = get_structure(None)
    for _round in range(10):
        data = copy.deepcopy(chance.choice(VIEWS))
        for _change in range(chance.randint(1, 8)):
            owner, name = chance.choice(places(data))
            owner[name] = chance.choice([None, [], {}, "", "x", "%", 0, -1, True, [{}], {"a": []}])
        for _name, display in displays(data):
            declared, faults = read_display(display, structure)
            assert isinstance(declared, EntityList)
            assert all(isinstance(fault, str) for fault in faults)
