"""What the documents of configuration entities have in common, and how stored ones stay current.

Source: what Drupal core 10.6 exports: ``uuid``, ``langcode``, ``status`` and ``dependencies`` come
first, and PHP writes an empty object as a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from drupal_jwt_auth.conf import app_settings


def head(stored: Mapping[str, Any], uuid: str, dependencies: Any) -> dict[str, Any]:
    """Return what each document begins with."""
    return {
        "uuid": uuid,
        "langcode": stored.get("langcode", app_settings.LANGCODES[0]),
        "status": stored.get("status", True),
        "dependencies": dependencies,
    }


def dependencies(config: Iterable[str] = (), module: Iterable[str] = ()) -> Any:
    """Return what an object needs: others by their names, and modules."""
    needed = {"config": sorted(set(config)), "module": sorted(set(module))}
    return {kind: names for kind, names in needed.items() if names} or []


def merged(stored: Mapping[str, Any] | None, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored document with what this app decides on: what says the same stays as it is.

    So do the keys where they stand. Of what is empty there are many ways to write it.
    """
    document = dict(stored or {})
    for name, value in own.items():
        if name not in document or not _says_the_same(document[name], value):
            document[name] = _as_php(value)
    return document


def _says_the_same(stored: Any, own: Any) -> bool:
    return bool(stored == own or not (stored or own))


def _as_php(value: Any) -> Any:
    """Return a value as PHP writes it: an empty object, which it does not tell from a list."""
    if isinstance(value, Mapping):
        return {name: _as_php(inner) for name, inner in value.items()} or []
    if isinstance(value, list):
        return [_as_php(inner) for inner in value]
    return value
