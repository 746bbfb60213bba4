"""What Django would not take of users from Drupal stays as it is on the page of a user."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.admin.browser import read

REFUSED = (
    "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ "
    "characters."
)
LIGATURE = "\ufb01ona"
"""A name that Unicode has another form of: "fiona", for Python's NFKC."""


def page(user: User) -> str:
    return reverse("admin:auth_user_change", args=(user.pk,))


def save(browser: Client, user: User, **changes: str) -> Any:
    """Open the page of a user, change its form, and send it."""
    return browser.post(page(user), {**read(browser.get(page(user))).values, **changes})


@pytest.mark.parametrize("name", ["Anna Maria", "O'Neill", "a&b", LIGATURE, "x" * 60])
def test_a_name_that_was_imported_may_stay(browser: Client, name: str) -> None:
    user = User.objects.create(username=name)
    assert save(browser, user, email="new@example.com").status_code == 302
    user.refresh_from_db()
    assert (user.username, user.email) == (name, "new@example.com")


@pytest.mark.parametrize("mail", ["", "anna@intranet", "anna@münchen.example"])
def test_an_address_that_was_imported_may_stay(browser: Client, mail: str) -> None:
    user = User.objects.create(username="O'Neill", email=mail)
    assert save(browser, user, first_name="Anna").status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.email) == ("Anna", mail)


def test_a_new_address_is_checked(browser: Client) -> None:
    user = User.objects.create(username="O'Neill", email="anna@intranet")
    assert read(save(browser, user, email="anna@inside")).errors == ["Enter a valid email address."]


@pytest.mark.parametrize(("name", "error"), [("Anna<Maria", REFUSED), ("plain", "already exists")])
def test_a_new_name_is_checked(browser: Client, name: str, error: str) -> None:
    user = User.objects.create(username="O'Neill")
    (shown,) = read(save(browser, user, username=name)).errors
    assert error in shown


def test_a_new_name_gets_the_form_that_the_user_model_wants(browser: Client) -> None:
    user = User.objects.create(username="O'Neill")
    assert save(browser, user, username=LIGATURE).status_code == 302
    user.refresh_from_db()
    assert user.username == "fiona"


def test_a_user_who_is_added_has_a_name_that_is_checked(browser: Client) -> None:
    values = {"username": "Anna<Maria", "password1": "long-enough-9", "password2": "long-enough-9"}
    response = browser.post(reverse("admin:auth_user_add"), {**values, "usable_password": "true"})
    assert read(response).errors == [REFUSED]


def test_whoever_may_only_view_users_sees_the_name(site: None) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    browser = Client()
    browser.force_login(clerk)
    assert (
        "O&#x27;Neill"
        in browser.get(page(User.objects.create(username="O'Neill"))).content.decode()
    )
