"""The names that a project may rely on are in the docs, and can be imported."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.docs.test_docs import table

ROWS = [(module, names.split("`, `")) for module, names in table("docs/extending.md", "Module")]


@pytest.mark.parametrize(("module", "names"), ROWS, ids=[module for module, _ in ROWS])
def test_each_name_is_that_of_its_module(module: str, names: list[str]) -> None:
    door = import_module(module)
    assert sorted(door.__all__) == sorted(names)
    assert all(hasattr(door, name) for name in names)
