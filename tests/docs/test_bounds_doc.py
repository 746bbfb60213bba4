"""docs/bounds.md has each bound that there is, with the number that the code has."""

from __future__ import annotations

import ast
import re
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings

import drupal_jwt_auth
from drupal_jwt_auth.conf import Settings
from example_project.bootstrap import ROOT

DOCUMENT = (ROOT / "docs" / "bounds.md").read_text(encoding="utf-8")
PACKAGE = Path(drupal_jwt_auth.__file__).parent
ROWS = re.findall(r"^\| (.+) \| `([A-Za-z_.]+)` \|$", DOCUMENT, re.MULTILINE)
NUMBER = r"\d{4}-\d\d-\d\d|\d+(?:,\d{3})*"

NOT_OF_INPUT = {
    "conf.MAX_FAILURES": "a setting",
    "conf.MAX_GRACE": "a setting",
    "conf.MAX_LEEWAY": "a setting",
    "conf.MAX_LENGTH": "a setting",
    "conf.MAX_LIFETIME": "a setting",
    "conf.MAX_TEXT_CACHE_SIZE": "a setting",
    "conf.MAX_WINDOW": "a setting",
    "config_schema.MAX_SHOWN": "of a message",
    "content.lists.formatters.MAX_SCALE": "of an answer",
    "content.search.name_index.NAME_LENGTH": "of a column",
    "content.search.name_index.PART_LENGTH": "made here",
    "content.search.name_index.STORED_LENGTH": "of a column",
    "jsonapi.presenting.KEY_LENGTH": "made here",
    "models.comment.HOSTNAME_MAX_LENGTH": "made here",
    "models.comment.MAIL_MAX_LENGTH": "the column for EMAIL_MAX_LENGTH",
    "models.failed_login.MARK_LENGTH": "made here",
    "models.machine_names.UUID_LENGTH": "the column for UUID_MAX_LENGTH",
    "models.user_profile.INIT_MAX_LENGTH": "the column for EMAIL_MAX_LENGTH",
    "models.user_profile.TIMEZONE_MAX_LENGTH": "the column for a choice",
    "models.refresh_token.SESSION_LENGTH": "made here",
    "models.revoked_token.SHA256_HEX_LENGTH": "made here",
    "auth.tokens.jwks.MAX_AGE": "of an answer",
    "auth.tokens.remote_keys.MAX_AGE": "of what is kept",
    "auth.tokens.remote_keys.MAX_STALE": "of what is kept",
    "transfer.drupal.field_tables.ENTITY_TYPE_LENGTH": "of a name that Drupal has made",
    "transfer.drupal.field_tables.HASH_LENGTH": "of a name that Drupal has made",
    "transfer.drupal.field_tables.TABLE_NAME_LENGTH": "of a name that Drupal has made",
}
"""What is called a maximum or a length, and is not in the document, and why."""


def value_of(name: str) -> Any:
    """The bound that a name of the document stands for."""
    if name in Settings.declared():
        return Settings.declared()[name].default
    module, _, attribute = name.rpartition(".")
    if not module:
        return getattr(global_settings, name)
    if module.startswith("models.") and module[7:8].isupper():
        model = getattr(import_module("drupal_jwt_auth.models"), module.removeprefix("models."))
        return model._meta.get_field(attribute).max_length
    if module.startswith("contrib."):
        return written(module)[attribute]
    return getattr(import_module(f"drupal_jwt_auth.{module}"), attribute)


def written(module: str) -> dict[str, Any]:
    """The literals of a module by their names, for one whose app is not installed here."""
    path = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    return {
        each.targets[0].id: each.value.value
        for each in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Name)
        and isinstance(each.value, ast.Constant)
    }


def declared() -> list[str]:
    """The names of the bounds in the package, with their modules."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                name = statement.targets[0].id
                if re.fullmatch(
                    r"(MAX|[A-Z][A-Z0-9]*_MAX)(_[A-Z_]+)?|[A-Z][A-Z0-9_]*_LENGTH", name
                ):
                    found.append(f"{module}.{name}")
    return found


@pytest.mark.parametrize(("cells", "name"), ROWS, ids=[name for _, name in ROWS])
def test_a_bound_is_that_of_the_code(cells: str, name: str) -> None:
    _input, bound, *_ = cells.split(" | ")
    numbers = re.findall(NUMBER, bound)
    value = value_of(name)

    assert numbers == [value.date().isoformat() if isinstance(value, datetime) else f"{value:,}"]


def test_each_bound_is_told() -> None:
    told = {name for _, name in ROWS}

    assert {name for name in declared() if name not in NOT_OF_INPUT} <= told
    assert "http.json.MAX_VALUES" in declared()


def test_each_row_names_its_bound() -> None:
    rows = [row for row in DOCUMENT.splitlines() if row.startswith("| ")]

    assert len(rows) == len(ROWS) + DOCUMENT.count("\n| Input |")
