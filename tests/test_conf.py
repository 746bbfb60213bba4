"""The settings are one dict, read at each access, with a default for whatever it leaves out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from drupal_jwt_auth.conf import MAX_GRACE, MAX_LEEWAY, Setting, app_settings
from drupal_jwt_auth.conf import Settings as AppSettings

DEFAULTS: dict[str, Any] = {
    "KEYS": [],
    "TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": None,
    "REFRESH_TOKEN_GRACE": timedelta(seconds=30),
    "LEEWAY": timedelta(0),
    "ISSUER": None,
    "AUDIENCE": None,
    "ISSUERS": [],
    "FORMER_KEYS": [],
    "CLAIMS": None,
    "TOKEN_RESPONSE": None,
    "ERRORS_WITH_MESSAGE": False,
    "AUTHENTICATION_METHODS": ["jwt"],
    "PUBLIC_METHODS": [],
    "AUTHORIZATION_HEADER": None,
    "ALLOWED_ADDRESSES": None,
    "BLOCKED_ADDRESSES": [],
    "TRUSTED_PROXIES": 0,
    "ROLE_PATHS": {},
    "FLOOD_PER_USER": (5, timedelta(hours=6)),
    "FLOOD_PER_ADDRESS": (50, timedelta(hours=1)),
    "FLOOD_CACHE": None,
    "FLOOD_REGISTRATIONS": (50, timedelta(hours=1)),
    "REGISTER": "admin_only",
    "VERIFY_MAIL": True,
    "NOTIFY": [
        "register_no_approval_required",
        "register_pending_approval",
        "status_activated",
        "password_reset",
    ],
    "SITE_MAIL": None,
    "SITE_URL": None,
    "PASSWORD_PAGE": None,
    "MAIL_IN_BACKGROUND": True,
    "AUDIT_LOG": ["tokens", "refusals"],
    "AUDIT_RETENTION": timedelta(days=90),
    "CONTENT_LOG": False,
    "MAX_CONTENT_LENGTH": 8 * 1024 * 1024,
    "ANONYMOUS_ROLE": "anonymous",
    "AUTHENTICATED_ROLE": "authenticated",
    "LANGCODES": ["en"],
    "PRIVATE_STORAGE": None,
    "JSONAPI_READ_ONLY": None,
    "JSONAPI_RESOURCES": {},
    "LISTS_WITHOUT_FORMAT": False,
    "RICH_TEXT": False,
    "MAX_UPLOAD_SIZE": 64 * 1024 * 1024,
    "TEMPORARY_FILE_LIFETIME": timedelta(hours=6),
    "SENDFILE": None,
    "TEXT_CACHE_SIZE": 16 * 1024**2,
}
SECOND = timedelta(seconds=1)
NO_TEXTS = ["", 0, 1, b"x", [], ["x"], {}, True]
GOOD_LIMITS = [None, (1, SECOND), [1000, timedelta(days=366)]]
NO_LIMITS = [
    *(5, "5/min", (), (5,), (5, 60), (5, SECOND, SECOND), {5: SECOND}, ("5", SECOND)),
    *((0, SECOND), (1001, SECOND), (True, SECOND), (1.5, SECOND)),
    *((5, timedelta(0)), (5, timedelta(days=367))),
]
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
            [
                None,
                1,
                3600,
                "1h",
                timedelta(0),
                -SECOND,
                timedelta(milliseconds=999),
                timedelta.max,
            ],
        ),
        (
            "REFRESH_TOKEN_LIFETIME",
            [None, SECOND, timedelta(days=9999)],
            [1, 3600, "1h", timedelta(0), -SECOND, timedelta.max],
        ),
        (
            "REFRESH_TOKEN_GRACE",
            [timedelta(0), SECOND, MAX_GRACE],
            [None, 0, 30, "30s", -timedelta(microseconds=1), MAX_GRACE + SECOND],
        ),
        (
            "LEEWAY",
            [timedelta(0), SECOND, MAX_LEEWAY],
            [None, 0, 1.5, "1s", -timedelta(microseconds=1), MAX_LEEWAY + SECOND],
        ),
        ("ISSUER", [None, "x"], NO_TEXTS),
        ("AUDIENCE", [None, "x"], NO_TEXTS),
        ("ISSUERS", [[], (), [{}], ({"issuer": "a"},)], [None, {}, "x", [1], ["x"], [[]]]),
        ("FORMER_KEYS", [[], (), [{}]], [None, {}, "x", [1], ["x"], [[]]]),
        ("CLAIMS", [None, "a.b"], [*NO_TEXTS, print]),
        ("TOKEN_RESPONSE", [None, "a.b"], [*NO_TEXTS, print]),
        ("ERRORS_WITH_MESSAGE", [True, False], [None, 0, 1, "", "yes", []]),
        (
            "AUTHENTICATION_METHODS",
            [["jwt"], ("basic",), ["api_key", "basic", "jwt"], ["jwt", "cookie"]],
            [*NO_TEXT_LISTS, [], (), "jwt", ["JWT"], ["jwt", "session"], ["jwt", "jwt"]],
        ),
        (
            "PUBLIC_METHODS",
            [[], (), ["GET"], ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")],
            [*NO_TEXT_LISTS, ["get"], ["PUT"], ["GET", "*"]],
        ),
        (
            "AUTHORIZATION_HEADER",
            [None, "X-Custom-Auth", "Token", "x2"],
            [*NO_TEXTS, "X_Custom", "X Custom", "X-Custom:", "-X", "X-", "X--Y", "Überschrift"],
        ),
        ("ALLOWED_ADDRESSES", [None, [], ("192.0.2.7",)], [*NO_TEXTS[:4], *NO_TEXT_LISTS[1:]]),
        ("BLOCKED_ADDRESSES", [[], ["192.0.2.7", "2001:db8::/32"]], NO_TEXT_LISTS),
        ("TRUSTED_PROXIES", [0, 1, 100], [None, -1, 101, "1", 1.0, True]),
        (
            "ROLE_PATHS",
            [{}, {"a": []}, {"a": ["/node/*"], "b": ("*",)}],
            [None, [], "", "/node", {"a": "/node"}, {"": ["/"]}, {1: ["/"]}, {"a": [1]}],
        ),
        ("FLOOD_PER_USER", GOOD_LIMITS, NO_LIMITS),
        ("FLOOD_PER_ADDRESS", GOOD_LIMITS, NO_LIMITS),
        ("FLOOD_CACHE", [None, "default", "x"], NO_TEXTS),
        ("FLOOD_REGISTRATIONS", GOOD_LIMITS, NO_LIMITS),
        (
            "REGISTER",
            ["admin_only", "visitors", "visitors_admin_approval"],
            [None, "", "everybody", True, ["visitors"]],
        ),
        ("VERIFY_MAIL", [True, False], [None, 0, "yes"]),
        ("NOTIFY", [[], ["password_reset"], ("status_blocked",)], [*NO_TEXT_LISTS, ["nothing"]]),
        ("SITE_MAIL", [None, "site@example.com"], NO_TEXTS),
        (
            "SITE_URL",
            [None, "https://example.com", "http://127.0.0.1:8000"],
            [
                *("", "example.com", "https://", "https://example.com/", "https://a@example.com"),
                *("ftp://example.com", "https://example.com?a", 1, "https://example.com\n"),
            ],
        ),
        (
            "PASSWORD_PAGE",
            [None, "https://example.com/{uid}/{token}", "https://example.com/#{token}{uid}"],
            [
                *("", "/{uid}/{token}", "https://example.com/{uid}", "https://{uid}.{token}/"),
                *("https://example.com/{uid}/{token}/{token}", "https://a/{uid} {token}", 1),
            ],
        ),
        ("MAIL_IN_BACKGROUND", [True, False], [None, 0, "yes"]),
        (
            "AUDIT_LOG",
            [[], (), ["tokens"], ("requests", "refusals")],
            [*NO_TEXT_LISTS, ["all"], "tokens"],
        ),
        (
            "AUDIT_RETENTION",
            [None, SECOND, timedelta(days=9999)],
            [0, 90, "90 days", timedelta(0), -SECOND, timedelta(milliseconds=999)],
        ),
        ("CONTENT_LOG", [True, False], [None, 0, "yes"]),
        (
            "MAX_CONTENT_LENGTH",
            [1, 8 * 1024 * 1024, 2**31 - 1],
            [None, 0, -1, 1.5, "8M", True, 2**31, float("inf")],
        ),
        ("ANONYMOUS_ROLE", ["x"], [None, *NO_TEXTS]),
        ("AUTHENTICATED_ROLE", ["x"], [None, *NO_TEXTS]),
        ("LANGCODES", [["en"], ("de", "en")], [[], (), *NO_TEXT_LISTS]),
        ("PRIVATE_STORAGE", [None, "private"], NO_TEXTS),
        (
            "SENDFILE",
            [None, ("X-Sendfile", "/"), ["X-Accel-Redirect", "/internal/a-b/"]],
            [
                *NO_TEXTS,
                *(("X-Sendfile", path) for path in ("", "srv/", "/srv", "/a b/", "/ä/", None)),
                *(("X-Other", "/srv/"), ("X-Sendfile",), ("X-Sendfile", "/srv/", "/srv/")),
            ],
        ),
        ("JSONAPI_READ_ONLY", [None, True, False], [0, 1, "", "yes"]),
        ("LISTS_WITHOUT_FORMAT", [True, False], [None, 0, 1, "", "yes"]),
        ("RICH_TEXT", [True, False], [None, 0, 1, "", "yes"]),
        (
            "JSONAPI_RESOURCES",
            [
                {},
                {"node--page": None},
                {"node--page": {}},
                {"node--page": {"name": "a", "path": "b", "fields": {"c": "d", "e": None}}},
            ],
            [
                None,
                [],
                {1: None},
                {"node--page": "pages"},
                {"node--page": {"title": "x"}},
                {"node--page": {"name": ""}},
                {"node--page": {"path": None}},
                {"node--page": {"fields": []}},
                {"node--page": {"fields": {"a": 1}}},
                {"node--page": {"fields": {"": "a"}}},
            ],
        ),
        ("TEXT_CACHE_SIZE", [0, 1, 4 * 1024**3], [None, -1, 4 * 1024**3 + 1, "1", 1.0, True]),
    ],
)
def test_a_setting_accepts_some_values_and_no_others(
    name: str, good: list[Any], bad: list[Any]
) -> None:
    accepts = AppSettings.declared()[name].accepts
    assert [value for value in good if not accepts(value)] == []
    assert [value for value in bad if accepts(value)] == []
