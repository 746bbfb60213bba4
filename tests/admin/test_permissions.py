"""Django's permissions to add, change, delete and view are obeyed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from drupal_jwt_auth.models import (
    Node,
    NodeType,
    PathAlias,
    Revision,
    Role,
    TextFormat,
    UserProfile,
)
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff


def statuses(browser: Client, node: Node) -> dict[str, int]:
    """Return how each page of content answers."""
    pages = {
        "list": "node/",
        "add": "node/add/?type=page",
        "choose": "node/add/",
        "change": f"node/{node.pk}/change/",
        "delete": f"node/{node.pk}/delete/",
    }
    return {name: browser.get(ADMIN + page).status_code for name, page in pages.items()}


@pytest.mark.parametrize(
    ("permission", "open_pages"),
    [
        ("add_node", {"add", "choose"}),
        ("change_node", {"list", "change"}),
        ("view_node", {"list", "change"}),
        ("delete_node", {"delete"}),
        ("create page content", set()),
        ("bypass node access", set()),
    ],
)
def test_each_permission_opens_its_pages(
    staff: Staff, make_node: MakeNode, permission: str, open_pages: set[str]
) -> None:
    found = statuses(staff(permission), make_node())
    assert {name for name, status in found.items() if status == 200} == open_pages
    assert {status for name, status in found.items() if name not in open_pages} == {403}


def test_whoever_may_only_see_content_changes_nothing(staff: Staff, make_node: MakeNode) -> None:
    node = make_node()
    browser = staff("view_node")
    assert browser.post(f"{ADMIN}node/{node.pk}/change/", {"title": "Other"}).status_code == 403
    assert Node.objects.get().title == "A page"


def test_whoever_may_only_see_content_sees_all_of_it(
    staff: Staff, make_node: MakeNode, add_field: MakeField
) -> None:
    add_field("boolean", name="field_b", label="Open")
    add_field("text_long", name="field_t", label="Long")
    add_field(
        "list_string", name="field_l", label="Colour", settings={"allowed_values": {"r": "R"}}
    )
    add_field("entity_reference", name="field_r", label="Kind", settings={"target_type": "node"})
    add_field("datetime", name="field_d", label="When")
    add_field("decimal", name="field_n", label="Price", cardinality=-1)
    target = make_node(title="The target")
    node = make_node(
        type_id="event",
        fields={
            "field_b": [{"value": True}],
            "field_t": [{"value": "<b>1</b>\n2", "format": None}],
            "field_l": [{"value": "r"}],
            "field_r": [{"target_id": target.pk}],
            "field_d": [{"value": "2026-03-02T07:08:00"}],
            "field_n": [{"value": "1.50"}, {"value": "2.00"}],
        },
    )
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    page = get(staff("view_node"), f"node/{node.pk}/change/")
    assert not {"title", "field_b-0-value"} & page.inputs.keys()
    text = " ".join(page.text.split())
    for shown in (
        "Open: Yes",
        "Long: Text: <b>1</b> 2",
        "Colour: R",
        f"Kind: The target ({target.pk})",
        "When: 2026-03-02 07:08",
        "Price: 1.50 2.00",
        "URL alias: /about",
    ):
        assert shown in text


def test_whoever_may_only_change_content_is_not_offered_to_add_or_delete(
    staff: Staff, make_node: MakeNode
) -> None:
    node = make_node()
    browser = staff("change_node")
    assert "Delete" not in get(browser, f"node/{node.pk}/change/").links
    data = {"action": "delete_selected", "_selected_action": [node.pk], "post": "yes"}
    browser.post(ADMIN + "node/", data)
    assert Node.objects.exists()


def test_actions_are_for_those_who_may_change_content(staff: Staff, make_node: MakeNode) -> None:
    node = make_node()
    data = {"action": "unpublish", "_selected_action": [node.pk]}
    staff("view_node").post(ADMIN + "node/", data)
    node.refresh_from_db()
    assert node.status


def test_whoever_may_delete_content_deletes_its_aliases_with_it(
    staff: Staff, make_node: MakeNode
) -> None:
    node = make_node()
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    staff("delete_node").post(f"{ADMIN}node/{node.pk}/delete/", {"post": "yes"})
    assert not Node.objects.exists()
    assert not Revision.objects.exists()


def test_an_editor_writes_without_further_permissions(staff: Staff) -> None:
    browser = staff("add_node")
    answer = submit(browser, "node/add/?type=page", **{"title": "Mine", "body-0-value": "x"})
    assert answer.status_code == 302
    node = Node.objects.get()
    assert node.uid is not None
    assert node.uid.get_username() == "clerk"


def test_without_types_only_those_who_may_are_offered_to_add_one(staff: Staff) -> None:
    NodeType.objects.all().delete()
    page = get(staff("add_node"), "node/add/")
    assert "There are no content types yet." in page.text
    assert "Add a content type" not in page.links


@pytest.mark.parametrize(
    "model",
    ["nodetype", "textformat", "vocabulary", "term", "pathalias", "role", "configobject"],
)
def test_the_other_pages_obey_them_too(staff: Staff, model: str) -> None:
    browser = staff(f"view_{model}")
    assert browser.get(f"{ADMIN}{model}/").status_code == 200
    assert browser.get(f"{ADMIN}{model}/add/").status_code == 403
    assert browser.get(f"{ADMIN}node/").status_code == 403


def test_a_user_can_be_deleted_whatever_uuid_they_have(browser: Client, site: None) -> None:
    user = User.objects.get(username="plain")
    UserProfile.objects.create(user=user, uuid="some-uuid")
    chosen = {"post": "yes", "method": "user_cancel_delete"}
    browser.post(f"/admin/auth/user/{user.pk}/delete/", chosen)
    assert not User.objects.filter(username="plain").exists()


def test_a_group_can_be_deleted_whatever_uuid_it_has(browser: Client, site: None) -> None:
    group = Group.objects.create(name="writer")
    Role.objects.create(group=group, uuid="some-uuid")
    browser.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert not Group.objects.filter(name="writer").exists()


def test_text_formats_are_seen_by_whoever_may(staff: Staff) -> None:
    TextFormat.objects.create(format="my_html", name="My HTML")
    page = read(staff("view_textformat").get(f"{ADMIN}textformat/my_html/change/"))
    assert "my_html" in page.text
    assert "name" not in page.inputs
