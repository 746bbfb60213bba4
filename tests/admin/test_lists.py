"""The lists that there are have a page, for those who administer views."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.lists import ContextualFilter, EntityList, Filter, Shown, register
from drupal_jwt_auth.models import ConfigObject
from tests.admin.browser import ADMIN, get, read
from tests.admin.conftest import Staff

PAGE = "configobject/lists/"


class Own(EntityList):
    path = "/api/own/{author}"
    entity_type = "node"
    filters = (Filter("status", values=["1"]),)
    contextual_filters = (ContextualFilter("uid"),)
    fields = (Shown("title"),)


@pytest.fixture
def lists(site: None) -> Iterator[None]:
    """One of the project's own, and two that were imported."""
    register(Own)
    for name, table in (("good", "node_field_data"), ("bad", "watchdog")):
        exposed = {"table": table, "field": "title", "plugin_id": "string", "exposed": True}
        words = {**exposed, "operator": "contains", "expose": {"identifier": "words"}}
        own = {"filters": False}
        options = {"path": f"api/{name}", "filters": {"title": words}, "defaults": own}
        display = {"display_plugin": "rest_export", "display_options": options}
        data = {"id": name, "base_table": table, "display": {"rest": display}}
        ConfigObject.objects.create(name=f"views.view.{name}", data=data)
    ConfigObject.objects.create(name="user.settings", data={})
    yield
    LISTS.unregister(Own)


@pytest.mark.usefixtures("lists")
def test_each_list_is_there_with_what_it_filters_and_whether_it_is_served(staff: Staff) -> None:
    page = get(staff("administer views"), PAGE)
    rows = [" ".join(row.split()) for row in page.text.split("/api/")[1:]]
    assert rows == [
        "bad bad:rest Entities No: base table 'watchdog'",
        "good good:rest node Entities title CONTAINS ?words= Yes",
        "own/{author} tests.admin.test_lists.Own node Fields status = 1 uid = {…} Yes",
    ]


@pytest.mark.usefixtures("lists")
def test_it_leads_to_what_was_imported_and_to_no_other_object(staff: Staff) -> None:
    browser = staff("administer views")
    address = f"{ADMIN}configobject/views.view.good/change/"
    assert address in browser.get(ADMIN + PAGE).content.decode()
    assert "rest_export" in get(browser, "configobject/views.view.good/change/").text
    assert "user.settings" not in get(browser, "configobject/").text
    assert browser.get(f"{ADMIN}configobject/user.settings/change/").status_code == 302
    assert browser.post(address, {"data": "{}"}).status_code == 403


@pytest.mark.usefixtures("lists")
def test_the_index_leads_there_for_those_who_may(staff: Staff, browser: Client) -> None:
    assert ADMIN + PAGE in browser.get("/admin/").content.decode()
    other = staff("administer site configuration")
    assert ADMIN + PAGE not in other.get("/admin/").content.decode()
    assert other.get(ADMIN + PAGE).status_code == 403
    assert "user.settings" in get(other, "configobject/").text


def test_it_says_where_there_are_none(browser: Client) -> None:
    assert "There are no lists" in read(browser.get(ADMIN + PAGE)).text
