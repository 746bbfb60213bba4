"""What is done to many items is asked about first, and done portion by portion."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.test import Client

from drupal_jwt_auth.admin import PathAliasAdmin, portions
from drupal_jwt_auth.models import Node, PathAlias
from tests.admin.browser import ADMIN, Page, read
from tests.admin.conftest import MakeNode, Staff

LIST = f"{ADMIN}node/"


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are many, and three are a portion."""
    monkeypatch.setattr(portions, "ASKED_ABOVE", 2)
    monkeypatch.setattr("drupal_jwt_auth.admin.content_pages.ASKED_ABOVE", 2)
    monkeypatch.setattr(portions, "PORTION", 3)


@pytest.fixture
def nodes(make_node: MakeNode) -> list[Node]:
    """Eight pages."""
    return [make_node(title=f"Page {number}") for number in range(8)]


def choose_all(browser: Client, action: str, path: str = LIST) -> Page:
    """Choose all that a list has, and an action for it."""
    inputs = Page(browser.get(path).content.decode()).inputs
    first = inputs["_selected_action"]["value"] or ""
    data = {"action": action, "_selected_action": first, "select_across": "1", "index": "0"}
    return read(browser.post(path, data))


def go_on(browser: Client, page: Page, path: str = LIST) -> Any:
    """Send the form of a page."""
    return browser.post(path, page.values)


def until_done(browser: Client, page: Page, path: str = LIST) -> tuple[list[str], str]:
    """Send the form of each page that follows; return how far each was, and what is told."""
    told = []
    while (answer := go_on(browser, page, path)).status_code == 200:
        page = read(answer)
        told.append(" ".join(page.text.partition("are done")[0].split()[-3:]))
    return told, read(browser.get(path)).text


@pytest.mark.usefixtures("_small")
def test_many_are_published_after_a_question_portion_by_portion(
    browser: Client, nodes: list[Node]
) -> None:
    page = choose_all(browser, "unpublish")
    assert "Unpublish content: 8 items. Are you sure?" in page.text
    assert "Page 7" in page.text
    assert not Node.objects.filter(status=False).exists()
    told, text = until_done(browser, page)
    assert told == ["3 of 8", "6 of 8"]
    assert "Unpublish content was applied to 8 items." in text
    assert not Node.objects.filter(status=True).exists()


@pytest.mark.usefixtures("_small")
def test_many_are_deleted_likewise_and_it_can_be_left_off(
    browser: Client, nodes: list[Node]
) -> None:
    page = read(go_on(browser, choose_all(browser, "delete_selected")))
    assert "Stop here" in page.links
    assert Node.objects.count() == 5
    told, text = until_done(browser, page)
    assert told == ["6 of 8"]
    assert "Successfully deleted 8 content." in text
    assert not Node.objects.exists()
    assert LogEntry.objects.filter(action_flag=DELETION).count() == 8


def test_more_than_a_thousand_are_deleted(browser: Client, site: None) -> None:
    PathAlias.objects.bulk_create(
        PathAlias(path=f"/node/{number}", alias=f"/a{number}", key=f"/a{number}", langcode="en")
        for number in range(1201)
    )
    path = f"{ADMIN}pathalias/"
    page = choose_all(browser, "delete_selected", path)
    assert "and 1181 more" in page.text
    assert len(page.values) < 10
    told, _text = until_done(browser, page, path)
    assert told[-1] == "1200 of 1201"
    assert not PathAlias.objects.exists()


@pytest.mark.usefixtures("_small")
def test_of_many_those_are_done_that_somebody_may_do(staff: Staff, nodes: list[Node]) -> None:
    browser = staff("access content overview", "delete own page content")
    Node.objects.filter(pk__in=[nodes[0].pk, nodes[7].pk]).update(
        uid=User.objects.get(username="clerk")
    )
    _told, text = until_done(browser, choose_all(browser, "delete_selected"))
    assert Node.objects.count() == 6
    assert "Successfully deleted 2 content." in text
    assert "You may not do this to 2 items, which stay as they are: Page" in text


def test_what_was_done_is_in_the_history_of_each(browser: Client, nodes: list[Node]) -> None:
    Node.objects.filter(pk=nodes[0].pk).update(status=False)
    data = {"action": "unpublish", "_selected_action": [node.pk for node in nodes[:3]]}
    browser.post(LIST, data)
    entries = LogEntry.objects.filter(action_flag=CHANGE)
    assert {entry.object_repr for entry in entries} == {"Page 1", "Page 2"}
    assert {entry.get_change_message() for entry in entries} == {"Unpublish content"}
    browser.post(LIST, data)
    assert entries.count() == 2


@pytest.mark.usefixtures("_small")
def test_what_something_else_needs_stays(
    browser: Client, site: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        PathAlias.objects.create(path=f"/node/{number}", alias=f"/a{number}", langcode="en")
    told: Any = ([], {}, set(), ["something"])
    monkeypatch.setattr(PathAliasAdmin, "get_deleted_objects", lambda *args: told)
    path = f"{ADMIN}pathalias/"
    _told, text = until_done(browser, choose_all(browser, "delete_selected", path), path)
    assert "cannot be deleted: something else needs them." in text
    assert PathAlias.objects.count() == 4


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize(("name", "value"), [("keys", "1 x"), ("keys", str(10**30))])
def test_what_can_be_no_key_is_refused(
    browser: Client, nodes: list[Node], name: str, value: str
) -> None:
    page = choose_all(browser, "unpublish")
    page.values[name] = value
    assert go_on(browser, page).status_code == 400
    assert not Node.objects.filter(status=False).exists()


@pytest.mark.usefixtures("_small")
def test_a_number_that_is_none_counts_nothing(browser: Client, nodes: list[Node]) -> None:
    page = read(go_on(browser, choose_all(browser, "unpublish")))
    page.values |= {"done": "x", "total": "9" * 30}
    assert read(go_on(browser, page)).values["done"] == "3"
