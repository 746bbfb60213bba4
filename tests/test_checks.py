"""Every fault of the configuration is reported under an id of its own, with a hint."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, Tags, registry, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from drupal_jwt_auth import checks
from drupal_jwt_auth.authentication import JWTAuthentication
from drupal_jwt_auth.checks import CACHE_MIDDLEWARE, INSECURE_PREFIX, check_settings
from tests.test_keys import private_key, private_pem, public_entry

SECRET = "0123456789abcdef" * 4
GOOD_KEY = {"kid": "a", "algorithm": "HS256", "key": SECRET}
TOKENS = {"DEFAULT_AUTHENTICATION_CLASSES": [f"{JWTAuthentication.__module__}.JWTAuthentication"]}
HANDLER = {"EXCEPTION_HANDLER": "drupal_jwt_auth.exceptions.exception_handler"}

Case = tuple[dict[str, Any], str, str]


class OwnAuthentication(JWTAuthentication):
    """A project's own kind of it."""


def own(**entries: Any) -> dict[str, Any]:
    return {"DRUPAL_JWT_AUTH": entries}


NOTHING_TO_CALL = "tests.test_checks.SECRET"

CASES: dict[str, list[Case]] = {
    "E001": [
        ({"DRUPAL_JWT_AUTH": value}, "DRUPAL_JWT_AUTH is no dict.", "Set it to a dict")
        for value in (None, [], "KEYS", [("LEEWAY", 0)])
    ],
    "E002": [
        (own(TOKEN_LIFETIM=1), "an unknown setting 'TOKEN_LIFETIM'", "mean 'TOKEN_LIFETIME'?"),
        (own(leeway=1), "an unknown setting 'leeway'", "There are KEYS, TOKEN_LIFETIME, LEEWAY"),
        (own(FOO=1), "an unknown setting 'FOO'", "There are KEYS, TOKEN_LIFETIME, LEEWAY"),
        ({"DRUPAL_JWT_AUTH": {1: 2}}, "an unknown setting 1", "There are KEYS"),
    ],
    "E003": [
        (own(TOKEN_LIFETIME=3600), "DRUPAL_JWT_AUTH['TOKEN_LIFETIME']", "at least one second"),
        (own(KEYS={}), "DRUPAL_JWT_AUTH['KEYS'] has a wrong value.", "Set it to a list of dicts"),
        (own(PUBLIC_METHODS=["get"]), "['PUBLIC_METHODS']", "HTTP methods in upper case"),
    ],
    "E004": [
        (own(KEYS=[{"kid": "a"}]), "Key 'a' needs a key, as text.", "Give each key kid,"),
        (own(KEYS=[{**GOOD_KEY, "use": "sig"}]), "Unknown entry 'use'.", "Give each key kid,"),
        (own(KEYS=[{**GOOD_KEY, "algorithm": "ES256"}]), "is no key for ES256.", "Give each key"),
    ],
    "E005": [
        (own(KEYS=[{**GOOD_KEY, "algorithm": "none"}]), "has algorithm 'none'", "Choose another"),
        (own(KEYS=[{**GOOD_KEY, "algorithm": "HS1"}]), "has algorithm 'HS1'", "Choose another"),
    ],
    "E006": [
        (own(KEYS=[{**GOOD_KEY, "key": "x" * 31}]), "Key 'a' is too short for HS256.", "secrets."),
    ],
    "E007": [
        (own(KEYS=[GOOD_KEY, {**GOOD_KEY, "key": SECRET * 2}]), "the same kid", "of its own"),
    ],
    "E008": [
        (own(KEYS=[public_entry("ES256")]), "The first key, 'a', signs", "private half first"),
    ],
    "E009": [({"SECRET_KEY": ""}, "SECRET_KEY is empty", "Set SECRET_KEY to a long random text")],
    "E010": [
        ({"SECRET_KEY": f"{INSECURE_PREFIX}x"}, "SECRET_KEY has an insecure", "Set SECRET_KEY to"),
        (
            {"SECRET_KEY_FALLBACKS": ["x", f"{INSECURE_PREFIX}x"]},
            "SECRET_KEY_FALLBACKS has an insecure default",
            "Set SECRET_KEY to",
        ),
    ],
    "E011": [
        (own(CLAIMS=path), f"names nothing that can be called: {path!r}", "the dotted path of")
        for path in ("claims", "no.such.module", "os.no_such_function", NOTHING_TO_CALL)
    ],
    "W001": [
        ({"REST_FRAMEWORK": TOKENS}, "a missing one is not answered", "EXCEPTION_HANDLER"),
        (
            {
                "REST_FRAMEWORK": {
                    "DEFAULT_AUTHENTICATION_CLASSES": ["tests.test_checks.OwnAuthentication"]
                }
            },
            "a missing one is not answered",
            "EXCEPTION_HANDLER",
        ),
    ],
    "W002": [
        (
            {"REST_FRAMEWORK": {**TOKENS, **HANDLER}, "MIDDLEWARE": [CACHE_MIDDLEWARE]},
            "The cache of the whole site",
            f"Take {CACHE_MIDDLEWARE} out of MIDDLEWARE",
        ),
    ],
}


