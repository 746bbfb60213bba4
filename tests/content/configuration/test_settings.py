"""The settings of a site are read once, as what they should be."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import SITE, get_structure
from drupal_jwt_auth.models import ConfigObject, Node
from drupal_jwt_auth.user_uuids import user_uuid
from tests.content.visitors import Visitor, make_type, make_user, page

DATE = {"timezone": {"default": "Europe/Zurich", "user": {"configurable": True}}}


@pytest.mark.parametrize(
    ("path", "default", "value"),
    [
        ("timezone.default", "UTC", "Europe/Zurich"),
        ("timezone.user.configurable", False, True),
        ("timezone.user.warn", False, False),
        ("timezone.default.x", "x", "x"),
        ("timezone.default", 5, 5),
        ("timezone.user.configurable", 5, 5),
        ("nope", "x", "x"),
    ],
)
def test_a_setting_is_of_the_type_of_its_default(
    db: None, path: str, default: Any, value: Any
) -> None:
    ConfigObject.objects.create(name="system.date", data=DATE)
    found = get_structure(None).setting("system.date", path, default=default)
    assert (found, type(found)) == (value, type(value))


def test_a_setting_of_an_object_that_there_is_not(db: None) -> None:
    assert get_structure(None).setting("system.date", "x", default="y") == "y"


def test_what_is_an_entity_is_no_setting(db: None) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data={})
    ConfigObject.objects.create(name="core.extension", data={})
    assert set(get_structure(None).settings) == {"core.extension"}


def test_another_process_learns_of_a_change(db: None) -> None:
    stored = ConfigObject.objects.create(name="system.date", data=DATE)
    stamp = Account(None).stamp
    assert get_structure(stamp).setting("system.date", "timezone.default", default="") != ""
    stored.delete()
    assert Account(None).stamp != stamp


def test_the_anonymous_user_has_the_uuid_of_the_site(db: None) -> None:
    make_type("page")
    editor = Visitor(make_user("editor", "create page content", "administer nodes"))
    node = Node.objects.create(type_id="page", title="A page")
    (author,) = editor.read(node.pk)["uid"]
    assert (author["target_id"], author["target_uuid"]) == (0, user_uuid(0))
    ConfigObject.objects.create(name=SITE, data={"anonymous_uuid": "ABC-1"})
    (author,) = editor.read(node.pk)["uid"]
    assert (author["target_id"], author["target_uuid"]) == (0, "ABC-1")
    for sent in ("ABC-1", "abc-1", user_uuid(0)):
        made = editor.create(page(uid=[{"target_uuid": sent, "target_type": "user"}]))
        assert editor.read(made["nid"][0]["value"])["uid"] == [author]
