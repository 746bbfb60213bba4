"""Adding and editing content: the form is that of the type, and saves what the API would."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.models import Node, NodeType, PathAlias
from drupal_jwt_auth.models.revision import now
from tests.admin.browser import ADMIN, get, read, send, submit
from tests.admin.conftest import MakeField, MakeNode

ADD = "node/add/?type=page"


def edit(node: Node) -> str:
    return f"node/{node.pk}/change/"


# The type comes first


def test_the_type_is_chosen_first(browser: Client) -> None:
    page = get(browser, "node/add/")
    assert page.links["Article"] == "?type=article"
    assert page.links["Basic page"] == "?type=page"
    assert "News, announcements, posts" in page.text
    assert "title" not in page.inputs


def test_a_type_that_there_is_not_is_chosen_again(browser: Client) -> None:
    assert "Basic page" in get(browser, "node/add/", type="nonsense").links


def test_a_pop_up_stays_one_when_a_type_is_chosen(browser: Client) -> None:
    assert get(browser, "node/add/", _popup="1").links["Article"] == "?_popup=1&type=article"


def test_there_is_nothing_to_choose_with_a_single_type(browser: Client) -> None:
    NodeType.objects.get(type="article").delete()
    page = get(browser, "node/add/")
    assert "Create Basic page" in page.text
    assert "title" in page.inputs


def test_without_types_one_can_be_added(browser: Client) -> None:
    NodeType.objects.all().delete()
    page = get(browser, "node/add/")
    assert "There are no content types yet." in page.text
    assert page.links["Add a content type"] == ADMIN + "nodetype/add/"


# New content


def test_the_form_has_the_fields_of_the_type(browser: Client, add_field: MakeField) -> None:
    add_field("string", name="field_place", label="Place")
    assert "Place:" in get(browser, "node/add/", type="event").text
    assert "Place:" not in get(browser, "node/add/", type="page").text


def test_a_new_page_begins_with_the_defaults_of_its_type(browser: Client, admin: User) -> None:
    NodeType.objects.filter(type="page").update(status=False, promote=False, sticky=True)
    values = get(browser, "node/add/", type="page").values
    assert (values.get("status"), values.get("promote"), values.get("sticky")) == (None, None, "on")
    assert values["uid-0-target_id"] == f"admin ({admin.pk})"


def test_a_new_node_begins_with_the_defaults_of_its_fields(
    browser: Client, add_field: MakeField
) -> None:
    default = [{"uri": "https://example.com/", "title": "Ex", "options": {"attributes": ["x"]}}]
    add_field("link", default_value=default)
    submit(browser, "node/add/?type=event", title="New")
    assert Node.objects.get().fields == {"field_x": default}


def test_a_default_can_be_taken_out(browser: Client, add_field: MakeField) -> None:
    add_field("string", default_value=[{"value": "usual"}])
    submit(browser, "node/add/?type=event", title="New", **{"field_x-0-value": ""})
    assert Node.objects.get().fields == {}


def test_what_is_written_is_saved(browser: Client, admin: User) -> None:
    editor = User.objects.get(username="editor")
    before = now()
    answer = submit(
        browser,
        ADD,
        **{
            "title": "A page",
            "body-0-value": "One\r\nTwo",
            "body-0-summary": "Both",
            "uid-0-target_id": "editor",
            "created": "2026-03-02T07:08",
            "sticky": "on",
            "status": None,
        },
    )
    assert answer.status_code == 302
    node = Node.objects.get()
    assert node.fields["body"] == [{"value": "One\nTwo", "format": "plain_text", "summary": "Both"}]
    assert (node.title, node.uid, node.status, node.sticky) == ("A page", editor, False, True)
    assert node.created == datetime(2026, 3, 2, 7, 8, tzinfo=timezone.utc)
    assert node.changed >= before
    assert (node.type_id, node.langcode) == ("page", "en")


def test_what_is_written_is_answered_by_the_api(browser: Client, client_of: Any) -> None:
    submit(browser, ADD, **{"title": "A page", "body-0-value": "Text"})
    node = Node.objects.get()
    answer = client_of("admin").get(f"/node/{node.pk}?_format=json").json()
    assert answer["body"][0]["processed"] == "<p>Text</p>\n"


def test_a_title_is_required(browser: Client) -> None:
    page = read(submit(browser, ADD, title="  "))
    assert page.errors == ["This field is required."]
    assert not Node.objects.exists()


def test_what_was_typed_in_is_there_again_after_an_error(browser: Client) -> None:
    page = read(submit(browser, ADD, **{"title": "", "body-0-value": "Long\r\nwork"}))
    assert page.values["body-0-value"] == "Long\r\nwork"


def test_a_post_without_the_fields_makes_a_node_without(browser: Client) -> None:
    values = get(browser, "node/add/", type="page").values
    bare = {name: value for name, value in values.items() if not name.startswith("body-")}
    assert send(browser, ADD, bare, title="Bare").status_code == 302
    assert Node.objects.get().fields == {}


# Editing


def test_the_form_shows_what_is_stored(browser: Client, make_node: MakeNode) -> None:
    node = make_node(
        title="A <b>page</b>",
        status=False,
        fields={"body": [{"value": "<p>\nTwo", "format": None, "summary": "Sum"}]},
    )
    values = get(browser, edit(node)).values
    assert values["title"] == "A <b>page</b>"
    assert values["body-0-value"] == "<p>\r\nTwo"
    assert values["body-0-summary"] == "Sum"
    assert "status" not in values


def test_a_change_is_saved(browser: Client, make_node: MakeNode) -> None:
    past = datetime(2020, 1, 2, tzinfo=timezone.utc)
    node = make_node(changed=past, created=past)
    assert (
        submit(browser, edit(node), title="Other", created="2021-02-03T04:05:06").status_code == 302
    )
    node.refresh_from_db()
    assert node.title == "Other"
    assert node.changed > past
    assert node.created == datetime(2021, 2, 3, 4, 5, 6, tzinfo=timezone.utc)


def test_uuid_and_time_of_the_last_change_are_shown(browser: Client, make_node: MakeNode) -> None:
    page = get(browser, edit(make_node(uuid="some-uuid")))
    assert "some-uuid" in page.text
    assert "uuid" not in page.inputs


def test_times_are_those_of_the_time_zone(
    browser: Client, make_node: MakeNode, settings: Settings
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    node = make_node(created=datetime(2026, 3, 2, 20, 30, tzinfo=timezone.utc))
    assert get(browser, edit(node)).values["created"] == "2026-03-03T05:30"
    submit(browser, edit(node), created="2026-03-03T06:30")
    node.refresh_from_db()
    assert node.created == datetime(2026, 3, 2, 21, 30, tzinfo=timezone.utc)


def test_a_project_may_do_without_time_zones(
    browser: Client, make_node: MakeNode, settings: Settings
) -> None:
    settings.USE_TZ = False
    node = make_node(created=datetime(2026, 3, 2, 20, 30), changed=datetime(2026, 3, 2, 20, 30))
    assert get(browser, edit(node)).values["created"] == "2026-03-02T20:30"
    submit(browser, edit(node), created="2026-03-03T06:30")
    node.refresh_from_db()
    assert node.created == datetime(2026, 3, 3, 6, 30)


def test_no_time_is_no_time(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    assert read(submit(browser, edit(node), created="")).errors == ["This field is required."]
    page = read(submit(browser, edit(node), created="soon"))
    assert page.errors == ["Enter a valid date/time."]
    assert page.values["created"] == "soon"


def test_a_change_that_came_between_is_not_overwritten(
    browser: Client, make_node: MakeNode
) -> None:
    node = make_node(changed=now() - timedelta(hours=1))
    values = get(browser, edit(node)).values
    Node.objects.filter(pk=node.pk).update(title="By somebody else", changed=now())
    page = read(send(browser, edit(node), values, title="Mine"))
    assert any("has either been modified by another user" in error for error in page.errors)
    node.refresh_from_db()
    assert node.title == "By somebody else"


def test_the_language_is_one_of_the_site_or_none(
    browser: Client, make_node: MakeNode, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"LANGCODES": ["en", "de"]}
    node = make_node(langcode="fr")
    assert get(browser, edit(node)).options["langcode"] == {
        "en": "English",
        "de": "German",
        "und": "Not specified",
        "zxx": "Not applicable",
        "fr": "French",
    }
    submit(browser, edit(node), langcode="de")
    node.refresh_from_db()
    assert node.langcode == "de"
    assert read(submit(browser, edit(node), langcode="xx")).errors


def test_the_link_to_the_site_leads_to_a_page_that_browsers_can_ask_for(
    browser: Client, make_node: MakeNode
) -> None:
    node = make_node()
    shown = f"/admin/drupal_jwt_auth/node/{node.pk}/api/"
    assert get(browser, edit(node)).links["View on site"] == shown


# The alias


def test_an_alias_is_given_with_the_content(browser: Client) -> None:
    submit(browser, ADD, **{"title": "About", "path-0-alias": " /about/ "})
    assert Node.objects.get().get_absolute_url() == "/about"


def test_an_alias_is_changed_in_place(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    alias = PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    assert get(browser, edit(node)).values["path-0-alias"] == "/about"
    submit(browser, edit(node), **{"path-0-alias": "/us"})
    assert list(PathAlias.objects.values_list("pid", "alias")) == [(alias.pid, "/us")]


def test_an_alias_is_taken_away(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    submit(browser, edit(node), **{"path-0-alias": ""})
    assert not PathAlias.objects.exists()


@pytest.mark.parametrize("alias", ["about", "//", "\\"])
def test_an_alias_begins_with_a_slash(browser: Client, alias: str) -> None:
    page = read(submit(browser, ADD, **{"title": "About", "path-0-alias": alias}))
    assert page.errors == ["The alias path has to start with a slash."]
    assert page.inputs["path-0-alias"]["aria-invalid"] == "true"


def test_no_two_nodes_of_a_language_get_the_same_alias(
    browser: Client, make_node: MakeNode
) -> None:
    PathAlias.objects.create(path=f"/node/{make_node().pk}", alias="/about", langcode="en")
    page = read(submit(browser, ADD, **{"title": "About", "path-0-alias": "/About"}))
    assert page.errors == ["The alias /About is already in use in this language."]


def test_an_alias_that_stays_is_not_asked_about(browser: Client, make_node: MakeNode) -> None:
    node = make_node()
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="no-slash", langcode="en")
    assert submit(browser, edit(node), title="Other").status_code == 302


# Deleting


def test_deleted_content_takes_its_aliases_and_revisions_along(
    browser: Client, make_node: MakeNode
) -> None:
    node = make_node()
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")
    browser.post(f"{ADMIN}node/{node.pk}/delete/", {"post": "yes"})
    assert not Node.objects.exists()
    assert not PathAlias.objects.exists()
