"""Roles are groups with a label, have pages of their own, and are on the pages of groups."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group, Permission, User
from django.test import Client, RequestFactory

from drupal_jwt_auth.admin.role import RoleInline, RolesOfGroupsMixin, add_to_page_of_groups
from drupal_jwt_auth.content.user.roles import known_roles, sorted_roles
from drupal_jwt_auth.models import Role
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import Staff
from tests.content.visitors import permission


@pytest.fixture
def writers(site: None) -> Group:
    """A group that may do something, and has no label yet."""
    group = Group.objects.create(name="writer")
    group.permissions.add(permission("access content"))
    return group


def groups_page(group: Group, page: str = "change") -> str:
    return f"/admin/auth/group/{group.pk}/{page}/"


# Their own pages


def test_the_list_has_all_with_labels_those_of_everybody_first(
    browser: Client, writers: Group
) -> None:
    Role.objects.create(group=Group.objects.create(name="light"), label="Light", weight=-1)
    page = get(browser, "role/")
    names = [role.label for role in sorted_roles()]
    assert names == ["Anonymous user", "Authenticated user", "Light", "content_editor", "writer"]
    assert [page.text.index(name) for name in names] == sorted(map(page.text.index, names))
    assert page.links["writer"] == f"{ADMIN}role/{writers.pk}/change/"
    deleting = [link for link in page.links.values() if link.endswith("/delete/")]
    assert len(deleting) == 1  # By its text, which is the same for all that may be.
    assert page.links["Add role"] == f"{ADMIN}role/add/"


def test_a_role_is_made_with_its_group(browser: Client, site: None) -> None:
    values = {"label": "Writers", "machine_name": "writer", "weight": "3"}
    assert submit(browser, "role/add/", **values).status_code == 302
    (role,) = known_roles("writer")
    assert (role.label, role.weight, role.is_admin) == ("Writers", 3, False)


@pytest.mark.parametrize(
    "name", ["writer", "WRITER", "anonymous", "authenticated", "a b", "x" * 151]
)
def test_a_name_that_is_taken_or_none_is_refused(
    browser: Client, writers: Group, name: str
) -> None:
    before = Group.objects.count()
    answer = submit(browser, "role/add/", label="Writers", machine_name=name)
    assert read(answer).errors
    assert Group.objects.count() == before


def test_a_group_gets_its_label_and_keeps_its_uuid(browser: Client, writers: Group) -> None:
    (before,) = known_roles("writer")
    path = f"role/{writers.pk}/change/"
    page = get(browser, path)
    assert (page.values["label"], "writer" in page.text) == ("writer", True)
    assert not {"machine_name", "is_admin", "uuid"} & page.inputs.keys()
    assert submit(browser, path, label="Writers", weight="3").status_code == 302
    role = Role.objects.get()
    assert (role.uuid, role.label, role.weight) == (before.uuid, "Writers", 3)
    assert submit(browser, path, label="Authors").status_code == 302
    assert Role.objects.get().label == "Authors"


@pytest.mark.parametrize("key", ["99", "x", "1.5"])
def test_what_is_no_group_has_no_page(browser: Client, site: None, key: str) -> None:
    assert browser.get(f"{ADMIN}role/{key}/change/").status_code == 302


def test_a_role_is_deleted_with_its_group(browser: Client, writers: Group) -> None:
    Role.objects.create(group=writers, label="Authors")
    path = f"role/{writers.pk}/delete/"
    assert "writer" in get(browser, path).text
    assert browser.post(ADMIN + path, {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(name="writer").exists()


def test_it_takes_no_more_than_the_permission_for_roles(staff: Staff, writers: Group) -> None:
    path = f"role/{writers.pk}/delete/"
    assert staff("access content overview").get(ADMIN + path).status_code == 403
    User.objects.get(username="clerk").user_permissions.set([permission("administer permissions")])
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    assert client.post(ADMIN + path, {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(name="writer").exists()


@pytest.mark.parametrize("name", ["anonymous", "authenticated"])
def test_the_roles_of_everybody_stay(browser: Client, site: None, name: str) -> None:
    group = Group.objects.get(name=name)
    for path in (f"{ADMIN}role/{group.pk}/delete/", groups_page(group, "delete")):
        assert browser.get(path).status_code == 403
        assert browser.post(path, {"post": "yes"}).status_code == 403
    several = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
    browser.post("/admin/auth/group/", several)
    assert "name" not in read(browser.get(groups_page(group))).inputs
    assert Group.objects.filter(name=name).exists()


# The page of a group


def test_the_page_of_a_group_shows_its_role(browser: Client, writers: Group) -> None:
    path = groups_page(writers)
    assert "Authors" not in read(browser.get(path)).text
    Role.objects.create(group=writers, label="Authors")
    page = read(browser.get(path))
    assert "Authors" in page.text
    assert "name" in page.inputs
    assert f"{ADMIN}role/{writers.pk}/change/" in {
        link.partition("?")[0] for link in page.links.values()
    }


@pytest.mark.parametrize("may", [True, False])
def test_a_role_goes_with_its_group(writers: Group, client: Client, may: bool) -> None:
    Role.objects.create(group=writers, label="Authors")
    clerk = User.objects.create_user("clerk", is_staff=True)
    if may:
        deleting = Permission.objects.get(content_type__app_label="auth", codename="delete_group")
        clerk.user_permissions.add(deleting)
    client.force_login(clerk)
    client.post(groups_page(writers, "delete"), {"post": "yes"})
    assert Role.objects.exists() != may
    assert Group.objects.filter(pk=writers.pk).exists() != may


class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # is no generic when it runs
    """A page of the project's own."""


def test_a_page_of_groups_of_the_projects_own_shows_the_role_as_well() -> None:
    site = AdminSite()
    site.register(Group, GroupAdmin)
    add_to_page_of_groups(site)
    pages: Any = site.get_model_admin(Group)
    add_to_page_of_groups(site)
    assert site.get_model_admin(Group) is pages
    assert isinstance(pages, GroupAdmin)
    assert isinstance(pages, RolesOfGroupsMixin)
    assert list(pages.get_inlines(RequestFactory().get("/"), None)) == [RoleInline]


def test_a_project_need_have_no_page_of_groups() -> None:
    site = AdminSite("own")
    add_to_page_of_groups(site)
    assert not site.is_registered(Group)
