"""Searches by names find the same where the database has indexes of these, and look at few rows."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model, QuerySet
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, isolate_apps
from pytest_django import DjangoDbBlocker

from drupal_jwt_auth.admin import UserListMixin
from drupal_jwt_auth.admin.content_list import ListPages
from drupal_jwt_auth.content.search import names
from drupal_jwt_auth.content.search.index import SearchIndex, search_terms
from drupal_jwt_auth.content.search.name_index import INDEXES
from drupal_jwt_auth.content.search.names import keys_by_names, name_indexes, names_of
from drupal_jwt_auth.models import Comment, File, Node, NodeType, Term, Vocabulary
from tests.admin.browser import ADMIN
from tests.admin.conftest import MakeNode
from tests.admin.test_comments import make_comment
from tests.admin.test_content_list import LIST, titles

if TYPE_CHECKING:
    AnyUserAdmin = UserAdmin[User]
else:
    AnyUserAdmin = UserAdmin

# MySQL and MariaDB end a transaction where a table is changed, and index what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

IS_ASKED = connection.vendor != "postgresql"
"""Whether an index is asked before the list is; PostgreSQL uses its own by itself."""

LETTERS = "aAäeéEßSsiI 中文😀_%\\\"'-.\t1\1\u0301\u200d"


@pytest.fixture(scope="module", autouse=True)
def collations(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Names have a collation that can be indexed, whichever one the server gives them."""
    with django_db_blocker.unblock():
        changed = [*cannot_be_indexed()]
        for column in changed:
            collate(column, "COLLATE utf8mb4_general_ci")
    yield
    with django_db_blocker.unblock():
        for column in changed:
            collate(column, "")


def cannot_be_indexed() -> Iterator[Any]:
    """Yield the columns of names whose collation MariaDB or MySQL has no such index for."""
    for model in (Node, Term, Comment, File, User):
        for name in names_of(model):
            found = names.name_index(model, name, "default")
            if found is not None and found.index.prevents:
                with connection.cursor() as cursor:
                    cursor.execute(found.index.prevents)
                    if cursor.fetchone() is not None:
                        yield model._meta.get_field(name)


def collate(column: Any, collation: str) -> None:
    """Give a column a collation, or that of its table."""
    table = column.model._meta.db_table
    kind = f"{column.db_type(connection)} {collation} {'' if column.null else 'NOT NULL'}"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE `{table}` MODIFY `{column.column}` {kind}")


def index_names(*options: str) -> str:
    """Run the command; return what is printed."""
    output = StringIO()
    call_command("index_names", *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def indexed(admin: User) -> Iterator[None]:
    """The indexes, on the site with articles and pages."""
    assert index_names() == "Names are indexed.\n"
    yield
    assert index_names("--drop", "-v0") == ""


def keys(search: str, model: type[Model] = Node) -> Any:
    """Return the keys of the rows that may be meant, None where the index does not say."""
    return keys_by_names(model, names_of(model), search_terms(search), "default")


def expected(*rows: Model) -> Any:
    return {row.pk for row in rows} if IS_ASKED else None


def test_what_is_indexed_is_what_the_lists_are_searched_by() -> None:
    lists = [pages for pages in site._registry.values() if isinstance(pages, ListPages)]
    searched = {
        pages.model: tuple(pages.get_search_fields(RequestFactory().get("/")))
        for pages in lists
        if names_of(pages.model)
    }
    assert {*searched} == {Node, Term, Comment, File, User}
    assert searched == {model: names_of(model) for model in searched}


def test_who_is_known_by_the_address_has_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "username_column", lambda: "email")
    assert names_of(User) == ("email",)


@pytest.fixture
def found(admin: User) -> dict[str, list[int]]:
    """What each of many searches finds without an index."""
    drawn = random.Random(5)
    made = ["".join(drawn.choices(LETTERS, k=drawn.randint(1, 60))) for _ in range(80)]
    known = ["Winter", "winter garden", "Café", "cafe au lait", "100 %", "a_b", "x" * 255, "  ", ""]
    Node.objects.bulk_create(
        Node(title=title, type_id="page", uid=admin) for title in (*made, *known)
    )
    parts = [title[start : start + drawn.randint(1, 40)] for title in made for start in (0, 7)]
    quoted = ['"' + re.sub(r'(["\\])', r"\\\1", part) + '"' for part in parts]
    more = ["winter", "INT", "gard win", '"winter gar"', '"r g"', "winter nowhere", "cafe"]
    more += ["CAFÉ", "%", "_", "x" * 40, "x" * 128, '" "', "'  a'", "\\", '"', "''"]
    # PostgreSQL refuses it, with which the list is shown without a search.
    more += ["\0", "a\0b"] if IS_ASKED else []
    return {search: listed(search) for search in (*parts, *quoted, *more)}


