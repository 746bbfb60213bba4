"""docs/accounts.md: its requests are answered as it says, and its table is of fields there are."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from drupal_jwt_auth.content.user.entity import UserEntityType
from tests.content.visitors import Visitor, make_user
from tests.docs.test_docs import blocks, read, table
from tests.docs.test_sessions_doc import sent

DOCUMENT = "docs/accounts.md"
CHANGE, MAKE = blocks(read(DOCUMENT), "shell")


@pytest.fixture
def viewer(db: None) -> Visitor:
    """Who changes the own account in the document, where the number is 14."""
    return Visitor(make_user("viewer", pk=14, password="viewer-pass", email="viewer@example.com"))


def send(visitor: Visitor, command: str, **changed: Any) -> Any:
    """Send what a command sends, some fields of it changed, or left out for None."""
    for option, short in (("--request", "-X"), ("--header", "-H"), ("--data", "-d")):
        command = command.replace(f" {short} ", f" {option} ")
    method, path, _headers, body = sent(command)
    document = {**json.loads(body), **changed}
    document = {name: items for name, items in document.items() if items is not None}
    return visitor.send(method, path, json.dumps(document))


def test_an_account_is_changed_as_it_is_shown(viewer: Visitor) -> None:
    answer = send(viewer, CHANGE)
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert shown["mail"] == [{"value": "new@example.com"}]
    assert shown["timezone"] == [{"value": "Europe/Zurich"}]
    assert User.objects.get(pk=14).check_password("a new one")


def test_what_is_missing_is_said_as_it_is_printed(viewer: Visitor) -> None:
    answer = send(viewer, CHANGE, **{"pass": None})
    (printed,) = blocks(read(DOCUMENT), "json")
    assert (answer.status_code, answer.json()) == (422, json.loads(printed))


def test_an_account_is_made_as_it_is_shown(db: None) -> None:
    Group.objects.create(name="editors")
    admin = Visitor(make_user("admin", "administer users"))
    answer = send(admin, MAKE)
    assert answer.status_code == 201, answer.content
    ada = User.objects.get(username="Ada Lovelace")
    assert answer.headers["Location"].endswith(f"/user/{ada.pk}")
    assert (ada.email, ada.is_active) == ("ada@example.com", True)
    assert ada.check_password("a password")
    assert [group.name for group in ada.groups.all()] == ["editors"]
    other = send(admin, MAKE, name=["Other"], mail=None, status=None, **{"pass": None})
    assert other.status_code == 201
    blocked = User.objects.get(username="Other")
    assert (blocked.is_active, blocked.has_usable_password()) == (False, False)


def test_the_table_names_fields_that_there_are() -> None:
    fields = {field.name: field for field in UserEntityType.base_fields}
    rows = {
        name: set(re.findall(r"`(\w+)`", f"`{places}`"))
        for names, places in table(DOCUMENT, "Field")
        for name in re.findall(r"`?(\w+)`?", names)
        if name in fields
    }
    assert rows.keys() == {
        *("uid", "name", "mail", "pass", "status", "created", "login", "roles"),
    }
    kept = {"pass": "password", "status": "is_active", "created": "date_joined"}
    kept |= {"login": "last_login"}
    for name, column in kept.items():
        assert column in rows[name]
        assert fields[name].columns == {column}
