"""The description of a site, as `import_drupal_site` reads it, and what is wrong with one.

Source: what Drupal exports of its configuration and content, put together in one JSON document;
``docs/import.md`` describes it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.content.entity.entity_type import ENTITY_TYPES
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, UUID_LENGTH
from drupal_jwt_auth.models.node_type import TITLE_LABEL
from drupal_jwt_auth.text import filter_faults, filter_options

MAX_ID = 2**31 - 1
MAX_DEPTH = 32
"""Of lists and objects in each other: MariaDB keeps JSON of 31 levels, here three are around it."""

MAX_FAULTS = 20
"""How many faults are told."""

PUBLIC = "public://"

_SURROGATE = re.compile("[\ud800-\udfff]")


class SiteDescriptionError(ValueError):
    """A description cannot be used; the message tells where and why."""


class SiteConflictError(SiteDescriptionError):
    """What is in the database already is in the way of a site."""


class MachineNameField(serializers.RegexField):
    """A machine name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A[a-z][a-z0-9_]*\Z", max_length=MACHINE_NAME_LENGTH, **kwargs)


class IdField(serializers.IntegerField):
    """The number of an entity."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class UnixTimeField(serializers.IntegerField):
    """Seconds since 1970."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2**33, **kwargs)


class ObjectField(serializers.DictField):
    """An object; PHP writes an empty one as a list."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the object."""
        return super().to_internal_value({} if data == [] else data)


def uuid_field(**kwargs: Any) -> serializers.CharField:
    """Return a field for a UUID."""
    return serializers.CharField(max_length=UUID_LENGTH, **kwargs)


class RoleDescription(serializers.Serializer[Any]):
    """A role, with its permissions under Drupal's names."""

    id = MachineNameField()
    uuid = uuid_field(default=None)
    is_admin = serializers.BooleanField(default=False)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), default=list)


class UserDescription(serializers.Serializer[Any]):
    """A user; ``pass`` is the hash as Drupal's database has it."""

    uid = IdField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=60, trim_whitespace=False)
    mail = serializers.CharField(max_length=254, allow_blank=True, allow_null=True, default="")
    status = serializers.BooleanField(default=True)
    created = UnixTimeField(default=0)
    roles = serializers.ListField(child=MachineNameField(), default=list)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a word of Python."""
        password = serializers.CharField(
            max_length=255, allow_blank=True, allow_null=True, default="", trim_whitespace=False
        )
        return {**super().get_fields(), "pass": password}


class TextFormatDescription(serializers.Serializer[Any]):
    """A text format with its filters."""

    format = MachineNameField()
    name = serializers.CharField(max_length=255)
    weight = serializers.IntegerField(default=0, min_value=-MAX_ID, max_value=MAX_ID)
    filters = ObjectField(child=ObjectField(), default=dict)

    def validate_filters(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the filters; refuse those that there are not, and what one cannot use."""
        faults = list(filter_faults(value))
        if faults:
            raise serializers.ValidationError(faults)
        return {name: filter_options(options)._asdict() for name, options in value.items()}


class FileDescription(serializers.Serializer[Any]):
    """A file; ``uri`` is where Drupal's public files have it, ``uid`` is 0 for the anonymous user.

    The bytes are not part of a description.
    """

    fid = IdField()
    uuid = uuid_field()
    uid = serializers.IntegerField(default=0, min_value=0, max_value=MAX_ID)
    filename = serializers.CharField(max_length=255)
    uri = serializers.CharField(max_length=255 + len(PUBLIC))
    filemime = serializers.CharField(max_length=255, default="application/octet-stream")
    filesize = serializers.IntegerField(default=0, min_value=0, max_value=2**63 - 1)
    status = serializers.BooleanField(default=True)
    created = UnixTimeField(default=0)
    changed = UnixTimeField(default=0)

    def validate_uri(self, value: str) -> str:
        """Return the name in the storage; refuse what is no public file."""
        name = value.removeprefix(PUBLIC)
        if name == value or {"", ".", ".."} & set(name.split("/")):
            raise serializers.ValidationError(
                f"Use {PUBLIC} and a path, such as {PUBLIC}2026-11/photo.jpg."
            )
        return name


