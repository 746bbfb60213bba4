"""docs/fields.md: its table names the field types that there are, and its example works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from rest_framework.test import APIClient

from drupal_jwt_auth.fields import FIELD_TYPES, Field, FieldType, register
from drupal_jwt_auth.models import FieldConfig
from tests.conftest import Client

DOCUMENT = (Path(__file__).parents[2] / "docs" / "fields.md").read_text(encoding="utf-8")


@pytest.fixture
def color(site: None) -> Iterator[None]:
    """The example's type, with a field of it on pages."""
    found = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found
    exec(found[1], {})
    FieldConfig.objects.create_field("node", "page", "field_color", "color", label="Color")
    yield
    del FIELD_TYPES["color"]


@pytest.fixture
def editor(client_of: Client, color: None) -> APIClient:
    return client_of("editor")


def create_page(client: APIClient, color: str) -> dict[str, Any]:
    document = {"type": "page", "title": ["A page"], "field_color": [color]}
    answer = client.post("/node?_format=json", document, format="json")
    body: dict[str, Any] = json.loads(answer.content)
    return body


def test_the_table_names_every_configurable_type_once() -> None:
    names = re.findall(r"^\| `([a-z_]+)` \| `\{", DOCUMENT, re.MULTILINE)
    assert names == sorted(name for name, each in FIELD_TYPES.items() if each.configurable)


def test_the_table_of_methods_names_methods() -> None:
    table = DOCUMENT.partition("| Method |")[2]
    names = re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)
    assert names
    assert all(callable(getattr(FieldType, name)) for name in names)


def test_the_example_shows_a_color_with_its_parts(editor: APIClient) -> None:
    assert create_page(editor, "#00ff80")["field_color"] == [
        {"value": "#00ff80", "red": 0, "green": 255, "blue": 128}
    ]


def test_the_example_refuses_what_is_no_color(editor: APIClient) -> None:
    assert create_page(editor, "green") == {
        "message": "Unprocessable Entity: validation failed.\n"
        "field_color.0.value: Color: green is no color.\n"
    }


def test_the_example_with_a_setting_of_its_own_reads_and_checks_it() -> None:
    exec(re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)[1], {"register": register})
    code = FIELD_TYPES.pop("code")
    assert list(code.wrong_settings({"prefix": "ab", "max_length": "x"})) == [
        "max_length: x",
        "prefix: ab",
    ]
    field = Field(name="it", label="It", type=code, settings={"prefix": "AB"})
    assert list(code.validate({"value": "BA"}, field, cast("Any", None))) == [
        ("value", "It: it begins with AB.")
    ]
    assert not list(code.validate({"value": "ABC"}, field, cast("Any", None)))