def configure(settings: Settings, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


def ids(messages: list[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("drupal_jwt_auth.") for message in messages]


@pytest.mark.parametrize(
    ("identifier", "values", "text", "hint"),
    [(identifier, *case) for identifier, cases in CASES.items() for case in cases],
)
def test_a_fault_is_reported_once_with_its_id_and_a_hint(
    settings: Settings, identifier: str, values: dict[str, Any], text: str, hint: str
) -> None:
    configure(settings, values)
    [message] = check_settings()
    assert message.id == f"drupal_jwt_auth.{identifier}"
    assert text in message.msg
    assert hint in (message.hint or "")
    assert message.is_serious() == identifier.startswith("E")


def test_these_are_all_the_ids_there_are() -> None:
    source = Path(checks.__file__).read_text()
    numbers = re.findall(r"_(error|warning)\(\s*(\d+),", source)
    found = [f"{kind[0].upper()}{int(number):03}" for kind, number in numbers]
    assert sorted(found) == sorted(CASES)


@pytest.mark.parametrize(
    "values",
    [
        {},
        own(),
        own(KEYS=[GOOD_KEY]),
        own(KEYS=[GOOD_KEY], CLAIMS="tests.test_checks.own"),
        own(KEYS=[GOOD_KEY, public_entry("ES256", "b")]),
        own(KEYS=[{"kid": "a", "algorithm": "EdDSA", "key": private_pem(private_key("EdDSA"))}]),
        {"SECRET_KEY": f"{INSECURE_PREFIX}x", "DEBUG": True},
        {"SECRET_KEY": f"{INSECURE_PREFIX}x", **own(KEYS=[GOOD_KEY])},
        {"SECRET_KEY": "", **own(KEYS=[GOOD_KEY])},
        {"REST_FRAMEWORK": {}},
        {"REST_FRAMEWORK": {**TOKENS, **HANDLER}},
        {"REST_FRAMEWORK": {}, "MIDDLEWARE": [CACHE_MIDDLEWARE]},
    ],
)
def test_settings_that_are_right_are_not_complained_of(
    settings: Settings, values: dict[str, Any]
) -> None:
    configure(settings, values)
    assert check_settings() == []


def test_a_project_without_the_setting_is_right(settings: Settings) -> None:
    del settings.DRUPAL_JWT_AUTH
    assert check_settings() == []


def test_every_fault_is_reported(settings: Settings) -> None:
    configure(settings, own(FOO=1, BAR=2, LEEWAY=3, KEYS=None))
    assert ids(check_settings()) == ["E002", "E002", "E003", "E003"]


def test_every_key_is_looked_at(settings: Settings) -> None:
    keys = [{"kid": "a"}, {**GOOD_KEY, "key": "short"}, {**GOOD_KEY, "algorithm": "x"}, GOOD_KEY]
    configure(settings, own(KEYS=keys, CLAIMS="x"))
    assert ids(check_settings()) == ["E004", "E006", "E005", "E011"]


def test_no_message_shows_a_key(settings: Settings) -> None:
    configure(settings, own(KEYS=[{**GOOD_KEY, "key": "hush-hush"}]))
    assert "hush" not in str(check_settings())


def test_the_check_is_registered_once_for_security() -> None:
    registered: list[Any] = [*registry.registry.registered_checks]
    assert registered.count(check_settings) == 1
    tags = registered[registered.index(check_settings)].tags
    assert tags == (Tags.security,)


def test_the_check_command_reports_a_fault(db: None, settings: Settings) -> None:
    configure(settings, own(FOO=1))
    with pytest.raises(SystemCheckError, match=r"\(drupal_jwt_auth\.E002\)"):
        call_command("check")


def test_the_check_command_finds_no_fault_in_these_settings(db: None) -> None:
    output = StringIO()
    call_command("check", stdout=output)
    assert "no issues" in output.getvalue()


def test_the_check_needs_no_database() -> None:
    # There is none in this test.
    assert check_settings() == []


def test_a_project_that_is_right_passes_all_checks(db: None) -> None:
    assert run_checks() == []
