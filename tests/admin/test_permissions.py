"""Drupal's permissions are obeyed, through the same rules as at the API."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client

from drupal_jwt_auth.models import (
    Node,
    NodeType,
    PathAlias,
    Revision,
    Role,
    UserProfile,
    Vocabulary,
)
from tests.admin.browser import ADMIN, get, read, send, submit
from tests.admin.conftest import MakeField, MakeNode, Staff
from tests.content.visitors import make_term, permission


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
    ("permissions", "open_pages"),
    [
        (["access content overview"], {"list", "change"}),
        (["create page content"], {"add", "choose", "change"}),
        (["edit any page content"], {"change"}),
        (["edit own page content"], {"change"}),
        (["edit any page content", "access content overview"], {"list", "change"}),
        (["delete any page content"], {"change", "delete"}),
        (["delete own page content"], {"change"}),
        (["administer nodes", "access content overview"], {"list", "change"}),
        (["bypass node access"], {"add", "choose", "change", "delete"}),
    ],
)
def test_each_permission_opens_its_pages(
    staff: Staff, make_node: MakeNode, permissions: list[str], open_pages: set[str]
) -> None:
    found = statuses(staff(*permissions), make_node())
    assert {name for name, status in found.items() if status == 200} == open_pages
    assert {status for name, status in found.items() if name not in open_pages} == {403}


def test_what_is_not_published_is_seen_by_its_author_and_changed_by_whoever_may(
    staff: Staff, make_node: MakeNode
) -> None:
    browser = staff("access content overview", "view own unpublished content")
    clerk = User.objects.get(username="clerk")
    own = make_node(status=False, title="My draft", uid=clerk)
    other = make_node(status=False, title="Somebody's draft")
    text = get(browser, "node/").text
    assert "My draft" in text
    assert "Somebody's draft" not in text
    assert browser.get(f"{ADMIN}node/{own.pk}/change/").status_code == 200
    assert browser.get(f"{ADMIN}node/{other.pk}/change/").status_code == 403
    clerk.user_permissions.add(permission("edit any page content"))
    assert "title" in get(browser, f"node/{other.pk}/change/").inputs


def test_only_types_that_may_be_created_are_offered(staff: Staff, event: NodeType) -> None:
    browser = staff("create page content", "create event content")
    assert get(browser, "node/add/").links.keys() >= {"Basic page", "Event"}
    assert "Article" not in get(browser, "node/add/").links
    assert "title" not in get(browser, "node/add/", type="article").inputs


@pytest.mark.parametrize("adding", [True, False])
def test_what_one_may_not_set_is_shown_and_stays(
    staff: Staff, make_node: MakeNode, add_field: MakeField, adding: bool
) -> None:
    add_field("comment", name="field_c", label="Talk", default_value=[{"status": 2}])
    browser = staff("create event content", "edit own event content")
    clerk = User.objects.get(username="clerk")
    values = {"type_id": "event", "uid": clerk, "fields": {"field_c": [{"status": 2}]}}
    path = "node/add/?type=event"
    if not adding:
        path = f"node/{make_node(**values).pk}/change/"
    page = read(browser.get(ADMIN + path))
    assert not page.inputs.keys() & {
        "status",
        "promote",
        "sticky",
        "uid-0-target_id",
        "created",
        "path-0-alias",
    }
    assert {"Published:", "Talk:", "clerk"} <= set(page.text.split()) | {"clerk"}
    sent = {
        "title": "New",
        "status": None,
        "uid-0-target_id": "",
        "created": "2001-01-01T00:00",
        "sticky": "on",
    }
    answer = send(browser, path, page.values, **sent)
    assert answer.status_code == 302, read(answer).errors
    node = Node.objects.get()
    assert (node.title, node.status, node.sticky, node.uid) == ("New", True, False, clerk)
    assert node.created.year > 2001


def test_aliases_are_for_those_who_may_create_them(staff: Staff) -> None:
    browser = staff("create page content", "create url aliases")
    submit(browser, "node/add/?type=page", **{"title": "New", "path-0-alias": "/new"})
    assert PathAlias.objects.get().alias == "/new"


def test_what_is_written_at_once_is_what_may_be_changed(staff: Staff, make_node: MakeNode) -> None:
    browser = staff("access content overview", "administer nodes", "edit own page content")
    own = make_node(title="Mine", uid=User.objects.get(username="clerk"))
    others = [make_node(title=f"Others {number}") for number in range(6)]
    chosen = [own.pk, *(node.pk for node in others)]
    data = {"action": "unpublish", "_selected_action": chosen}
    page = read(browser.post(ADMIN + "node/", data, follow=True))
    assert "Unpublish content was applied to 1 item." in page.text
    assert "You may not do this to 6 items, which stay as they are: Others" in page.text
    assert ", …" in page.text
    assert list(Node.objects.filter(status=False)) == [own]


def test_what_is_deleted_at_once_is_what_may_be_deleted(staff: Staff, make_node: MakeNode) -> None:
    browser = staff("access content overview", "delete own page content")
    own = make_node(title="Mine", uid=User.objects.get(username="clerk"))
    other = make_node(title="Theirs")
    data = {"action": "delete_selected", "_selected_action": [own.pk, other.pk], "post": "yes"}
    page = read(browser.post(ADMIN + "node/", data, follow=True))
    assert "You may not do this to 1 item, which stays as it is: Theirs" in page.text
    assert list(Node.objects.all()) == [other]
    data["_selected_action"] = [other.pk]
    assert "Theirs" in read(browser.post(ADMIN + "node/", data, follow=True)).text
    assert Node.objects.exists()


def test_actions_are_offered_to_those_who_may(staff: Staff, make_node: MakeNode) -> None:
    node = make_node()
    browser = staff("access content overview", "edit any page content")
    assert "action" not in get(browser, "node/").inputs
    browser.post(ADMIN + "node/", {"action": "unpublish", "_selected_action": [node.pk]})
    node.refresh_from_db()
    assert node.status


def test_whoever_may_only_see_content_changes_nothing(staff: Staff, make_node: MakeNode) -> None:
    node = make_node()
    browser = staff("access content overview")
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
    page = get(staff("access content overview"), f"node/{node.pk}/change/")
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


def test_whoever_may_delete_content_deletes_its_aliases_with_it(
    staff: Staff, make_node: MakeNode
) -> None:
    node = make_node()
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    staff("delete any page content").post(f"{ADMIN}node/{node.pk}/delete/", {"post": "yes"})
    assert not Node.objects.exists()
    assert not Revision.objects.exists()


def test_an_editor_writes_without_further_permissions(staff: Staff) -> None:
    browser = staff("create page content")
    answer = submit(browser, "node/add/?type=page", **{"title": "Mine", "body-0-value": "x"})
    assert answer.status_code == 302
    node = Node.objects.get()
    assert node.uid is not None
    assert node.uid.get_username() == "clerk"


@pytest.mark.parametrize("may_add", [True, False])
def test_without_types_only_those_who_may_are_offered_to_add_one(
    staff: Staff, may_add: bool
) -> None:
    NodeType.objects.all().delete()
    more = ["administer content types"] if may_add else []
    page = get(staff("bypass node access", *more), "node/add/")
    assert "There are no content types yet." in page.text
    assert ("Add a content type" in page.links) == may_add


CONFIGURATION = {
    "nodetype": "administer content types",
    "textformat": "administer filters",
    "vocabulary": "administer taxonomy",
    "commenttype": "administer comment types",
    "pathalias": "administer url aliases",
    "role": "administer permissions",
    "configobject": "administer site configuration",
}


@pytest.mark.parametrize("model", CONFIGURATION)
def test_the_other_pages_take_drupals_permissions_too(staff: Staff, model: str) -> None:
    browser = staff(CONFIGURATION[model])
    for other in CONFIGURATION:
        status = 200 if other == model else 403
        assert browser.get(f"{ADMIN}{other}/").status_code == status
        assert browser.get(f"{ADMIN}{other}/add/").status_code == status
    assert browser.get(f"{ADMIN}node/").status_code == 403


def test_vocabularies_are_looked_at_with_the_permission_for_that(staff: Staff) -> None:
    vocabulary = Vocabulary.objects.create(vid="tags", name="Tags")
    browser = staff("access taxonomy overview")
    assert browser.get(f"{ADMIN}vocabulary/").status_code == 200
    assert "name" not in get(browser, f"vocabulary/{vocabulary.pk}/change/").inputs
    assert browser.get(f"{ADMIN}vocabulary/add/").status_code == 403
    assert browser.get(f"{ADMIN}term/").status_code == 200


def test_terms_are_written_by_vocabulary(staff: Staff) -> None:
    term, other = make_term("News"), make_term("Pop", "topics")
    browser = staff("edit terms in tags", "create terms in tags", "access taxonomy overview")
    assert "name" in get(browser, f"term/{term.pk}/change/").inputs
    assert "name" not in get(browser, f"term/{other.pk}/change/").inputs
    assert "name" in get(browser, "term/add/").inputs
    assert browser.get(f"{ADMIN}term/{term.pk}/delete/").status_code == 403


def test_django_has_no_permissions_of_its_own_for_content() -> None:
    models = apps.get_app_config("drupal_jwt_auth").get_models()
    assert {action for model in models for action in model._meta.default_permissions} == set()


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


def test_what_is_referred_to_is_named_to_those_who_may_see_it(
    staff: Staff, make_node: MakeNode, add_field: MakeField
) -> None:
    settings = {"target_type": "node"}
    add_field("entity_reference", name="field_r", settings=settings, cardinality=-1)
    add_field("entity_reference", name="field_u", settings={"target_type": "user"})
    targets = [make_node(title="Open"), make_node(title="Secret", status=False)]
    fields = {
        "field_r": [{"target_id": target.pk} for target in targets],
        "field_u": [{"target_id": User.objects.get(username="plain").pk}],
    }
    node = make_node(type_id="event", fields=fields)
    page = get(staff("edit any event content"), f"node/{node.pk}/change/")
    assert page.links["Open"] == f"{ADMIN}node/{targets[0].pk}/change/"
    assert "Secret" not in page.text
    assert "- Restricted access -" in page.text
    assert "plain" in page.text
    assert "plain" not in page.links
    assert f"{ADMIN}node/?_popup=1" not in page.links.values()
