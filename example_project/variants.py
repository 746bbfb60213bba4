"""Variants of a site: the same site with a few other settings and permissions.

They are in a file ``variants.json`` beside the description of the site: by name, what is merged
over its ``settings``, or over the object of that name in its ``config``, and which permissions are
granted to roles or revoked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.transfer.description_fields import ObjectField
from drupal_jwt_auth.transfer.exceptions import SiteDescriptionError
from drupal_jwt_auth.transfer.site_description import describe, read_document

FILE = "variants.json"
FIELD = "field.field."
ROLE = "user.role."
BUNDLES = {"node": ("node_types", "type")}
"""By entity type: the list of its bundles in a description, and what their name is called there."""


class VariantDescription(serializers.Serializer[Any]):
    """What a variant changes: objects by name, and permissions by role."""

    settings = ObjectField(child=ObjectField(), default=dict)
    grant = ObjectField(child=serializers.ListField(child=serializers.CharField()), default=dict)
    revoke = ObjectField(child=serializers.ListField(child=serializers.CharField()), default=dict)


def read_variant(path: Path, name: str) -> dict[str, Any]:
    """Return the description of the site in a file, in a variant; raise SiteDescriptionError."""
    beside = path.with_name(FILE)
    variants = read_document(beside)
    known = variants if isinstance(variants, Mapping) else {}
    if name not in known:
        names = ", ".join(known) or "none"
        raise SiteDescriptionError(f"{beside} has no variant {name!r}. There are: {names}.")
    variant = VariantDescription(data=known[name])
    if not variant.is_valid():
        raise SiteDescriptionError(f"{beside}: {name} is no variant: {dict(variant.errors)}")
    site = read_document(path)
    # What is changed is a site.
    describe(site, path)
    return describe(varied(site, variant.validated_data), path)


def varied(site: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a site with what a variant changes; raise SiteDescriptionError."""
    changed = deepcopy(dict(site))
    for name, values in variant["settings"].items():
        for place in _places(changed, name):
            _merge(place, values)
    for role, permissions in variant["grant"].items():
        for granted in _permissions(changed, role):
            granted[:] = sorted({*granted, *permissions})
    for role, permissions in variant["revoke"].items():
        for granted in _permissions(changed, role):
            granted[:] = [each for each in granted if each not in permissions]
    return changed


def _places(site: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return where a site has an object of its configuration: a field is with its bundle too."""
    parts = [site.get(part) or {} for part in ("settings", "config")]
    found = [part[name] for part in parts if name in part][:1]
    if not found:
        raise SiteDescriptionError(f"The site has no object {name}, which the variant changes.")
    if name.startswith(FIELD):
        entity_type, bundle, field = name.removeprefix(FIELD).split(".")
        kind, key = BUNDLES.get(entity_type, ("", ""))
        rows = (row for row in site.get(kind, ()) if row[key] == bundle)
        found += [each for row in rows for each in row["fields"] if each["name"] == field]
    return found


def _permissions(site: dict[str, Any], role: str) -> Iterator[list[str]]:
    """Yield where a site has the permissions of a role."""
    found = [row for row in site["roles"] if row["id"] == role]
    if not found:
        raise SiteDescriptionError(f"The site has no role {role}, which the variant changes.")
    found += [part[ROLE + role] for part in [site.get("config") or {}] if ROLE + role in part]
    yield from (row.setdefault("permissions", []) for row in found)


def _merge(values: dict[str, Any], others: Mapping[str, Any]) -> None:
    """Put values over others, objects into objects."""
    for name, value in others.items():
        if isinstance(value, dict) and isinstance(values.get(name), dict):
            _merge(values[name], value)
        else:
            values[name] = value
