"""The description of a site, as `import_drupal_site` reads it, and what is wrong with one.

Source: what Drupal exports of its configuration and content, put together in one JSON document;
``docs/import.md`` describes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.transfer import comments, node_types
from drupal_jwt_auth.transfer.comments import CommentDescription, CommentTypesDescription
from drupal_jwt_auth.transfer.configuration import ConfigurationField
from drupal_jwt_auth.transfer.description_fields import uuid_field
from drupal_jwt_auth.transfer.exceptions import SiteDescriptionError
from drupal_jwt_auth.transfer.files import FileDescription
from drupal_jwt_auth.transfer.loader import LEFT_OUT
from drupal_jwt_auth.transfer.node_types import NodeTypeDescription
from drupal_jwt_auth.transfer.nodes import NodeDescription
from drupal_jwt_auth.transfer.path_aliases import PathAliasDescription
from drupal_jwt_auth.transfer.roles import RoleDescription
from drupal_jwt_auth.transfer.taxonomy import TermDescription, VocabularyDescription
from drupal_jwt_auth.transfer.text_formats import TextFormatDescription
from drupal_jwt_auth.transfer.users import UserDescription, UserFieldsDescription

MAX_DEPTH = 32
"""Of lists and objects in each other: MariaDB keeps JSON of 31 levels, here three are around it."""

MAX_FAULTS = 20
"""How many faults are told."""

_SURROGATE = re.compile("[\ud800-\udfff]")


NOT_LOADED = frozenset({"languages", "url_prefixes"})
"""The parts of a Drupal site that there is no place for here."""

WORDS = frozenset({"drupal", "file_private_base", "file_public_base", "langcode", "timezone"})
"""What an export tells of the site as a whole."""


class SiteDescription(serializers.Serializer[Any]):
    """A site: whatever is left out, it has none of."""

    roles = RoleDescription(many=True, default=list)
    user_fields = UserFieldsDescription(default=UserFieldsDescription.of_none)
    users = UserDescription(many=True, default=list)
    text_formats = TextFormatDescription(many=True, default=list)
    vocabularies = VocabularyDescription(many=True, default=list)
    terms = TermDescription(many=True, default=list)
    files = FileDescription(many=True, default=list)
    node_types = NodeTypeDescription(many=True, default=list)
    path_aliases = PathAliasDescription(many=True, default=list)
    nodes = NodeDescription(many=True, default=list)
    comment_types = CommentTypesDescription(default=list)
    comments = CommentDescription(many=True, default=list)
    settings = ConfigurationField()
    config = ConfigurationField()
    anonymous_uuid = uuid_field(default=None)
    site_name = serializers.CharField(default=None, allow_null=True, allow_blank=True)
    upload_max_bytes = serializers.IntegerField(default=None, min_value=0, max_value=2**63 - 1)

    def to_internal_value(self, data: Any) -> Any:
        """Return the site; some of what describes its content types may stand in its ``config``.

        Refuse lists and objects that are none of a site's: what is in them would be lost.
        """
        if isinstance(data, Mapping):
            self._check_parts(data)
        site = super().to_internal_value(data)
        site[LEFT_OUT] = [_told(name, data[name]) for name in data if self._is_left_out(name, data)]
        for row in site["node_types"]:
            node_types.complete(row, site["config"])
        for row in site["comment_types"]:
            comments.complete(row, site["config"])
        return site

    def _check_parts(self, data: Mapping[str, Any]) -> None:
        """Raise ValidationError for parts that nobody knows, and where there are no others."""
        unknown = [name for name in data if name not in self.fields]
        parts = ", ".join(self.fields)
        faults = {
            name: [f"There is no such part of a site. There are: {parts}."]
            for name in unknown
            if name not in NOT_LOADED and data[name] and isinstance(data[name], list | dict)
        }
        if not faults and data and len(unknown) == len(data):
            faults["non_field_errors"] = [f"None of the parts of a site is here: {parts}."]
        if faults:
            raise serializers.ValidationError(faults)

    def _is_left_out(self, name: str, data: Mapping[str, Any]) -> bool:
        """Tell whether something is in the file that is not loaded; PHP has empty objects."""
        return bool(data[name]) and name not in self.fields and name not in WORDS


def _told(name: str, value: Any) -> str:
    """Return the name of a part, and how much is in it."""
    return f"{name} ({len(value)})" if isinstance(value, list | dict) else name


def read_site(path: Path) -> dict[str, Any]:
    """Return the description in a file; raise SiteDescriptionError."""
    return describe(read_document(path), path)


def read_document(path: Path) -> Any:
    """Return the JSON in a file; raise SiteDescriptionError."""
    try:
        # What Windows writes before UTF-8 is no part of it.
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SiteDescriptionError(f"{path} cannot be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        raise SiteDescriptionError(
            f"{path} is no JSON: {error.msg}, in line {error.lineno}, column {error.colno}."
        ) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise SiteDescriptionError(f"{path} is no JSON text in UTF-8.") from error


def describe(document: Any, source: Path | str) -> dict[str, Any]:
    """Return the description that a document is, where it is from; raise SiteDescriptionError."""
    # Before anything else reads it: whoever does may be out of stack, or of what it can encode.
    _refuse(source, _unstorable(document))
    description = SiteDescription(data=document)
    if not description.is_valid():
        _refuse(source, _faults(description.errors))
    site: dict[str, Any] = description.validated_data
    return site


def _refuse(source: Path | str, faults: Iterator[tuple[str, str]]) -> None:
    """Raise SiteDescriptionError with the first of some faults, if there are any."""
    lines = [f"  {place}: {text}" for place, text in islice(faults, MAX_FAULTS)]
    others = sum(1 for _ in faults)
    if others:
        lines.append(f"  and {others:,} more.")
    if lines:
        raise SiteDescriptionError("\n".join([f"{source} describes no site:", *lines]))


def _unstorable(document: Any) -> Iterator[tuple[str, str]]:
    """Yield where and why a value is one that not every database keeps."""
    values: list[tuple[str, int, Any]] = [("", 0, document)]
    while values:
        place, depth, value = values.pop()
        if isinstance(value, str):
            if fault := _text_fault(value, place):
                yield place.removeprefix(".") or "document", fault
        elif isinstance(value, float) and not isfinite(value):
            yield place.removeprefix("."), "This number is beyond all bounds."
        elif isinstance(value, dict | list) and depth == MAX_DEPTH:
            fault = f"More than {MAX_DEPTH} lists and objects are in each other."
            yield place.removeprefix("."), fault
        elif isinstance(value, dict):
            for key, inner in value.items():
                if fault := _text_fault(key, place):
                    yield place.removeprefix(".") or "document", f"The name {key!r}: {fault}"
                values.append((f"{place}.{key}", depth + 1, inner))
        elif isinstance(value, list):
            inside = ((f"{place}[{index}]", depth + 1, inner) for index, inner in enumerate(value))
            values.extend(inside)


def _text_fault(text: str, place: str) -> str | None:
    """Return why a text is none that every database keeps, or None."""
    if _SURROGATE.search(text):
        return "A text has half of a surrogate pair in it, which is no character."
    # Clients may send it to nodes and comments, where it is kept for that.
    if "\0" in text and not place.startswith((".nodes[", ".comments[")):
        return "A text has the character U+0000 in it."
    return None


def _faults(errors: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield where and what for each fault in the errors of nested serializers."""
    if isinstance(errors, Mapping):
        for key, value in errors.items():
            inner = f"[{key}]" if isinstance(key, int) or str(key).isdigit() else f".{key}"
            yield from _faults(value, place if key == "non_field_errors" else place + inner)
    elif isinstance(errors, list | tuple):
        for index, value in enumerate(errors):
            leaf = isinstance(value, str)
            yield from _faults(value, place if leaf else f"{place}[{index}]")
    else:
        yield place.removeprefix(".") or "document", str(errors)
