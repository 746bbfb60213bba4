"""Who may enter: whoever has a permission that has a page, without being of Django's staff."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from drupal_jwt_auth.admin import EntranceMixin, NodeAdmin, open_to_editors
from drupal_jwt_auth.models import Node
from tests.admin.browser import ADMIN, Page, read
from tests.admin.conftest import MakeNode, Staff
from tests.content.visitors import make_user, permission
from tests.urlconfs import URLconf

INDEX = "/admin/"
LOGIN = "/admin/login/"


def log_in(client: Client, name: str, password: str) -> Any:
    return client.post(f"{LOGIN}?next={INDEX}", {"username": name, "password": password})


def test_an_editor_logs_in_as_in_drupal(client: Client, site: None) -> None:
    assert log_in(client, "editor", "editor-pass").headers["Location"] == INDEX
    page = read(client.get(INDEX))
    assert "Content" in page.links
    assert not {"Users", "Groups", "Content types"} & page.links.keys()
    assert client.get("/admin/jsi18n/").status_code == 200
    assert client.get("/admin/drupal_jwt_auth/").status_code == 200
    assert client.get("/admin/password_change/").status_code == 200


def test_who_has_nothing_to_do_there_is_told_so(client: Client, site: None) -> None:
    answer = log_in(client, "plain", "plain-pass")
    text = "There is nothing that this account may do here."
    assert text in read(answer).text
    client.force_login(User.objects.get(username="plain"))
    answer = client.get(INDEX)
    assert answer.headers["Location"] == f"{LOGIN}?next={INDEX}"
    assert "not authorized to access this page" in read(client.get(LOGIN)).text


def test_a_wrong_password_tells_nothing(client: Client, site: None) -> None:
    assert "There is nothing" not in read(log_in(client, "plain", "wrong")).text


def test_who_is_not_active_stays_outside(client: Client, site: None) -> None:
    User.objects.filter(username="editor").update(is_active=False)
    assert log_in(client, "editor", "editor-pass").status_code == 200


def test_what_visitors_may_lets_nobody_in(client: Client, site: None) -> None:
    anonymous = Group.objects.get(name="anonymous")
    anonymous.permissions.add(permission("create page content"))
    assert client.get(INDEX).status_code == 302


def test_a_role_of_everybody_lets_everybody_in(client: Client, site: None) -> None:
    authenticated = Group.objects.get(name="authenticated")
    authenticated.permissions.add(permission("create page content"))
    assert log_in(client, "plain", "plain-pass").status_code == 302


@pytest.mark.parametrize("name", ["edit own comments", "delete own files", "access user profiles"])
def test_what_people_may_do_with_what_is_theirs_is_not_enough(staff: Staff, name: str) -> None:
    assert staff(name).get(INDEX).status_code == 302


def test_the_staff_enters_as_ever(client: Client, site: None) -> None:
    clerk = User.objects.create_user("clerk", password="secret", is_staff=True)
    assert log_in(client, "clerk", "secret").status_code == 302
    assert client.get(INDEX).status_code == 200
    assert client.get(f"{ADMIN}node/").status_code == 403
    clerk.user_permissions.add(permission("access content overview"))
    assert client.get(f"{ADMIN}node/").status_code == 200


def test_pages_of_other_models_are_for_the_staff(staff: Staff, make_node: MakeNode) -> None:
    browser = staff("access content overview")
    clerk = User.objects.get(username="clerk")
    clerk.user_permissions.add(*Permission.objects.filter(content_type__app_label="auth"))
    assert browser.get("/admin/auth/group/").status_code == 302
    assert browser.get("/admin/auth/user/").status_code == 403
    assert browser.get("/admin/unknown/").status_code == 302
    User.objects.filter(pk=clerk.pk).update(is_staff=True)
    assert browser.get("/admin/auth/group/").status_code == 200
    assert browser.get("/admin/auth/user/").status_code == 200


class OwnForm(AdminAuthenticationForm):
    """A form of the project's own."""


class OwnSite(AdminSite):
    """A site of the project's own, with a page besides."""

    login_form = OwnForm

    def get_urls(self) -> Any:
        own = path("tools/", self.admin_view(lambda request: HttpResponse("Tools")), name="tools")
        return [own, *super().get_urls()]


own_site = OwnSite("own")
open_to_editors(own_site)
own_site.register(Node, NodeAdmin)


@pytest.fixture
def own(settings: Any) -> OwnSite:
    """The project serves its own site."""
    settings.ROOT_URLCONF = URLconf(path("own/", own_site.urls))
    return own_site


def test_a_site_of_the_projects_own_is_opened_and_keeps_what_it_has(
    own: OwnSite, staff: Staff
) -> None:
    browser = staff("access content overview")
    assert own.login_form is OwnForm
    assert browser.get("/own/").status_code == 200
    assert browser.get("/own/drupal_jwt_auth/node/").status_code == 200
    assert browser.get("/own/tools/").status_code == 302
    User.objects.update(is_staff=True)
    assert browser.get("/own/tools/").status_code == 200


def test_opening_a_site_twice_is_opening_it_once() -> None:
    site: Any = AdminSite("own")
    open_to_editors(site)
    opened, form = site.__class__, site.login_form
    open_to_editors(site)
    assert (site.__class__, site.login_form) == (opened, form)
    assert isinstance(admin.site, EntranceMixin)
    assert not isinstance(AdminSite(), EntranceMixin)


def test_out_of_a_page_only_the_staff_is_let_in(site: None) -> None:
    request: Any = RequestFactory().get("/")
    request.user = make_user("clerk", "access content overview")
    assert not admin.site.has_permission(request)
    request.user = AnonymousUser()
    assert not admin.site.has_permission(request)


def test_the_address_of_a_page_is_kept_while_somebody_logs_in(client: Client, site: None) -> None:
    answer = client.get(f"{ADMIN}node/", follow=True)
    assert Page(answer.content.decode()).values["next"] == f"{ADMIN}node/"
