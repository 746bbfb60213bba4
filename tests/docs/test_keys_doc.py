"""What ``docs/keys.md`` and ``docs/settings.md`` say of keys is what the code does."""

from __future__ import annotations

import ast
import json
import re
import shlex
from io import StringIO
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.core.management import call_command
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.auth.tokens.key_entries import DEFAULT_ALGORITHM, ENCODINGS, SOURCES
from drupal_jwt_auth.auth.tokens.key_generation import SIZES
from drupal_jwt_auth.auth.tokens.keys import ALGORITHMS, KINDS, get_keys, load_key
from tests.docs.test_docs import blocks, read, sections, table
from tests.keys import base64_of, entry

DIRECTORY = "/etc/mysite"
ROTATE = "Rotate it without a failed request"


def section(name: str) -> str:
    return sections("docs/keys.md")[name]


def settings_in(text: str) -> list[dict[str, Any]]:
    """The settings that a text shows, as Python reads them."""
    code = re.findall(r"^ *DRUPAL_JWT_AUTH = (\{.+?^ *\})$", text, re.MULTILINE | re.DOTALL)
    return [ast.literal_eval(value) for value in code]


def test_each_entry_of_a_key_is_listed() -> None:
    rows = dict(table("docs/settings.md", "Entry"))

    assert list(rows) == ["kid", "algorithm", *SOURCES, "encoding"]
    assert rows["algorithm"].startswith(f"{DEFAULT_ALGORITHM}` if left out")
    assert re.findall(r"text|base\w+", rows["encoding"]) == list(ENCODINGS)


def test_each_algorithm_is_listed_with_the_key_that_it_needs() -> None:
    rows = table("docs/settings.md", "Algorithm")

    def need(name: str) -> str:
        smallest = SIZES[name].smallest if name in SIZES else None
        if name not in KINDS:
            return f"A secret of {(smallest or 0) // 8} bytes or more"
        return f"The PEM of {KINDS[name]}" + (f" of {smallest} bits or more" if smallest else "")

    assert rows == [[name, need(name)] for name in ALGORITHMS]


def test_each_size_is_listed() -> None:
    rows = table("docs/keys.md", "Algorithm")

    assert rows == [[name, *map(str, sizes)] for name, sizes in SIZES.items()]


@pytest.mark.parametrize("name", ["Make a key", "From `SECRET_KEY` to a key of your own"])
def test_the_commands_print_what_is_shown(tmp_path: Path, name: str) -> None:
    command, *_ = blocks(section(name), "shell")
    shown, *_ = blocks(section(name), "text")
    _, _, *arguments = shlex.split(command.replace(DIRECTORY, str(tmp_path)))

    output = StringIO()
    call_command(*arguments, stdout=output)

    printed = output.getvalue().replace(str(tmp_path), DIRECTORY).rstrip("\n")
    # The kid of the key made of SECRET_KEY is another with each of these.
    kid = re.compile(r'"kid": "[0-9a-f]{16}"')
    assert kid.sub("", printed) == kid.sub("", shown)


def test_the_answer_that_is_shown_has_the_form_of_a_real_one(settings: Settings) -> None:
    _, _, shown = blocks(section("Let other services verify"), "text")[0].partition("\n\n")
    settings.DRUPAL_JWT_AUTH = {"KEYS": [entry("ES256", "jwt-2026-11")]}
    response: Any = APIClient().get("/rest_api/jwks")

    [key], [real] = json.loads(shown)["keys"], response.json()["keys"]
    assert list(key) == list(real)
    assert {**key, "x": "", "y": ""} == {**real, "x": "", "y": ""}
    assert jwt.PyJWK(key).algorithm_name == "ES256"
    for header in ("Content-Type", "Cache-Control"):
        line = f"{header}: {response.headers[header]}\n"
        assert line in section("Let other services verify")


def test_a_pem_in_the_environment_is_read_as_is_shown(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("JWT_KEY", base64_of(entry("ES256")["key"]))
    [settings.DRUPAL_JWT_AUTH] = settings_in(section("Use it"))

    [key] = get_keys()

    assert (key.kid, key.algorithm) == ("jwt-2026-11", "ES256")


def test_the_entries_that_are_shown_are_entries() -> None:
    shown = [
        *settings_in(read("docs/keys.md")),
        *(
            ast.literal_eval(block.partition("DRUPAL_JWT_AUTH = ")[2])
            for block in blocks(sections("docs/settings.md")["KEYS"], "python")
        ),
    ]

    assert len(shown) == 5
    for entries in shown:
        for one in entries["KEYS"]:
            # The files and variables that are shown are not there; a key in their place would do.
            content = entry(one["algorithm"])["key"]
            content = base64_of(content) if "encoding" in one else content
            rest = {name: value for name, value in one.items() if name not in SOURCES}
            assert load_key({**rest, "key": content}).kid == one["kid"]
            assert len(rest) == len(one) - 1


def test_the_steps_of_a_rotation_are_those_that_the_command_prints() -> None:
    steps = re.findall(r"^(\d)\. .*?\*\*(\w+)\*\*", section(ROTATE), re.MULTILINE | re.DOTALL)

    assert steps == [("1", "second"), ("2", "first"), ("3", "remove")]
