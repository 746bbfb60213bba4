"""Roles have pages of their own, and the page of a group shows its role."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from drupal_jwt_auth.admin.role import RoleAdmin, RoleInline, add_to_page_of_groups
from drupal_jwt_auth.content.user.roles import known_roles
from drupal_jwt_auth.models import Role
from tests.admin.browser import ADMIN, read, submit
from tests.content.visitors import permission


@pytest.fixture
def writers(site: None) -> Group:
    """A group that may do something."""
    group = Group.objects.create(name="writer")
    group.permissions.add(permission("access content"))
    return group


def test_a_role_is_made_of_a_group_and_keeps_its_uuid(browser: Client, writers: Group) -> None:
    (before,) = known_roles("writer")
    values = {"group": str(writers.pk), "label": "Writers", "weight": "3"}
    assert submit(browser, "role/add/", **values).status_code == 302
    role = Role.objects.get()
    assert (role.uuid, role.label, role.weight) == (before.uuid, "Writers", 3)


def test_a_role_is_changed(browser: Client, writers: Group) -> None:
    role = Role.objects.create(group=writers, label="Writers", is_admin=True)
    path = f"role/{role.pk}/change/"
    page = read(browser.get(ADMIN + path))
    assert {"label", "weight"} <= set(page.inputs)
    assert not {"group", "is_admin", "uuid"} & set(page.inputs)
    assert "writer" in page.text
    assert page.links["1 of the group"] == f"/admin/auth/group/{writers.pk}/change/"
    assert submit(browser, path, label="Authors", weight="-1").status_code == 302
    role.refresh_from_db()
    assert (role.label, role.weight, role.is_admin) == ("Authors", -1, True)


def test_the_list_names_label_and_machine_name(browser: Client, writers: Group) -> None:
    Role.objects.create(group=writers, label="Authors")
    assert {"Authors", "writer"} <= set(read(browser.get(f"{ADMIN}role/")).text.split())


def test_the_page_of_a_group_shows_its_role(browser: Client, writers: Group) -> None:
    path = f"/admin/auth/group/{writers.pk}/change/"
    assert "Authors" not in read(browser.get(path)).text
    Role.objects.create(group=writers, label="Authors")
    page = read(browser.get(path))
    assert "Authors" in page.text
    assert f"{ADMIN}role/{writers.pk}/change/" in {
        link.partition("?")[0] for link in page.links.values()
    }


@pytest.mark.parametrize("may", [True, False])
def test_a_role_goes_with_its_group(writers: Group, client: Client, may: bool) -> None:
    Role.objects.create(group=writers, label="Authors")
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(permission("view_role"))
    if may:
        deleting = Permission.objects.get(content_type__app_label="auth", codename="delete_group")
        clerk.user_permissions.add(deleting)
    client.force_login(clerk)
    client.post(f"/admin/auth/group/{writers.pk}/delete/", {"post": "yes"})
    assert Role.objects.exists() != may
    assert Group.objects.filter(pk=writers.pk).exists() != may


class GroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # is no generic when it runs
    """A page of the project's own."""


def test_a_page_of_groups_of_the_projects_own_shows_the_role_as_well() -> None:
    site = AdminSite()
    site.register(Group, GroupAdmin)
    for _time in range(2):
        add_to_page_of_groups(site)
        assert list(site.get_model_admin(Group).inlines) == [RoleInline]
        assert isinstance(site.get_model_admin(Group), GroupAdmin)


def test_a_project_need_have_no_page_of_groups(writers: Group) -> None:
    site = AdminSite("own")
    add_to_page_of_groups(site)
    assert not site.is_registered(Group)
    role = Role.objects.create(group=writers, label="Writers")
    assert RoleAdmin(Role, site).permissions(role) == "1"
