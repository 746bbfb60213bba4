"""What the databases are told, each in its own words.

That it finds the same is stated where lists are tested: the suite runs on each of them.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, IntegerField, Value

from drupal_jwt_auth.content.query.comparing import ALWAYS
from drupal_jwt_auth.content.query.folding import Exactly, Folded, add_function
from drupal_jwt_auth.content.query.json_items import AnyItem, BestItem, ItemAt, ItemProperty, Number
from drupal_jwt_auth.content.query.keys import lifted
from drupal_jwt_auth.content.query.sorting import Term
from drupal_jwt_auth.content.query.subqueries import subquery
from drupal_jwt_auth.content.query.ways import Nothing, Way
from drupal_jwt_auth.models import Node

VENDORS = ("sqlite", "postgresql", "mysql")
ITEMS: dict[str, Any] = {"name": "tags", "alias": "item_1", "properties": ["value"]}


def told(expression: Any, vendor: str) -> str:
    """Return the SQL that a database is told for an expression over nodes."""
    compiler = Node.objects.all().query.get_compiler(connection=connection)
    resolved = expression.resolve_expression(compiler.query)
    other = SimpleNamespace(vendor=vendor, ops=connection.ops, features=connection.features)
    write = getattr(resolved, f"as_{vendor}", resolved.as_sql)
    sql, parameters = write(compiler, other)
    assert sql.replace("%%", "").count("%s") == len(parameters)
    return str(sql)


@pytest.mark.parametrize("vendor", VENDORS)
class TestEachDatabase:
    def test_compares_texts_character_by_character(self, vendor: str) -> None:
        collation = {"sqlite": "", "postgresql": 'COLLATE "C"', "mysql": "COLLATE utf8mb4_bin"}
        assert collation[vendor] in told(Exactly(F("title")), vendor)
        folds = "drupal_jwt_auth_fold(" if vendor == "sqlite" else "LOWER("
        folded = told(Folded(F("title")), vendor)
        assert folds in folded
        assert collation[vendor] in folded

    def test_reads_an_item(self, vendor: str) -> None:
        sql = told(ItemAt(F("fields"), "tags", 0, "value"), vendor)
        expected = {"sqlite": "json_extract(", "postgresql": "#>> '{tags,0,value}'"}
        assert expected.get(vendor, "JSON_TYPE(") in sql

    def test_reads_a_number(self, vendor: str) -> None:
        sql = told(Number(F("title")), vendor)
        assert {"postgresql": "::numeric", "mysql": "AS DECIMAL(65,20)"}.get(vendor, "CAST") in sql

    def test_goes_through_items(self, vendor: str) -> None:
        expected = {"sqlite": "json_each(", "postgresql": "jsonb_array_elements("}
        assert expected.get(vendor, "JSON_TABLE(") in told(
            AnyItem(F("fields"), ALWAYS, **ITEMS), vendor
        )
        best = BestItem(F("fields"), ItemProperty("item_1", "value"), is_largest=True, **ITEMS)
        assert expected.get(vendor, "JSON_TABLE(") in told(best, vendor)
        assert "MAX(" in told(best, vendor)
        assert "item_1" in told(ItemProperty("item_1", "value"), vendor)

    def test_sorts_by_what_may_be_a_constant(self, vendor: str) -> None:
        sql = told(Term(F("title")), vendor)
        assert sql.startswith("COALESCE(") == (vendor == "postgresql")
        assert '"title"' in sql.replace("`", '"')


def test_only_sqlite_needs_a_function() -> None:
    add_function(SimpleNamespace(vendor="postgresql"))


def test_an_expression_is_told_from_further_inside() -> None:
    assert lifted(Value(1), 2) == Value(1)
    assert repr(lifted(F("pk"), 1)) == "OuterRef(pk)"
    assert "OuterRef(title)" in repr(lifted(Folded(F("title")), 1))


def test_no_way_leads_on_from_nothing() -> None:
    way = Way(Nothing(), ("value",))
    assert way.advanced().parts == ()
    with pytest.raises(TypeError, match="No way leads"):
        subquery(way, 1, 0)


def test_best_item_is_what_its_value_is() -> None:
    best = BestItem(F("fields"), Value(1, IntegerField()), is_largest=False, **ITEMS)
    assert isinstance(best.output_field, IntegerField)
