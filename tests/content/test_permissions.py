"""Drupal's permissions are Django's: made with what they are for, and removed with it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from drupal_jwt_auth.models import TextFormat
from tests.content.visitors import make_type, make_user

pytestmark = pytest.mark.django_db

OF_PAGES = {
    "create page content": "Basic page: Create new content",
    "edit own page content": "Basic page: Edit own content",
    "edit any page content": "Basic page: Edit any content",
    "delete own page content": "Basic page: Delete own content",
    "delete any page content": "Basic page: Delete any content",
    "view page revisions": "Basic page: View revisions",
    "revert page revisions": "Basic page: Revert revisions",
    "delete page revisions": "Basic page: Delete revisions",
}


def known(part: str) -> dict[str, str]:
    return dict(
        Permission.objects.filter(
            content_type__app_label="drupal_jwt_auth",
            codename__contains=part,
        ).values_list("codename", "name")
    )


def test_a_content_type_brings_its_permissions() -> None:
    make_type("page", "Basic page")
    assert known(" page ") == OF_PAGES


def test_another_label_is_that_of_the_permissions_too() -> None:
    node_type = make_type("page", "Basic page")
    node_type.name = "Leaf"
    node_type.save()
    assert known(" page ")["create page content"] == "Leaf: Create new content"
    assert len(known(" page ")) == len(OF_PAGES)


def test_a_long_label_is_cut() -> None:
    make_type("page", "x" * 255)
    assert set(map(len, known(" page ").values())) == {255}


def test_a_deleted_content_type_takes_its_permissions_from_everybody() -> None:
    node_type = make_type("page")
    make_type("pages")
    user = make_user("somebody", "create page content", "create pages content")
    node_type.delete()
    assert known(" page ") == {}
    assert [each.codename for each in user.user_permissions.all()] == ["create pages content"]


def test_a_text_format_has_one_permission() -> None:
    text_format = TextFormat.objects.create(format="full_html", name="Full HTML")
    assert known("text format") == {"use text format full_html": "Use the text format Full HTML"}
    text_format.delete()
    assert known("text format") == {}


def test_drupals_permissions_are_there_from_the_beginning() -> None:
    names = known("")
    for name in ("access content", "administer nodes", "bypass node access", "access comments"):
        assert name in names


def test_the_roles_of_all_users_may_see_content() -> None:
    for name in ("anonymous", "authenticated"):
        role = Group.objects.get(name=name)
        assert [each.codename for each in role.permissions.all()] == ["access content"]


def test_what_an_administrator_took_away_stays_away() -> None:
    Group.objects.get(name="anonymous").permissions.clear()
    call_command("migrate", verbosity=0)
    assert not Group.objects.get(name="anonymous").permissions.exists()
