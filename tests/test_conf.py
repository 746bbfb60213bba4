"""The settings are one dict, read at each access, with a default for whatever it leaves out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from drupal_jwt_auth.conf import Setting, app_settings
from drupal_jwt_auth.conf import Settings as AppSettings

DEFAULTS: dict[str, Any] = {
    "KEYS": [],
    "TOKEN_LIFETIME": timedelta(hours=1),
    "LEEWAY": timedelta(0),
    "ISSUER": None,
    "AUDIENCE": None,
    "CLAIMS": None,
    "PUBLIC_METHODS": [],
    "ANONYMOUS_ROLE": "anonymous",
    "AUTHENTICATED_ROLE": "authenticated",
    "LANGCODES": ["en"],
}
SECOND = timedelta(seconds=1)
NO_TEXTS = ["", 0, 1, b"x", [], ["x"], {}, True]
NO_TEXT_LISTS = [None, "", "GET", {"GET"}, {"GET": 1}, [1], [None], [""], [["GET"]]]


def test_each_setting_has_a_default() -> None:
    assert {name: getattr(app_settings, name) for name in AppSettings.declared()} == DEFAULTS


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_is_itself_a_good_value(name: str) -> None:
    assert AppSettings.declared()[name].accepts(DEFAULTS[name])


def test_a_project_without_the_dict_has_the_defaults(settings: Settings) -> None:
    del settings.DRUPAL_JWT_AUTH
    lifetime = app_settings.TOKEN_LIFETIME
    assert lifetime == timedelta(hours=1)


def test_a_change_is_seen_at_once_and_so_is_its_end() -> None:
    with override_settings(DRUPAL_JWT_AUTH={"ISSUER": "a"}):
        assert app_settings.ISSUER == "a"
        assert app_settings.AUDIENCE is None
        with override_settings(DRUPAL_JWT_AUTH={"AUDIENCE": "b"}):
            assert app_settings.AUDIENCE == "b"
            assert AppSettings().ISSUER is None
    assert app_settings.ISSUER is None


def test_the_class_gives_the_declaration() -> None:
    declared = AppSettings.LEEWAY
    assert isinstance(declared, Setting)
    assert declared.name == "LEEWAY"
    assert declared is AppSettings.declared()["LEEWAY"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("KEYS", [[], (), [{}], ({"kid": "a"},)], [None, {}, "x", [1], ["x"], [[]]]),
        (
            "TOKEN_LIFETIME",
            [SECOND, timedelta(days=9999)],
            [None, 1, 3600, "1h", timedelta(0), -SECOND, timedelta(milliseconds=999)],
        ),
        ("LEEWAY", [timedelta(0), SECOND], [None, 0, 1.5, "1s", -timedelta(microseconds=1)]),
        ("ISSUER", [None, "x"], NO_TEXTS),
        ("AUDIENCE", [None, "x"], NO_TEXTS),
        ("CLAIMS", [None, "a.b"], [*NO_TEXTS, print]),
        (
            "PUBLIC_METHODS",
            [[], (), ["GET"], ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")],
            [*NO_TEXT_LISTS, ["get"], ["PUT"], ["GET", "*"]],
        ),
        ("ANONYMOUS_ROLE", ["x"], [None, *NO_TEXTS]),
        ("AUTHENTICATED_ROLE", ["x"], [None, *NO_TEXTS]),
        ("LANGCODES", [["en"], ("de", "en")], [[], (), *NO_TEXT_LISTS]),
    ],
)
def test_a_setting_accepts_some_values_and_no_others(
    name: str, good: list[Any], bad: list[Any]
) -> None:
    accepts = AppSettings.declared()[name].accepts
    assert [value for value in good if not accepts(value)] == []
    assert [value for value in bad if accepts(value)] == []
