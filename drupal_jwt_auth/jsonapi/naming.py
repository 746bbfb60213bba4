"""What a project calls resource types and their fields, and which it does not serve.

That is the setting ``JSONAPI_RESOURCES``, by the names that Drupal has for resource types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from drupal_jwt_auth.conf import app_settings

SEPARATOR = "--"
"""What is between the entity type and the bundle in the name that Drupal has."""


class ResourceName(NamedTuple):
    """What Drupal calls a resource type, by its parts."""

    entity_type: str
    bundle: str

    @classmethod
    def of(cls, name: str) -> ResourceName:
        """Return the parts of a name; what has only one is of no type."""
        entity_type, _separator, bundle = name.partition(SEPARATOR)
        return cls(entity_type, bundle)


class Naming(NamedTuple):
    """What the resources of a type are called, and whether they are served.

    ``fields`` are the public names of fields that have others than in Drupal, None for those that
    are not served.
    """

    name: str
    path: str
    fields: Mapping[str, str | None]
    is_served: bool = True


def drupal_name(entity_type_id: str, bundle: str | None) -> str:
    """Return what Drupal calls a resource type; what has no bundles is its own."""
    return f"{entity_type_id}{SEPARATOR}{bundle or entity_type_id}"


def naming_of(name: str) -> Naming:
    """Return what the type that Drupal calls so is called here."""
    path = name.replace(SEPARATOR, "/", 1)
    chosen: Mapping[str, Any] | None = app_settings.JSONAPI_RESOURCES.get(name, {})
    if chosen is None:
        return Naming(name, path, {}, is_served=False)
    return Naming(chosen.get("name", name), chosen.get("path", path), chosen.get("fields", {}))


def named(name: str) -> str | None:
    """Return what Drupal calls the type that is called so here, None for no such type."""
    return _found(name, "name", default=name)


def at_path(path: str) -> str | None:
    """Return what Drupal calls the type whose collection is at a path, None for no such type."""
    is_plain = "/" in path and SEPARATOR not in path
    return _found(path, "path", default=path.replace("/", SEPARATOR, 1) if is_plain else None)


def _found(given: str, key: str, default: str | None) -> str | None:
    resources = app_settings.JSONAPI_RESOURCES
    for name, chosen in resources.items():
        if chosen is not None and chosen.get(key) == given:
            return name
    own = resources.get(default or "", {})
    return None if own is None or key in own else default
