"""docs/registration.md: its table is what there is, and what it sends is taken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.template.loader import get_template
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.mail import notifying
from drupal_jwt_auth.mail.letters import PLACE, Letter
from drupal_jwt_auth.mail.notifying import NOTICES, OF_SITE, notify
from tests.docs.test_docs import blocks, read, table

DOCUMENT = read("docs/registration.md")
REGISTER, ASK = blocks(DOCUMENT, "shell")
Commit = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture
def letters(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Letter]:
    """Each letter that there is, by its name."""
    settings.DRUPAL_JWT_AUTH = {"NOTIFY": [*NOTICES], "SITE_URL": "https://example.com"}
    found: dict[str, Letter] = {}
    monkeypatch.setattr(
        notifying, "_post", lambda letter, user: found.setdefault(letter.notice, letter)
    )
    user = User.objects.create_user("jane", "jane@example.com")
    for notice in NOTICES:
        notify(notice, user, UserSettings(get_structure(Account(None).stamp)))
    return found


def test_the_table_has_each_mail_with_its_variables(letters: dict[str, Letter]) -> None:
    documented = {
        name: re.findall(r"`(\w+)`", f"`{variables}`")
        for name, _when, _whom, variables in table("docs/registration.md", "Mail")
    }

    assert documented == {name: list(letter.context) for name, letter in letters.items()}
    assert documented.keys() == NOTICES.keys() | OF_SITE


def test_each_mail_has_its_templates() -> None:
    for name in NOTICES.keys() | OF_SITE:
        get_template(f"{PLACE}/{name}/subject.txt")
        get_template(f"{PLACE}/{name}/body.txt")


def send(command: str, commit: Commit) -> Any:
    """Send what a command sends."""
    path, body = (
        re.search(pattern, command, re.DOTALL) for pattern in (r":8000([^']*)'", r"-d '(.*)'")
    )
    assert path
    assert body
    with commit(execute=True):
        return APIClient().post(path[1], json.loads(body[1]), format="json")


def test_what_it_sends_makes_an_account_and_asks_for_a_password(
    db: None, settings: Settings, django_capture_on_commit_callbacks: Commit
) -> None:
    (configuration,) = blocks(DOCUMENT, "python")
    chosen: dict[str, Any] = {}
    exec(configuration, chosen)
    settings.DRUPAL_JWT_AUTH = {**chosen["DRUPAL_JWT_AUTH"], "MAIL_IN_BACKGROUND": False}
    permission = Permission.objects.get(codename="restful post user_registration")
    Group.objects.get(name="anonymous").permissions.add(permission)

    registered = send(REGISTER, django_capture_on_commit_callbacks)
    asked = send(ASK, django_capture_on_commit_callbacks)

    assert (registered.status_code, asked.status_code) == (200, 200)
    assert [message.to for message in mail.outbox] == [["jane@example.com"]] * 2
    assert all("https://api.example.com/user/reset/" in each.body for each in mail.outbox)