class VocabularyDescription(serializers.Serializer[Any]):
    """A vocabulary."""

    vid = MachineNameField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(allow_blank=True, allow_null=True, required=False)
    weight = serializers.IntegerField(required=False, min_value=-MAX_ID, max_value=MAX_ID)

    def validate_description(self, value: str | None) -> str:
        """Return the description, which may be none."""
        return value or ""


class TermTextDescription(serializers.Serializer[Any]):
    """What a term is about, and the format of the text."""

    value = serializers.CharField(allow_blank=True, allow_null=True, trim_whitespace=False)
    format = serializers.CharField(max_length=255, allow_null=True, default=None)


class TermDescription(serializers.Serializer[Any]):
    """A term of a vocabulary; ``parent`` are the numbers of the terms that it is below, or 0."""

    tid = IdField()
    revision_id = IdField(default=None, allow_null=True)
    uuid = uuid_field()
    vid = MachineNameField()
    langcode = serializers.CharField(max_length=12, required=False)
    name = serializers.CharField(max_length=255, trim_whitespace=False)
    status = serializers.BooleanField(default=True)
    weight = serializers.IntegerField(required=False, min_value=-MAX_ID, max_value=MAX_ID)
    description = TermTextDescription(many=True, required=False)
    changed = UnixTimeField(required=False)
    revision_created = UnixTimeField(required=False)
    revision_user = serializers.IntegerField(
        min_value=0, max_value=MAX_ID, allow_null=True, required=False
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        numbers = serializers.IntegerField(min_value=0, max_value=MAX_ID)
        return {
            **super().get_fields(),
            "parent": serializers.ListField(child=numbers, required=False),
        }


class FieldDescription(serializers.Serializer[Any]):
    """A configurable field of a content type."""

    name = MachineNameField(validators=[ENTITY_TYPES.content("node").check_new_name])
    type = serializers.CharField()
    cardinality = serializers.IntegerField(default=1, min_value=-1, max_value=MAX_ID)
    settings = ObjectField(default=dict)
    default_value = serializers.ListField(child=ObjectField(), default=list)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with those whose names are a serializer's own too."""
        return {
            **super().get_fields(),
            "label": serializers.CharField(max_length=255),
            "required": serializers.BooleanField(default=False),
        }

    def validate_type(self, value: str) -> str:
        """Return the type; refuse one that is not registered."""
        if value not in FIELD_TYPES:
            raise serializers.ValidationError(f"There is no field type {value}.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse settings that the type cannot use."""
        wrong = FIELD_TYPES[attrs["type"]].wrong_settings(attrs["settings"])
        faults = [f"The field type cannot use {each}" for each in wrong]
        if faults:
            raise serializers.ValidationError({"settings": faults})
        return attrs


class DefaultsDescription(serializers.Serializer[Any]):
    """What new nodes of a type are."""

    status = serializers.BooleanField(default=True)
    promote = serializers.BooleanField(default=True)
    sticky = serializers.BooleanField(default=False)


class NodeTypeDescription(serializers.Serializer[Any]):
    """A content type with its configurable fields."""

    type = MachineNameField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=255)
    title_label = serializers.CharField(max_length=255, default="")
    new_revision = serializers.BooleanField(default=True)
    defaults = DefaultsDescription(default=dict)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {**super().get_fields(), "fields": FieldDescription(many=True, default=list)}

    def validate_fields(self, value: list[Any]) -> list[Any]:
        """Return the fields; refuse two of one name."""
        for name, count in Counter(field["name"] for field in value).items():
            if count > 1:
                raise serializers.ValidationError(f"There are {count} fields {name}.")
        return value


class PathAliasDescription(serializers.Serializer[Any]):
    """The alias of a node, or of any other path."""

    pid = IdField()
    uuid = uuid_field()
    path = serializers.RegexField(r"\A/", max_length=ALIAS_MAX_LENGTH)
    alias = serializers.CharField(max_length=ALIAS_MAX_LENGTH)
    langcode = serializers.CharField(max_length=12, default="en")


class NodeDescription(serializers.Serializer[Any]):
    """A node; ``uid`` is 0 for the anonymous user."""

    nid = IdField()
    vid = IdField()
    uuid = uuid_field()
    type = MachineNameField()
    langcode = serializers.CharField(max_length=12, default="en")
    title = serializers.CharField(max_length=255, allow_blank=True, trim_whitespace=False)
    uid = serializers.IntegerField(min_value=0, max_value=MAX_ID)
    status = serializers.BooleanField(default=True)
    promote = serializers.BooleanField(default=False)
    sticky = serializers.BooleanField(default=False)
    created = UnixTimeField()
    changed = UnixTimeField()
    revision_timestamp = UnixTimeField()
    revision_uid = serializers.IntegerField(min_value=0, max_value=MAX_ID)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        items = serializers.ListField(child=serializers.DictField())
        return {**super().get_fields(), "fields": ObjectField(child=items, default=dict)}


class SiteDescription(serializers.Serializer[Any]):
    """A site: whatever is left out, it has none of."""

    roles = RoleDescription(many=True, default=list)
    users = UserDescription(many=True, default=list)
    text_formats = TextFormatDescription(many=True, default=list)
    vocabularies = VocabularyDescription(many=True, default=list)
    terms = TermDescription(many=True, default=list)
    files = FileDescription(many=True, default=list)
    node_types = NodeTypeDescription(many=True, default=list)
    path_aliases = PathAliasDescription(many=True, default=list)
    nodes = NodeDescription(many=True, default=list)

    def to_internal_value(self, data: Any) -> Any:
        """Return the site; what its content types call the title may stand in its ``config``.

        Refuse lists that are none of a site's: a word of the export's own is no list.
        """
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            lists = ", ".join(self.fields)
            # PHP writes an empty object as a list.
            faults = {
                name: [f"There is no such list. There are: {lists}."]
                for name in unknown
                if data[name] and isinstance(data[name], list)
            }
            if not faults and data and len(unknown) == len(data):
                faults["non_field_errors"] = [f"None of the lists of a site is here: {lists}."]
            if faults:
                raise serializers.ValidationError(faults)
        site = super().to_internal_value(data)
        for row in site["node_types"]:
            row["title_label"] = row["title_label"] or _title_label(data.get("config"), row["type"])
        return site


def _title_label(config: Any, node_type: str) -> str:
    """Return the label in the configuration objects of a site, where Drupal keeps it."""
    name = f"core.base_field_override.node.{node_type}.title"
    override = config.get(name) if isinstance(config, Mapping) else None
    label = override.get("label") if isinstance(override, Mapping) else None
    return str(label or TITLE_LABEL)


def read_site(path: Path) -> dict[str, Any]:
    """Return the description in a file; raise SiteDescriptionError."""
    try:
        # What Windows writes before UTF-8 is no part of it.
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SiteDescriptionError(f"{path} cannot be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        raise SiteDescriptionError(
            f"{path} is no JSON: {error.msg}, in line {error.lineno}, column {error.colno}."
        ) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise SiteDescriptionError(f"{path} is no JSON text in UTF-8.") from error
    # Before anything else reads it: whoever does may be out of stack, or of what it can encode.
    _refuse(path, _unstorable(document))
    description = SiteDescription(data=document)
    if not description.is_valid():
        _refuse(path, _faults(description.errors))
    site: dict[str, Any] = description.validated_data
    return site


def _refuse(path: Path, faults: Iterator[tuple[str, str]]) -> None:
    """Raise SiteDescriptionError with the first of some faults, if there are any."""
    lines = [f"  {place}: {text}" for place, text in islice(faults, MAX_FAULTS)]
    others = sum(1 for _ in faults)
    if others:
        lines.append(f"  and {others:,} more.")
    if lines:
        raise SiteDescriptionError("\n".join([f"{path} describes no site:", *lines]))


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
    # Clients may send it to nodes, where it is kept for that.
    if "\0" in text and not place.startswith(".nodes["):
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