def listed(search: str) -> list[int]:
    """Return the keys of what the list finds."""
    pages: Any = site.get_model_admin(Node)
    rows, _ = pages.get_search_results(RequestFactory().get(LIST), Node.objects.all(), search)
    return sorted(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("few", [1, 5, 1000])
def test_a_search_finds_the_same_with_an_index(
    found: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(names, "FEW", few)
    index_names()
    differing = {search for search, before in found.items() if listed(search) != before}
    index_names("--drop")
    assert not differing


@pytest.mark.usefixtures("indexed")
class TestWithIndexes:
    def test_the_rows_that_may_be_meant_are_known_before(self, make_node: MakeNode) -> None:
        winter, garden = make_node(title="Winter"), make_node(title="A winter garden")
        river = make_node(title="Of a river that is long, and of its 100 % end")
        assert keys("winter") == keys("INTE") == expected(winter, garden)
        assert keys("garden in") == expected(garden)
        assert keys('"winter garden"') == expected(garden)
        assert keys('"river that is long, and of its 100 % end"') == expected(river)
        assert keys("nowhere") == keys('"100 _ end"') == expected()

    def test_all_columns_of_a_row_are_looked_into(self, admin: User) -> None:
        subject = make_comment(Node(pk=99), subject="Winter")
        name = make_comment(Node(pk=99), name="Winter")
        mail = make_comment(Node(pk=99), mail="winter@example.com")
        make_comment(Node(pk=99))
        assert keys("winter", Comment) == expected(subject, name, mail)

    def test_terms_files_and_users_are_found(self, admin: User) -> None:
        tags = Vocabulary.objects.create(vid="seasons", name="Seasons")
        term = Term.objects.create(vid=tags, name="Winter")
        file = File.objects.create(filename="winter.jpg", uri="2026/winter.jpg", uid=admin)
        user = User.objects.create_user("winter")
        address = User.objects.create_user("other", email="winter@example.com")
        assert keys("winter", Term) == expected(term)
        assert keys("winter", File) == expected(file)
        assert keys("winter", User) == expected(user, address)

    def test_it_follows_whoever_writes(self, make_node: MakeNode) -> None:
        changed, kept = make_node(title="Winter"), make_node(title="Winter")
        make_node(title="Winter summer").delete()
        changed.title = "Summer"
        changed.save()
        kept.status = False
        kept.save()
        Node.objects.bulk_create([Node(title="Midwinter", type_id="page")])
        made = Node.objects.get(title="Midwinter")
        assert keys("winter") == expected(kept, made)
        assert keys("summer") == expected(changed)

    def test_the_list_looks_at_few_rows_then(self, browser: Client, make_node: MakeNode) -> None:
        make_node(title="Winter")
        make_node(title="River")
        with CaptureQueriesContext(connection) as queries:
            assert titles(browser, q="winter") == ["Winter"]
        [looked, *_] = [each["sql"] for each in queries if "%winter%" in each["sql"].lower()]
        assert (" IN (" in looked) is IS_ASKED

    def test_ids_and_paths_are_found_as_well(self, browser: Client, make_node: MakeNode) -> None:
        node = make_node(title="Winter")
        assert titles(browser, q=str(node.pk)) == ["Winter"]
        assert titles(browser, q=f"/node/{node.pk}") == ["Winter"]

    def test_names_that_an_input_suggests_are_looked_for_there_too(
        self, browser: Client, make_node: MakeNode
    ) -> None:
        winter = make_node(title="A winter garden")
        make_node(title="River")
        with CaptureQueriesContext(connection) as queries:
            found = browser.get(f"{ADMIN}suggestions/node/", {"q": "winter ga"}).json()
        assert [each["label"] for each in found["results"]] == [winter.title]
        [*_, looked] = [each["sql"] for each in queries if "%winter ga%" in each["sql"].lower()]
        assert (" IN (" in looked) is IS_ASKED

    def test_of_many_rows_the_index_does_not_say_which_they_are(
        self, browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(names, "FEW", 1)
        winter = make_node(title="Winter")
        assert keys("winter") == expected(winter)
        make_node(title="Winter, of all seasons the longest")
        rare = make_node(title="Winter, of all seasons the shortest")
        assert keys("winter") is None
        assert len(titles(browser, q="winter")) == 3
        # Another word, or another piece of a long one, may be in fewer.
        assert keys("winter shortest") == expected(rare)
        assert keys('"winter, of all seasons the shortest"') == expected(rare)

    def test_it_is_made_anew_with_what_there_is(self, make_node: MakeNode) -> None:
        winter = make_node(title="Winter")
        index_names("--drop")
        assert keys("winter") is None
        index_names()
        index_names()
        assert keys("winter") == expected(winter)

    def test_the_database_finds_them_by_the_index(self, make_node: MakeNode) -> None:
        make_node(title="Winter")
        with CaptureQueriesContext(connection) as queries:
            keys("winter")
        with connection.cursor() as cursor:
            if IS_ASKED:
                explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
                cursor.execute(f"{explain} {queries[-1]['sql']}")
                plan = str(cursor.fetchall())
            else:
                cursor.execute("SET enable_seqscan = off")
                nodes: QuerySet[Node] = Node.objects.order_by().filter(title__icontains="winter")
                plan = nodes.explain()
                cursor.execute("SET enable_seqscan = on")
        used = {
            "sqlite": "VIRTUAL TABLE INDEX",
            "postgresql": "Bitmap Index Scan on drupal_names_drupal_jwt_auth_node_title",
            "mysql": "'range', 'PRIMARY'",
        }
        assert used[connection.vendor] in plan

    def test_keys_that_change_are_followed(self, admin: User) -> None:
        user = User.objects.create_user("winter")
        User.objects.filter(pk=user.pk).update(id=777)
        assert keys("winter", User) == expected(User(pk=777))

    def test_a_search_that_a_project_has_widened_finds_as_much(
        self, rf: RequestFactory, admin: User
    ) -> None:
        class Widened(AnyUserAdmin):
            def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
                found, may_repeat = super().get_search_results(request, queryset, search_term)
                return found | queryset.filter(last_name__icontains=search_term), may_repeat

        class Listed(UserListMixin, Widened):
            pass

        user = User.objects.create_user("other", last_name="Winter")
        found, _ = Listed(User, site).get_search_results(rf.get("/"), User.objects.all(), "winter")
        assert [*found] == [user]

    def test_nothing_is_asked_where_nothing_is_looked_for(self, admin: User) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert keys("") is None
        assert not queries

    def test_a_page_with_a_search_of_its_own_is_as_before(self, make_node: MakeNode) -> None:
        make_node(title="Winter")
        assert keys_by_names(Node, ["title", "uid__username"], ["winter"], "default") is None
        assert keys_by_names(Node, [], ["winter"], "default") is None


def test_without_indexes_lists_are_searched_by_all_names(
    browser: Client, make_node: MakeNode
) -> None:
    make_node(title="Winter")
    assert keys("winter") is None
    assert titles(browser, q="inte") == ["Winter"]


def test_mysql_is_asked_for_pieces_of_a_long_part_to_its_end() -> None:
    known = made_for("mysql", Node, "title")
    assert known.pieces("winter") == ["winter"]
    assert known.pieces("a long winter garden") == ["a long winter ga", "ng winter garden"]
    assert known.pieces("x" * 32) == ["x" * 16, "x" * 16]
    # It is in each name, and in those that have no parts.
    assert known.pieces("") == ()


@pytest.mark.parametrize(
    ("collation", "is_refused"),
    [
        ("utf8mb4_general_ci", False),
        ("utf8mb4_general_nopad_ci", False),
        ("utf8mb4_unicode_ci", False),
        ("utf8mb4_unicode_520_nopad_ci", False),
        ("utf8mb4_bin", False),
        ("utf8mb4_nopad_bin", False),
        # A letter of two characters; accents that count after all letters.
        ("utf8mb4_czech_ci", True),
        ("utf8mb4_uca1400_ai_ci", True),
        ("utf8mb4_uca1400_nopad_as_cs", True),
        ("utf8mb4_0900_ai_ci", True),
    ],
)
def test_mysql_indexes_names_in_collations_that_weigh_each_character_alone(
    collation: str, is_refused: bool
) -> None:
    [pattern] = re.findall(r"NOT REGEXP\s+'(.*)'", made_for("mysql", Node, "title").index.prevents)
    assert (re.search(pattern, collation) is None) is is_refused


def test_an_index_that_there_cannot_be_is_refused(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = INDEXES[connection.vendor]

    def prevented(column: Any, using: str) -> Any:
        found: Any = make(column, using)
        refused = found.index._replace(prevents="SELECT 1", refusal="There is none.")
        return replace(found, index=refused)

    monkeypatch.setitem(INDEXES, connection.vendor, prevented)
    with pytest.raises(CommandError, match=r"The database refuses: There is none\."):
        index_names()


def test_sqlite_is_asked_for_parts_of_three_letters_or_more() -> None:
    known = made_for("sqlite", Node, "title")
    assert known.pieces('a "b" c') == ['"a ""b"" c"']
    assert known.pieces("ab") == known.pieces("ab\0c") == ()


def test_postgresql_uses_its_index_for_what_django_asks() -> None:
    known = made_for("postgresql", Node, "title")
    assert not known.keys
    assert known.pieces("winter") == ()
    assert "::text) gin_trgm_ops" in known.index.create[-1]


def test_columns_that_a_database_cannot_index_have_none() -> None:
    # Of any length; with a key that is no number.
    assert made_for("mysql", Term, "description") is None
    assert made_for("sqlite", NodeType, "name") is None

    generated = copy(Node._meta.get_field("title"))
    vars(generated)["generated"] = True
    assert INDEXES["sqlite"](generated, "default") is None


@isolate_apps("tests")
def test_columns_of_another_table_have_none() -> None:
    class Writer(User):
        class Meta:
            app_label = "tests"

    assert names.name_index(User, "username", "default") is not None
    assert names.name_index(Writer, "username", "default") is None


def test_tables_may_have_any_name() -> None:
    column = copy(Node._meta.get_field("title"))
    options = SimpleNamespace(db_table="user's \\ names", pk=Node._meta.pk)
    vars(column)["model"] = SimpleNamespace(_meta=options)
    known = INDEXES[connection.vendor](column, "default")
    assert known is not None
    assert not known.index.is_made("default")


def test_an_index_that_is_dropped_in_this_moment_is_not_missed(
    browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_node(title="Winter")
    monkeypatch.setattr(SearchIndex, "is_made", lambda self, using: True)
    assert keys("winter") is None
    assert titles(browser, q="winter") == ["Winter"]


def test_inputs_of_djangos_own_find_what_a_list_is_searched_by(browser: Client) -> None:
    query = {"app_label": "admin", "model_name": "logentry", "field_name": "user", "term": "adm"}
    found = browser.get("/admin/autocomplete/", query).json()
    assert [each["text"] for each in found["results"]] == ["admin"]


def made_for(vendor: str, model: type[Model], name: str) -> Any:
    """Return what a database would have for a column."""
    return INDEXES[vendor](model._meta.get_field(name), "default")


def test_another_database_has_none(
    browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_node(title="Winter")
    monkeypatch.setattr(names, "INDEXES", {})
    assert titles(browser, q="winter") == ["Winter"]
    with pytest.raises(CommandError, match="no such indexes for this database"):
        index_names()


def test_what_the_database_refuses_is_told(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make = INDEXES[connection.vendor]

    def refused(column: Any, using: str) -> Any:
        found: Any = make(column, using)
        broken = found.index._replace(create=[*found.index.create, "NO SQL"])
        return replace(found, index=broken)

    monkeypatch.setitem(INDEXES, connection.vendor, refused)
    with pytest.raises(CommandError, match="The database refuses: "):
        index_names()
    monkeypatch.undo()
    assert not any(known.index.is_made(using) for using, known in name_indexes())
    index_names("--drop")
