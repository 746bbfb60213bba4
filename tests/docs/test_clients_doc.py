"""docs/clients.md shows what the tests of client libraries run."""

from __future__ import annotations

import json
import re

import pytest

from example_project.bootstrap import ROOT
from tests.docs.test_docs import blocks, read

CLIENTS = ROOT / "tests" / "clients"
SCRIPTS = {
    "js": [*CLIENTS.glob("npm/*.js")],
    "python": [CLIENTS / "python_client.py"],
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_each_piece_of_code_is_in_a_script_that_is_run(language: str) -> None:
    run = [path.read_text(encoding="utf-8") for path in SCRIPTS[language]]
    shown = blocks(read("docs/clients.md"), language)
    assert shown
    assert [block for block in shown if not any(f"{block}\n" in text for text in run)] == []


def test_the_versions_are_those_that_are_installed() -> None:
    shown = dict(re.findall(r"^\| \[`(.+?)`\]\(.+?\) \| (\S+) \|", read("docs/clients.md"), re.M))
    package = json.loads((CLIENTS / "npm" / "package.json").read_text(encoding="utf-8"))
    python = re.search(r'"jsonapi-client>=(.+)"', read("pyproject.toml"))
    assert python
    assert shown == {**package["dependencies"], "jsonapi-client": python[1]}


def test_locked_packages_come_from_wherever_npm_is_told_to_look() -> None:
    lock = json.loads((CLIENTS / "npm" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [each for path, each in lock["packages"].items() if path]
    assert packages
    assert all("integrity" in each and "resolved" not in each for each in packages)
