"""Configuration objects have pages of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from drupal_jwt_auth.models import ConfigObject
from tests.admin.browser import ADMIN, get, read, submit

DATA = {"z": "ä", "a": {"y": [], "b": None}}


def test_an_object_is_made_and_its_keys_stay_in_order(browser: Client) -> None:
    values = {"name": "user.settings", "data": json.dumps(DATA)}
    assert submit(browser, "configobject/add/", **values).status_code == 302
    stored = ConfigObject.objects.get()
    assert (stored.name, json.dumps(stored.data)) == ("user.settings", json.dumps(DATA))


def test_an_object_is_shown_line_by_line_and_changed(browser: Client) -> None:
    ConfigObject.objects.create(name="user.settings", data=DATA)
    page = get(browser, "configobject/user.settings/change/")
    assert page.values["data"].strip().replace("\r", "") == json.dumps(
        DATA, ensure_ascii=False, indent=2
    )
    assert "name" not in page.inputs
    changed = json.dumps({**DATA, "z": "b"})
    path = "configobject/user.settings/change/"
    assert submit(browser, path, data=changed).status_code == 302
    assert json.dumps(ConfigObject.objects.get().data) == changed


def test_what_is_sent_as_it_was_shown_changes_nothing(browser: Client) -> None:
    ConfigObject.objects.create(name="user.settings", data=DATA)
    assert submit(browser, "configobject/user.settings/change/").status_code == 302
    assert json.dumps(ConfigObject.objects.get().data) == json.dumps(DATA)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"data": "["}, "Enter a valid JSON."),
        ({"data": "[1]"}, "Use a JSON object."),
        ({"data": '"{"'}, "Use a JSON object."),
        ({"data": '{"a": 1e999}'}, "Enter a valid JSON."),
        ({"data": "[" * 5000}, "Enter a valid JSON."),
        ({"data": ""}, "This field is required."),
        (
            {"name": "user settings"},
            "Use no spaces, and none of the characters : ? * < > \" ' / \\.",
        ),
        ({"name": "x" * 251}, "Ensure this value has at most 250 characters (it has 251)."),
    ],
)
def test_what_is_no_object_is_refused(browser: Client, values: dict[str, Any], error: str) -> None:
    sent = {"name": "user.settings", "data": "{}", **values}
    assert error in read(submit(browser, "configobject/add/", **sent)).errors
    assert not ConfigObject.objects.exists()


def test_objects_are_found_by_their_names(browser: Client) -> None:
    for name in ("user.settings", "system.date"):
        ConfigObject.objects.create(name=name, data=DATA)
    page = read(browser.get(f"{ADMIN}configobject/?q=system"))
    assert "system.date" in page.text
    assert "user.settings" not in page.text
