"""The content log in the admin: what was done to content, at one place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from drupal_jwt_auth.admin import ContentEntryAdmin, content_list
from drupal_jwt_auth.models import ContentEntry
from tests.admin.browser import ADMIN, get
from tests.admin.conftest import MakeNode, Staff

LIST = ADMIN + "contententry/"


def make_entry(entity_id: Any, **values: Any) -> ContentEntry:
    values = {"action": "updated", "entity_type": "node", "bundle": "page", **values}
    return ContentEntry.objects.create(entity_id=str(entity_id), **values)


def cells(browser: Client, **query: str) -> list[dict[str, str]]:
    """Return the rows of the list, as the texts of the cells by column."""
    html = browser.get(LIST, query).content.decode().partition("<tbody>")[2]
    rows = html.partition("</tbody>")[0].split("</tr>")[:-1]
    return [
        dict(re.findall(r'<t[hd] class="field-(\w+)[^"]*">(.*?)</t[hd]>', row, re.DOTALL))
        for row in rows
    ]


def items(browser: Client, **query: str) -> list[str]:
    return [re.sub("<.*?>", "", row["item"]) for row in cells(browser, **query)]


def test_a_row_tells_who_did_what_to_which_entity(browser: Client, make_node: MakeNode) -> None:
    node = make_node(title="<About>")
    make_entry(node.pk, username="editor", way="jsonapi")
    (row,) = cells(browser)
    link = f'<a href="{ADMIN}node/{node.pk}/change/">&lt;About&gt; ({node.pk})</a>'
    assert {**row, "timestamp": ""} == {
        "timestamp": "",
        "action": "Updated",
        "item": link,
        "entity_type": "node",
        "bundle": "page",
        "who": "editor",
        "way": "JSON:API",
    }


def test_what_is_gone_is_told_by_its_id(browser: Client) -> None:
    make_entry(999)
    make_entry("x", entity_type="forgotten", bundle="")
    assert items(browser) == ["x", "999"]


def test_a_name_is_for_those_who_may_see_it(staff: Staff, make_node: MakeNode) -> None:
    shown, hidden = make_node(title="Shown"), make_node(title="Hidden", status=False)
    make_entry(shown.pk)
    make_entry(hidden.pk)
    reader = staff("access site reports", "access content")
    found = " ".join(items(reader))
    assert "Shown" in found
    assert "Hidden" not in found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "created"}, ["1"]),
        ({"action": "nothing"}, ["3", "2", "1"]),
        ({"entity_type": "file"}, ["2"]),
        ({"way": "rest"}, ["1"]),
        ({"q": "editor"}, ["2", "1"]),
        ({"q": "3"}, ["3"]),
        ({"q": "edit"}, []),
        ({"q": "editor", "way": "admin"}, ["2"]),
    ],
)
def test_it_is_narrowed_down(browser: Client, query: dict[str, str], found: list[str]) -> None:
    make_entry(1, action="created", username="editor", way="rest")
    make_entry(2, entity_type="file", bundle="file", username="editor", way="admin")
    make_entry(3, action="deleted", username="admin", way="action")
    assert items(browser, **query) == found


def test_filters_offer_what_there_can_be(browser: Client) -> None:
    make_entry(1)
    links = get(browser, "contententry/").links
    assert links["Deleted"] == "?action=deleted"
    assert links["Action for several"] == "?way=action"
    assert links["URL alias"] == "?entity_type=path_alias"


def test_it_is_for_those_who_may_see_reports(staff: Staff) -> None:
    entry = make_entry(1)
    reader = staff("access site reports")
    assert items(reader) == ["1"]
    assert reader.get(f"{LIST}add/").status_code == 403
    data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    assert reader.post(LIST, data).status_code == 302
    assert not ContentEntry.objects.exists()


def test_others_do_not_see_it(staff: Staff) -> None:
    assert staff("access content overview").get(LIST).status_code == 403


def test_where_nothing_is_written_it_says_so(browser: Client, settings: Settings) -> None:
    told = "Nothing is written to this log"
    assert told in get(browser, "contententry/").text
    settings.DRUPAL_JWT_AUTH = {"CONTENT_LOG": True}
    assert told not in get(browser, "contententry/").text


def test_a_page_costs_the_same_at_any_length(
    browser: Client, make_node: MakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count() -> int:
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        return len(queries)

    make_entry(make_node().pk)
    make_entry(User.objects.get(username="admin").pk, entity_type="user", bundle="user")
    few = count()
    for number in range(20):
        make_entry(make_node(title=f"{number}").pk)
    assert count() == few
    monkeypatch.setattr(content_list, "COUNTED", 3)
    monkeypatch.setattr(content_list, "AHEAD", 1)
    monkeypatch.setattr(ContentEntryAdmin, "list_per_page", 2)
    assert "more than 4 content log" in get(browser, "contententry/").text


@pytest.mark.parametrize("column", ["action", "entity_type", "way"])
def test_an_index_has_each_filter_in_the_order_of_the_list(column: str) -> None:
    assert [column, "id"] in [index.fields for index in ContentEntry._meta.indexes]


def test_an_entry_is_called_by_what_was_done() -> None:
    entry = ContentEntry(action="deleted", entity_type="node", bundle="page", entity_id="1")
    assert str(entry) == "Deleted: node 1"
