"""The house is as docs/development.md draws it: no floor knows of one above it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import drupal_jwt_auth
from tests.docs.test_docs import PACKAGE, table

NAME = drupal_jwt_auth.__name__
MAY_IMPORT = {
    "Doors": {"Doors", "Front ends", "Auth wing", "Content wing", "Ground floor"},
    "Front ends": {"Front ends", "Auth wing", "Content wing", "Ground floor"},
    "Auth wing": {"Auth wing", "Ground floor"},
    "Content wing": {"Content wing", "Ground floor"},
    "Ground floor": {"Ground floor"},
}


def floors() -> dict[str, str]:
    """Return where each part of the package is, by the table of the documentation."""
    found: dict[str, str] = {}
    floor = ""
    for cell, _ in table("docs/development.md", "In `drupal_jwt_auth`"):
        if cell.startswith("**"):
            floor = cell.strip("*")
        else:
            found |= dict.fromkeys(cell.split("`, `"), floor)
    return found


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {
    name_of(path): path for path in PACKAGE.rglob("*.py") if path.parent.name != "migrations"
}


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is run; what only a type checker reads is not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from statements(node)


def imports(module: str) -> Iterator[str]:
    """Yield the modules of the package that a module imports."""
    for node in statements(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(NAME):
            assert node.module
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in MODULES else node.module


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_from_its_wing_and_from_below(module: str) -> None:
    floor_of = floors()

    def floor(name: str) -> str:
        return floor_of[name.split(".")[1]]

    if module == NAME:
        assert not list(imports(module))
        return
    upwards = {name for name in imports(module) if floor(name) not in MAY_IMPORT[floor(module)]}
    assert not upwards


def test_no_modules_import_each_other() -> None:
    # A package's own module imports its parts to show them; that these import each other is seen.
    graph = {
        module: {
            name for name in imports(module) if name != module and MODULES[name].stem != "__init__"
        }
        for module in MODULES
    }
    assert list(TopologicalSorter(graph).static_order())


def functions(module: str) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_what_a_process_keeps_has_a_bound(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert not re.search(r"functools import .*\bcache\b|maxsize=None", text)


@pytest.mark.parametrize(
    "module", [name for name in sorted(MODULES) if name.split(".")[1:2] in (["fields"], ["http"])]
)
def test_no_regular_expression_is_made_of_what_a_client_sends(module: str) -> None:
    made = [
        function.name for function in functions(module) if "re.compile(" in ast.unparse(function)
    ]
    assert made == []
