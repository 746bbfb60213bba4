"""Users are administered by those who have Drupal's permission, or Django's as staff."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.admin.browser import read
from tests.admin.conftest import Staff
from tests.content.visitors import permission

LIST = "/admin/auth/user/"
OF_DJANGO = {"is_staff", "is_superuser", "user_permissions"}


def page(user: User) -> str:
    return reverse("admin:auth_user_change", args=(user.pk,))


@pytest.fixture
def plain(site: None) -> User:
    """Somebody whose page is looked at."""
    return User.objects.get(username="plain")


def test_who_administers_users_has_their_pages(staff: Staff, plain: User) -> None:
    browser = staff("administer users")
    assert "Users" in read(browser.get("/admin/")).links
    for path in (LIST, f"{LIST}add/", page(plain), f"{page(plain).removesuffix('change/')}delete/"):
        assert browser.get(path).status_code == 200
    shown = read(browser.get(page(plain)))
    writers = Group.objects.create(name="writer")
    answer = browser.post(
        page(plain), {**shown.values, "email": "p@example.org", "groups": writers.pk}
    )
    assert answer.status_code == 302, read(answer).errors
    plain.refresh_from_db()
    assert (plain.email, plain.groups.get()) == ("p@example.org", writers)


def test_what_is_djangos_alone_is_shown_and_stays(staff: Staff, plain: User) -> None:
    browser = staff("administer users")
    shown = read(browser.get(page(plain)))
    assert not OF_DJANGO & shown.inputs.keys()
    assert "Superuser status" in shown.text
    browser.post(page(plain), {**shown.values, "is_superuser": "on", "is_staff": "on"})
    plain.refresh_from_db()
    assert (plain.is_superuser, plain.is_staff) == (False, False)


def test_others_have_none(staff: Staff, plain: User) -> None:
    browser = staff("access user profiles", "access content overview")
    for path in (LIST, f"{LIST}add/", page(plain), f"{page(plain).removesuffix('change/')}delete/"):
        assert browser.get(path).status_code == 403


def test_to_the_staff_djangos_permissions_are_good_too(client: Client, plain: User) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    names = ["view_user", "change_user"]
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client.force_login(clerk)
    assert read(client.get(page(plain))).inputs.keys() >= OF_DJANGO
    assert client.get(f"{LIST}add/").status_code == 403
    User.objects.filter(pk=clerk.pk).update(is_staff=False)
    assert client.get(page(plain)).status_code == 302
    clerk.user_permissions.add(permission("access content overview"))
    assert client.get(page(plain)).status_code == 403


@pytest.mark.parametrize(
    ("names", "offered"),
    [
        (["administer users"], True),
        (["bypass node access", "administer comments"], True),
        (["bypass node access"], False),
    ],
)
def test_content_goes_with_its_author_for_those_who_may_write_all(
    client: Client, plain: User, names: list[str], offered: bool
) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    deleting = Permission.objects.filter(codename__in=["delete_user", "change_user"])
    clerk.user_permissions.add(*deleting, *map(permission, names))
    client.force_login(clerk)
    asked = read(client.get(f"{page(plain).removesuffix('change/')}delete/")).text
    assert ("Delete the account and its content." in asked) == offered
    assert "Block the account and keep its content." in asked
