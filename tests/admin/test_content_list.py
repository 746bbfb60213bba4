"""The list of content: what it shows, how it is narrowed down, and what is done to many at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from drupal_jwt_auth.admin import NodeAdmin, content_list
from drupal_jwt_auth.models import Comment, File, Node, PathAlias
from drupal_jwt_auth.models.revision import now
from tests.admin.browser import ADMIN, Page, get
from tests.admin.conftest import MakeNode

LIST = ADMIN + "node/"


def titles(browser: Client, **query: Any) -> list[str]:
    html = browser.get(LIST, query).content.decode()
    return re.findall(r'<th class="field-title"><a [^>]*>(.*?)</a>', html)


def test_the_columns_are_those_of_drupal(browser: Client, make_node: MakeNode) -> None:
    make_node()
    html = browser.get(LIST).content.decode()
    headings = re.findall(r'<div class="text">(?:<a [^>]*>|<span>)(.*?)</', html)
    known = ["Title", "Content type", "Author", "Status", "Updated", "ID", "URL alias", "Language"]
    assert headings[-9:] == [*known, "Operations"]


def test_a_row_tells_type_author_status_and_time(browser: Client, make_node: MakeNode) -> None:
    node = make_node(status=False, changed=datetime(2026, 3, 2, 7, 8, tzinfo=timezone.utc))
    html = browser.get(LIST).content.decode()
    cells = re.findall(r'<td class="field-(\w+)[^"]*">(.*?)</td>', html)
    assert dict(cells) == {
        "content_type": "Basic page",
        "author": "admin",
        "published": "Unpublished",
        "updated": "March 2, 2026, 7:08 a.m.",
        "nid": str(node.pk),
        "alias": "-",
        "language": "English",
        "view_link": f'<a href="{LIST}{node.pk}/api/">View</a>',
    }


def test_content_of_nobody_is_by_anonymous(browser: Client, make_node: MakeNode) -> None:
    make_node(uid=None)
    assert '<td class="field-author">Anonymous</td>' in browser.get(LIST).content.decode()


def test_what_changed_last_comes_first(browser: Client, make_node: MakeNode) -> None:
    for title, age in (("Old", 2), ("New", 0), ("Middle", 1)):
        make_node(title=title, changed=now() - timedelta(days=age))
    assert titles(browser) == ["New", "Middle", "Old"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"type__type__exact": "article"}, ["By editor"]),
        ({"status__exact": "0"}, ["Draft"]),
        ({"author": "editor"}, ["By editor"]),
        ({"author": " EDITOR "}, ["By editor"]),
        ({"author": "editor ({editor})"}, ["By editor"]),
        ({"author": "{editor}"}, ["By editor"]),
        ({"author": "Anonymous (0)"}, ["By nobody"]),
        ({"author": "0"}, ["By nobody"]),
        ({"author": "nobody"}, []),
        ({"author": "x (999)"}, []),
        ({"author": "{editor}", "status__exact": "0"}, []),
        ({"langcode": "und"}, ["By nobody"]),
        ({"langcode": "zxx"}, []),
        ({"q": "DRAFT"}, ["Draft"]),
    ],
)
def test_the_list_is_narrowed_down(
    browser: Client, make_node: MakeNode, query: dict[str, str], found: list[str]
) -> None:
    editor = User.objects.get(username="editor")
    make_node(title="Draft", status=False, created=datetime(2020, 1, 2, tzinfo=timezone.utc))
    make_node(title="By editor", type_id="article", uid=editor)
    make_node(title="By nobody", uid=None, langcode="und")
    query = {name: value.format(editor=editor.pk) for name, value in query.items()}
    assert titles(browser, **query) == found


@pytest.mark.parametrize("query", [{"author": ""}, {"status__exact": "2"}, {"langcode": "xx"}])
def test_what_is_no_filter_narrows_nothing_down(
    browser: Client, make_node: MakeNode, query: dict[str, str]
) -> None:
    make_node(title="One")
    make_node(title="Two")
    assert len(titles(browser, **query)) == 2


def test_filters_are_those_of_drupal(browser: Client, make_node: MakeNode) -> None:
    make_node()
    page = get(browser, "node/", status__exact="0")
    assert "Show counts" not in page.links
    assert page.links["Article"] == "?status__exact=0&type__type__exact=article"
    assert page.links["Published"] == "?status__exact=1"
    assert page.links["Not specified"] == "?langcode=und&status__exact=0"


def test_authors_are_suggested_in_the_place_of_a_list(browser: Client, make_node: MakeNode) -> None:
    make_node()
    html = browser.get(LIST, {"status__exact": "0", "author": "x"}).content.decode()
    form = Page(html.partition('class="drupal-author-filter"')[2].partition("</form>")[0])
    assert form.inputs["author"]["data-suggestions"] == f"{ADMIN}suggestions/user/"
    # It sends what the list is narrowed down by besides.
    assert form.values == {"author": "x", "status__exact": "0"}
    assert ">editor<" not in html


def test_nothing_is_counted_beyond_a_bound(
    browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        make_node(title=f"Page {number}")
    assert "7 content" in get(browser, "node/").text
    monkeypatch.setattr(content_list, "COUNTED", 3)
    monkeypatch.setattr(content_list, "AHEAD", 1)
    monkeypatch.setattr(NodeAdmin, "list_per_page", 2)
    page = get(browser, "node/")
    assert "more than 4 content" in page.text
    assert "Select all of more than 4 content" in page.links
    assert "All of more than 4 selected" in page.text
    assert "more than 4 results" in get(browser, "node/", q="page").text
    # Further on more are known of, to the last page.
    assert "7 content" in get(browser, "node/", p="3").text
    assert len(titles(browser, p="4")) == 1
    assert browser.get(LIST, {"p": "5"}).status_code == 302


@pytest.mark.parametrize("few", [True, False])
def test_few_rows_are_looked_for_once_in_any_order_and_many_in_theirs(
    browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    monkeypatch.setattr(content_list, "FEW", 2 if few else 1)
    make_node(title="One")
    make_node(title="Two")
    browser.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert titles(browser, q="o") == ["Two", "One"]
    asked = [query["sql"] for query in queries if "drupal_jwt_auth_node" in query["sql"]]
    searches = [sql for sql in asked if " LIKE " in sql and " IN (" not in sql]
    assert "ORDER BY" not in searches[0]
    assert searches[0].endswith(f"LIMIT {content_list.FEW + 1}")
    counts = [sql for sql in searches if "COUNT(" in sql]
    assert len(counts) == (not few)
    assert all(f"LIMIT {content_list.COUNTED + 1}" in sql for sql in counts)
    assert len(searches) == (1 if few else 3)
    # Of the bodies none is read but those of the rows that are shown.
    quote = connection.ops.quote_name
    with_bodies = [sql for sql in asked if f".{quote('fields')}" in sql]
    assert len(with_bodies) == 1
    assert f"{quote('nid')} IN (" in with_bodies[0]


@pytest.mark.parametrize("model", [Comment, File, Node])
def test_an_index_has_all_that_a_list_is_narrowed_down_by(model: Any) -> None:
    pages: Any = site.get_model_admin(model)
    index = next(each for each in model._meta.indexes if each.name.endswith("_list"))
    names = {"StatusFilter": "status", "PermanenceFilter": "status", "LanguageFilter": "langcode"}
    names["AuthorFilter"] = "uid"
    filters = {
        each if isinstance(each, str) else names[each.__name__] for each in pages.list_filter
    }
    assert filters | {*pages.search_fields} <= {*index.fields}
    ordering = pages.ordering or model._meta.ordering
    assert index.fields[:2] == [each.removeprefix("-") for each in ordering]


def test_the_number_of_queries_is_the_same_for_any_number_of_rows(
    browser: Client, make_node: MakeNode
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(LIST)
        return len(queries)

    make_node()
    make_node(type_id="article", uid=User.objects.get(username="editor"))
    count()  # The content model is read once.
    few = count()
    for number in range(30):
        make_node(title=str(number), uid=None if number % 2 else User.objects.get(username="plain"))
    assert len(titles(browser)) == 32
    assert count() == few


ACTIONS = {
    "publish": ("Publish content", {"status": True}),
    "unpublish": ("Unpublish content", {"status": False}),
    "promote": ("Promote content to front page", {"promote": True}),
    "demote": ("Remove content from front page", {"promote": False}),
    "make_sticky": ("Make content sticky", {"sticky": True}),
    "remove_sticky": ("Make content unsticky", {"sticky": False}),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_done_to_what_is_chosen(
    browser: Client, make_node: MakeNode, action: str
) -> None:
    label, after = ACTIONS[action]
    before = {name: not value for name, value in after.items()}
    past = datetime(2020, 1, 2, tzinfo=timezone.utc)
    chosen = [make_node(**before, changed=past).pk for _ in range(2)]
    already = make_node(**after, changed=past).pk
    other = make_node(**before, changed=past).pk
    data = {"action": action, "_selected_action": [*chosen, already]}
    page = browser.post(LIST, data, follow=True).content.decode()
    assert f"{label} was applied to 3 items." in page
    assert set(Node.objects.filter(**after).values_list("pk", flat=True)) == {*chosen, already}
    assert set(Node.objects.filter(**before).values_list("pk", flat=True)) == {other}
    assert set(Node.objects.exclude(changed=past).values_list("pk", flat=True)) == set(chosen)


def test_an_action_makes_no_revision(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    browser.post(LIST, {"action": "unpublish", "_selected_action": [node.pk]})
    assert node.revisions.count() == 1


def test_the_editor_of_one_item_is_told_of_one(browser: Client, make_node: MakeNode) -> None:
    data = {"action": "publish", "_selected_action": [make_node().pk]}
    page = browser.post(LIST, data, follow=True).content.decode()
    assert "Publish content was applied to 1 item." in page


def test_what_the_api_creates_is_seen_at_once(browser: Client, client_of: Any) -> None:
    document = {"type": "page", "title": ["From the API"], "body": ["Its text"]}
    answer = client_of("editor").post("/node?_format=json", document, format="json")
    assert titles(browser) == ["From the API"]
    nid = answer.json()["nid"][0]["value"]
    assert get(browser, f"node/{nid}/change/").values["body-0-value"] == "Its text"


def test_the_list_has_the_id_the_newest_alias_and_the_language(
    browser: Client, make_node: MakeNode
) -> None:
    node = make_node(title="About", langcode="de")
    make_node(title="Other", langcode="und")
    for alias in ("/old", "/über-uns"):
        PathAlias.objects.create(path=f"/node/{node.pk}", alias=alias, langcode="de")
    text = get(browser, "node/").text.split()
    assert {str(node.pk), "/über-uns", "German"} <= {*text}
    assert "/old" not in text


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("about", ["About"]),
        ("{nid}", ["About"]),
        (" /über-UNS ", ["About"]),
        ("/node/{nid}", ["About"]),
        ("/about", []),
        ("/user/1", []),
        ("99999999999999999999", ["Call 99999999999999999999"]),
    ],
)
def test_content_is_found_by_title_id_and_path(
    browser: Client, make_node: MakeNode, term: str, found: list[str]
) -> None:
    node = make_node(title="About")
    make_node(title="Call 99999999999999999999")
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/über-uns", langcode="en")
    assert titles(browser, q=term.format(nid=node.pk)) == found
