"""The admin's page of a user ends all tokens of that user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory
from django.urls import reverse

from drupal_jwt_auth.admin import (
    CancellingMixin,
    ImportedUsersMixin,
    ProfileMixin,
    UserListMixin,
    UserPermissionsMixin,
    UserTokensMixin,
)
from drupal_jwt_auth.admin.users import add_to_page_of_users
from drupal_jwt_auth.auth.tokens import issue
from tests.headers import bearer

QUESTION = "Are you sure you want to revoke all tokens of plain?"


@pytest.fixture
def plain(site: None) -> User:
    return User.objects.get(username="plain")


def page(user: Any) -> str:
    return reverse("admin:auth_user_revoke_tokens", args=(user.pk,))


def status(token: str) -> int:
    """What a node that does not exist is answered with: 404 with a good token."""
    code: int = Client().get("/node/99?_format=json", headers=bearer(token)).status_code
    return code


def test_the_page_of_a_user_leads_to_it(browser: Client, plain: User) -> None:
    change_page = browser.get(reverse("admin:auth_user_change", args=(plain.pk,)))
    assert f'<a href="{page(plain)}">Revoke all tokens</a>' in change_page.content.decode()
    assert QUESTION in browser.get(page(plain)).content.decode()


def test_all_tokens_of_the_user_end(browser: Client, admin: User, plain: User) -> None:
    token, admins = issue(plain).text, issue(admin).text
    assert status(token) == 404
    response = browser.post(page(plain), follow=True)
    assert response.redirect_chain == [(f"/admin/auth/user/{plain.pk}/change/", 302)]
    assert "All tokens of plain have been revoked." in response.content.decode()
    assert status(token) == 401
    assert status(admins) == status(issue(plain).text) == 404
    assert LogEntry.objects.get().get_change_message() == "Revoked all tokens."


def test_looking_at_the_page_ends_nothing(browser: Client, plain: User) -> None:
    token = issue(plain).text
    browser.get(page(plain))
    assert status(token) == 404


def test_tokens_of_several_users_end_by_an_action(browser: Client, plain: User) -> None:
    token = issue(plain).text
    editor = User.objects.get(username="editor")
    chosen = {"action": "revoke_tokens", "_selected_action": [plain.pk, editor.pk]}
    response = browser.post(reverse("admin:auth_user_changelist"), chosen, follow=True)
    assert "All tokens of 2 users have been revoked." in response.content.decode()
    assert status(token) == 401


def test_whoever_may_only_view_users_may_not(plain: User) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    browser = Client()
    browser.force_login(clerk)
    assert browser.get(page(plain)).status_code == 403
    assert browser.post(page(plain)).status_code == 403
    change_page = browser.get(reverse("admin:auth_user_change", args=(plain.pk,)))
    assert "Revoke all tokens" not in change_page.content.decode()
    assert (
        "revoke_tokens" not in browser.get(reverse("admin:auth_user_changelist")).content.decode()
    )


@pytest.mark.parametrize("key", ["99", "x"])
def test_there_is_no_page_for_nobody(browser: Client, key: str) -> None:
    assert browser.get(f"/admin/auth/user/{key}/revoke-tokens/").status_code == 404


if TYPE_CHECKING:
    AnyUserAdmin = UserAdmin[User]
else:
    AnyUserAdmin = UserAdmin


class OwnTemplate(AnyUserAdmin):
    change_form_template = "admin/auth/user/add_form.html"


class NoActions(AnyUserAdmin):
    actions = None


class OwnButton(UserTokensMixin, AnyUserAdmin):
    pass


class OwnPage(
    UserTokensMixin,
    UserListMixin,
    ImportedUsersMixin,
    ProfileMixin,
    CancellingMixin,
    UserPermissionsMixin,
    AnyUserAdmin,
):
    pass


def site_with(page_of_users: Any) -> django_admin.AdminSite:
    site = django_admin.AdminSite()
    if page_of_users is not None:
        site.register(User, page_of_users)
    add_to_page_of_users(site)
    return site


def test_a_page_of_the_projects_own_keeps_its_template(admin: User, plain: User) -> None:
    page_of_users: Any = site_with(OwnTemplate).get_model_admin(User)
    request = RequestFactory().get("/")
    request.user = admin
    response = page_of_users.changeform_view(request, str(plain.pk))
    assert response.context_data["change_form_of_users"] == "admin/auth/user/add_form.html"


def test_a_page_that_has_all_stays_as_it_is() -> None:
    assert type(site_with(OwnPage).get_model_admin(User)) is OwnPage


def test_a_page_that_has_the_button_gets_no_other() -> None:
    page_of_users: Any = site_with(OwnButton).get_model_admin(User)
    assert issubclass(type(page_of_users), ImportedUsersMixin)
    assert page_of_users.actions == ["revoke_tokens", "delete_selected"]


def test_a_page_without_actions_gets_none() -> None:
    assert site_with(NoActions).get_model_admin(User).actions is None


def test_a_project_need_have_no_page_of_users() -> None:
    assert not site_with(None).is_registered(User)
