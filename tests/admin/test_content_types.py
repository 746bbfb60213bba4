"""Content types: what content relies on cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from drupal_jwt_auth.models import FieldConfig, Node, NodeType
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

EVENT = "nodetype/event/change/"


@pytest.fixture(autouse=True)
def _event(event: NodeType) -> None:
    """All tests here are about events."""


def test_the_list_tells_name_machine_name_and_description(browser: Client) -> None:
    text = " ".join(get(browser, "nodetype/").text.split())
    assert "Basic page page Pages that stay" in text


def test_a_type_is_added_with_its_permissions(browser: Client) -> None:
    values = {"name": "News", "type": "news", "description": "", "sticky": "on", "promote": None}
    assert submit(browser, "nodetype/add/", **values).status_code == 302
    news = NodeType.objects.get(type="news")
    assert (news.name, news.sticky, news.promote, news.new_revision) == ("News", True, False, True)
    assert Permission.objects.filter(codename="create news content").exists()


def test_a_new_type_has_a_body(browser: Client, client_of: Any) -> None:
    assert submit(browser, "nodetype/add/", name="News", type="news").status_code == 302
    body = FieldConfig.objects.of("node", "news").get()
    assert (body.name, body.label, body.field_type) == ("body", "Body", "text_with_summary")
    sent = {"type": "news", "title": ["A"], "body": ["B"]}
    response = client_of("admin").post("/node?_format=json", sent, content_type="application/json")
    assert response.json()["body"][0]["value"] == "B"


def test_a_new_type_need_not_have_a_body(browser: Client) -> None:
    values = {"name": "News", "type": "news", "body": None}
    assert submit(browser, "nodetype/add/", **values).status_code == 302
    assert not FieldConfig.objects.of("node", "news").exists()


def test_a_type_that_is_changed_gets_no_body(browser: Client) -> None:
    assert "body" not in get(browser, EVENT).inputs
    assert submit(browser, EVENT, name="Event").status_code == 302
    assert not FieldConfig.objects.of("node", "event").exists()


def test_a_type_has_its_own_word_for_the_title(browser: Client) -> None:
    assert get(browser, EVENT).values["title_label"] == "Title"
    assert "Title:" in get(browser, "node/add/?type=event").text
    submit(browser, EVENT, title_label="Headline")
    text = get(browser, "node/add/?type=event").text
    assert "Headline:" in text
    assert "Title:" not in text


def test_the_machine_name_of_a_type_stays(browser: Client) -> None:
    assert "type" not in get(browser, EVENT).inputs
    submit(browser, EVENT, type="other", name="Other")
    assert NodeType.objects.get(type="event").name == "Other"
    assert not NodeType.objects.filter(type="other").exists()


@pytest.mark.parametrize("name", ["Event", "my-event", "1st", ""])
def test_a_machine_name_is_one(browser: Client, name: str) -> None:
    assert read(submit(browser, "nodetype/add/", name="New", type=name)).errors


# Deleting


def test_a_type_with_content_cannot_be_deleted(browser: Client, make_node: MakeNode) -> None:
    make_node(type_id="event")
    page = read(browser.get(ADMIN + "nodetype/event/delete/"))
    assert "Event is used by 1 piece of content on your site." in page.text
    browser.post(ADMIN + "nodetype/event/delete/", {"post": "yes"})
    assert NodeType.objects.filter(type="event").exists()


def test_types_with_content_cannot_be_deleted_together_with_others(
    browser: Client, make_node: MakeNode
) -> None:
    make_node(type_id="event")
    make_node(type_id="event")
    data = {"action": "delete_selected", "_selected_action": ["event", "article"], "post": "yes"}
    page = read(browser.post(ADMIN + "nodetype/", data))
    assert "Event is used by 2 pieces of content on your site." in page.text
    assert NodeType.objects.count() == 3


def test_a_type_without_content_is_deleted_with_its_fields_and_permissions(
    browser: Client, add_field: MakeField
) -> None:
    add_field("string")
    browser.post(ADMIN + "nodetype/event/delete/", {"post": "yes"})
    assert not NodeType.objects.filter(type="event").exists()
    assert not FieldConfig.objects.of("node", "event").exists()
    assert not Permission.objects.filter(codename="create event content").exists()


def test_a_type_leads_to_its_fields(browser: Client) -> None:
    fields = f"{ADMIN}fieldconfig/of/node/event/"
    assert get(browser, EVENT).links["Manage fields"] == fields
    assert fields in browser.get(f"{ADMIN}nodetype/").content.decode()
    answer = submit(browser, "nodetype/add/", name="News", type="news")
    assert answer.headers["Location"] == f"{ADMIN}fieldconfig/of/node/news/"


def test_whoever_may_not_change_fields_is_not_led_there(staff: Staff) -> None:
    browser = staff("administer content types")
    assert "Manage fields" not in get(browser, EVENT).links
    assert "Manage fields" not in get(browser, "nodetype/").links
    answer = submit(browser, "nodetype/add/", name="News", type="news")
    assert answer.headers["Location"] == f"{ADMIN}nodetype/"


def test_whoever_may_change_fields_alone_changes_no_type(staff: Staff) -> None:
    browser = staff("administer node fields")
    for path in ("nodetype/", EVENT, "nodetype/add/"):
        assert browser.get(ADMIN + path).status_code == 403


def test_nodes_are_left_alone_by_a_save(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("string")
    make_node(type_id="event", fields={"field_x": [{"value": "a"}]})
    submit(browser, EVENT, name="Other")
    assert Node.objects.get().fields == {"field_x": [{"value": "a"}]}
