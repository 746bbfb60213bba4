"""The admin's page of a user makes, resets and deletes the API key of that user."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from drupal_jwt_auth.auth.api_keys import find_owner, make_api_key
from drupal_jwt_auth.models import ApiKey


@pytest.fixture(autouse=True)
def _api_keys(settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"AUTHENTICATION_METHODS": ["jwt", "api_key"]}


@pytest.fixture
def plain(site: None) -> User:
    return User.objects.get(username="plain")


def page(user: Any) -> str:
    return reverse("admin:auth_user_api_key", args=(user.pk,))


def change_page(browser: Client, user: Any) -> str:
    return browser.get(reverse("admin:auth_user_change", args=(user.pk,))).content.decode()


def shown(response: Any, name: str) -> str:
    """What a page shows for a client to copy."""
    found = re.search(rf'<pre id="{name}">(.*?)</pre>', response.content.decode())
    assert found
    return found[1]


def test_the_page_of_a_user_leads_to_it_where_keys_are_accepted(
    browser: Client, plain: User, settings: Settings
) -> None:
    button = f'<a href="{page(plain)}">API key</a>'
    assert button in change_page(browser, plain)
    settings.DRUPAL_JWT_AUTH = {}
    assert button not in change_page(browser, plain)


def test_a_new_key_is_shown_once_with_the_header_that_it_is_sent_in(
    browser: Client, plain: User
) -> None:
    assert "There is no key." in browser.get(page(plain)).content.decode()
    response = browser.post(page(plain))
    key = shown(response, "api-key")
    assert find_owner("plain", key) == plain
    name, _, value = shown(response, "api-key-header").partition(": ")
    assert (name, base64.b64decode(value).decode()) == ("API-KEY", f"plain:{key}")
    assert "no-store" in response.headers["Cache-Control"]
    assert LogEntry.objects.get().get_change_message() == "Made an API key."
    for again in (browser.get(page(plain)).content.decode(), change_page(browser, plain)):
        assert key not in again
        assert ApiKey.objects.get().key not in again
    assert key not in str(browser.session.items())


def test_a_reset_puts_another_in_its_place(browser: Client, plain: User) -> None:
    old = make_api_key(plain)
    assert "Reset the key" in browser.get(page(plain)).content.decode()
    new = shown(browser.post(page(plain)), "api-key")
    assert (find_owner("plain", old), find_owner("plain", new)) == (None, plain)


def test_a_key_can_be_deleted(browser: Client, plain: User) -> None:
    key = make_api_key(plain)
    response = browser.post(page(plain), {"delete": "Delete the key"}, follow=True)
    assert response.redirect_chain == [(f"/admin/auth/user/{plain.pk}/change/", 302)]
    assert "The API key of plain has been deleted." in response.content.decode()
    assert find_owner("plain", key) is None
    assert LogEntry.objects.get().get_change_message() == "Deleted the API key."


def test_looking_at_the_page_makes_none(browser: Client, plain: User) -> None:
    browser.get(page(plain))
    assert not ApiKey.objects.exists()


def test_whoever_may_only_view_users_may_not(plain: User) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    browser = Client()
    browser.force_login(clerk)
    assert browser.get(page(plain)).status_code == browser.post(page(plain)).status_code == 403
    assert not ApiKey.objects.exists()
    assert "API key" not in change_page(browser, plain)


def test_there_is_no_page_for_nobody(browser: Client) -> None:
    assert browser.get("/admin/auth/user/99/api-key/").status_code == 404
