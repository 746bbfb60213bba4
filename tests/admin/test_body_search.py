"""Content is found by the words of bodies where the database has an index of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin import body_search
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.node import body_index
from drupal_jwt_auth.models import Node, NodeType
from tests.admin.browser import get
from tests.admin.conftest import MakeNode, Staff
from tests.admin.test_content_list import LIST, titles

# MySQL and MariaDB end a transaction where a table is changed, and index what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

OFFER = "Words of the title or the text, the ID"


def index_bodies(*options: str) -> str:
    """Run the command; return what is printed."""
    output = StringIO()
    call_command("index_bodies", *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def indexed(admin: User) -> Iterator[None]:
    """The index, on the site with articles and pages."""
    assert index_bodies() == "Bodies are indexed.\n"
    yield
    assert index_bodies("--drop", "-v0") == ""


def with_body(text: str | None) -> dict[str, Any]:
    return {"body": [{"value": text, "format": "plain_text", "summary": "unsaid"}]}


def test_without_an_index_bodies_are_not_searched(browser: Client, make_node: MakeNode) -> None:
    make_node(title="River", fields=with_body("winter"))
    assert titles(browser, q="winter") == []
    assert OFFER not in get(browser, "node/").text
    assert "Words of the title, the ID" in get(browser, "node/").text


@pytest.mark.usefixtures("indexed")
class TestWithAnIndex:
    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("winter", ["A", "B"]),
            ("WINTER", ["A", "B"]),
            ("winter river", ["A"]),
            ("river winter", ["A"]),
            ('"cold winter"', ["A"]),
            ('"winter cold"', []),
            ('river "cold winter"', ["A"]),
            ("'cold winter'", ["A"]),
            ("winter -river", ["A"]),
            ("winter OR nothing", []),
            ("wint*", []),
            ("über", ["B"]),
            ("the about", ["B"]),
            ("unsaid", []),
            ("plain_text", []),
            ("null", []),
        ],
    )
    def test_it_is_searched_for_all_the_words_as_they_are_typed(
        self, browser: Client, make_node: MakeNode, search: str, found: list[str]
    ) -> None:
        make_node(title="A", fields=with_body("<p>A river in a cold winter.</p>"))
        make_node(title="B", fields=with_body("So über the winter about the city \0 😀"))
        make_node(title="C", fields=with_body(None))
        make_node(title="D", fields={"body": []})
        make_node(title="E", fields={})
        assert sorted(titles(browser, q=search)) == found

    def test_the_list_offers_it(self, browser: Client, make_node: MakeNode) -> None:
        make_node()
        assert OFFER in get(browser, "node/").text

    def test_titles_ids_and_paths_are_found_as_well(
        self, browser: Client, make_node: MakeNode
    ) -> None:
        node = make_node(title="Winter")
        make_node(title="Other", fields=with_body("winter"))
        assert sorted(titles(browser, q="winter")) == ["Other", "Winter"]
        assert titles(browser, q=str(node.pk)) == ["Winter"]
        assert titles(browser, q=f"/node/{node.pk}") == ["Winter"]

    def test_filters_hold_for_what_is_found_in_bodies(
        self, browser: Client, make_node: MakeNode
    ) -> None:
        make_node(title="Page", fields=with_body("winter"))
        make_node(title="Article", type_id="article", fields=with_body("winter"))
        assert titles(browser, q="winter", type__type__exact="article") == ["Article"]

    def test_it_follows_whoever_writes(self, browser: Client, make_node: MakeNode) -> None:
        node = make_node(title="Changed", fields=with_body("winter"))
        node.fields = with_body("summer")
        node.save()
        make_node(title="Deleted", fields=with_body("winter summer")).delete()
        Node.objects.bulk_create([Node(title="Made", type_id="page", fields=with_body("winter"))])
        assert titles(browser, q="winter") == ["Made"]
        assert titles(browser, q="summer") == ["Changed"]

    def test_it_is_made_anew_with_what_there_is(self, browser: Client, make_node: MakeNode) -> None:
        make_node(title="There", fields=with_body("winter"))
        index_bodies("--drop")
        assert titles(browser, q="winter") == []
        index_bodies()
        index_bodies()
        assert titles(browser, q="winter") == ["There"]

    def test_nobody_finds_what_they_may_not_see(self, staff: Staff, make_node: MakeNode) -> None:
        make_node(title="Hidden", status=False, fields=with_body("winter"))
        make_node(title="Shown", fields=with_body("winter"))
        clerk = staff("access content overview", "access content")
        assert titles(clerk, q="winter") == ["Shown"]

    def test_nobody_finds_by_a_field_that_they_may_not_see(
        self, staff: Staff, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rules = type(ENTITY_TYPES.content("node").access)
        view_field = rules.view_field

        def seen(self: Any, account: Any, field: Any, entity: Any) -> bool:
            is_closed = field.name == "body" and entity.type_id == "article"
            return not is_closed and view_field(self, account, field, entity)

        monkeypatch.setattr(rules, "view_field", seen)
        make_node(title="Article", type_id="article", fields=with_body("winter"))
        make_node(title="Page", fields=with_body("winter"))
        assert titles(staff("access content overview", "access content"), q="winter") == ["Page"]

    def test_what_is_left_of_a_field_that_is_gone_is_not_found(
        self, browser: Client, make_node: MakeNode, event: NodeType
    ) -> None:
        make_node(title="Event", type_id=event.pk, fields=with_body("winter"))
        assert titles(browser, q="winter") == []

    def test_words_of_very_many_bodies_are_looked_for_in_titles_alone(
        self, browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(body_search, "MOST", 2)
        for title in ("Winter", "B", "C"):
            make_node(title=title, fields=with_body("winter"))
        told = "More than 2 bodies have these words: only titles were searched."
        assert told in get(browser, "node/", q="winter").text
        assert titles(browser, q="winter") == ["Winter"]
        Node.objects.get(title="C").delete()
        assert told not in get(browser, "node/", q="winter").text
        assert sorted(titles(browser, q="winter")) == ["B", "Winter"]

    def test_nothing_that_is_typed_is_an_error(self, browser: Client, make_node: MakeNode) -> None:
        make_node(fields=with_body("a + b"))
        signs = "+-><()~*\"'@&|!:\\%_.,;/^?\t\n\0{}[]$#= aä😀"
        drawn = random.Random(7)
        typed = ["".join(drawn.choices(signs, k=drawn.randint(1, 9))) for _ in range(120)]
        for search in ['"', "''", '"" ""', "NEAR(a b)", "AND", "a:b", "^a", *typed]:
            assert browser.get(LIST, {"q": search}).status_code in (200, 302), search

    def test_the_database_finds_them_by_the_index(
        self, browser: Client, make_node: MakeNode
    ) -> None:
        make_node(title="A", fields=with_body("winter"))
        nodes: QuerySet[Node] = body_index.in_bodies(Node.objects.order_by(), "winter")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET enable_seqscan = off")
        plan = nodes.values_list("pk").explain()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET enable_seqscan = on")
        expected = {
            "sqlite": "VIRTUAL TABLE INDEX",
            "postgresql": "Bitmap Index Scan on drupal_jwt_auth_node_bodies",
            "mysql": "fulltext",
        }
        assert expected[connection.vendor] in plan

    def test_words_cost_one_query_more(self, browser: Client, make_node: MakeNode) -> None:
        make_node(title="Winter", fields=with_body("winter"))

        def count(**query: str) -> int:
            browser.get(LIST, query)
            with CaptureQueriesContext(connection) as queries:
                browser.get(LIST, query)
            return len(queries)

        plain, searched = count(), count(q="winter")
        index_bodies("--drop")
        assert (plain - count(), searched - count(q="winter")) == (0, 1)
        index_bodies()


def test_of_many_words_only_those_that_the_index_knows_are_asked_for() -> None:
    mysql = body_index.INDEXES["mysql"]
    assert mysql.text(["of", "it is", "the river", "!"]) == '+"the river"'


def test_nothing_is_dropped_where_there_is_nothing() -> None:
    known = body_index.INDEXES[connection.vendor]
    nothing = known.index._replace(remains="SELECT 1 WHERE 1 = 0", drop=["No SQL"])
    nothing.drop_from("default")


def test_another_database_has_none(
    browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_node(title="Winter", fields=with_body("river"))
    monkeypatch.setattr(body_index, "INDEXES", {})
    assert titles(browser, q="winter") == ["Winter"]
    assert not body_index.in_bodies(Node.objects.all(), "river")
    with pytest.raises(CommandError, match=f"no such index for {connection.display_name}"):
        index_bodies()


def test_what_the_database_refuses_is_told(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    known = body_index.INDEXES[connection.vendor]
    broken = known.index._replace(create=[*known.index.create, "NO SQL"])
    monkeypatch.setitem(body_index.INDEXES, connection.vendor, replace(known, index=broken))
    with pytest.raises(CommandError, match="The database refuses: "):
        index_bodies()
    assert not body_index.are_indexed("default")
