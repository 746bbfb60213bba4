"""What the configuration of a Drupal site says, in the words of a site's description.

Source: the names and the schema of Drupal core's configuration objects.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.content.comment.host import host_types
from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.fields.primitives import is_storable
from drupal_jwt_auth.text import FILTERS
from drupal_jwt_auth.transfer.comments import CommentFieldDescription, CommentTypeDescription
from drupal_jwt_auth.transfer.configuration import name_fault
from drupal_jwt_auth.transfer.description_fields import MachineNameField, uuid_field
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase, as_bytes
from drupal_jwt_auth.transfer.drupal.exceptions import SerializedValueError
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.serialized import unserialize
from drupal_jwt_auth.transfer.fields import FieldDescription
from drupal_jwt_auth.transfer.node_types import NodeFieldDescription, NodeTypeDescription
from drupal_jwt_auth.transfer.other_entities import other_types
from drupal_jwt_auth.transfer.roles import RoleDescription
from drupal_jwt_auth.transfer.taxonomy import TermFieldDescription, VocabularyDescription
from drupal_jwt_auth.transfer.text_formats import TextFormatDescription
from drupal_jwt_auth.transfer.users import UserFieldDescription

Objects = dict[str, Any]

SECRET = ("key.key.",)
"""What the names of objects begin with that hold secrets and nothing else."""

SHOWING_ONLY = frozenset({"media_embed"})
"""Filters without which a text is shown as it was written, and no less safely."""

FIELDS: Mapping[str, type[FieldDescription]] = {
    "comment": CommentFieldDescription,
    "node": NodeFieldDescription,
    "taxonomy_term": TermFieldDescription,
    "user": UserFieldDescription,
}
"""Of which entity types fields are read."""


def read_objects(database: DrupalDatabase, report: Report) -> Objects:
    """Return the configuration objects by name."""
    objects: Objects = {}
    for row in database.rows("SELECT collection, name, data FROM {config}"):
        name = row["name"]
        if row["collection"]:
            report.note(
                "Translations",
                f"configuration objects of the collection {row['collection']}",
                "left out: the site is in its own language here.",
                name,
            )
        elif name.startswith(SECRET):
            report.note(
                "Configuration",
                "keys",
                "left out, as they are secrets: see how tokens of the old site are taken.",
                name,
            )
        else:
            fault, data = _read(name, as_bytes(row["data"] or b""))
            if fault:
                report.note("Configuration", "objects that cannot be read", "left out.", fault)
            else:
                objects[name] = data
    report.read["configuration objects"] = len(objects)
    return objects


def _read(name: str, data: bytes) -> tuple[str, Any]:
    """Return why an object cannot be kept, or an empty text, and what it holds."""
    try:
        value = unserialize(data)
    except SerializedValueError as error:
        return f"{name}: {error}", None
    fault = name_fault(name)
    if fault is not None:
        return f"{name}: {fault}", None
    if b"\0" in data or not is_storable(value):
        return f"{name}: Not every database keeps such values.", None
    # PHP writes an empty object as a list.
    if value != [] and not isinstance(value, Mapping):
        return f"{name}: It is no object.", None
    return "", value or {}


class SiteConfiguration:
    """The parts of a site's description that configuration is, as far as there is a place for it.

    What cannot be kept is left out, and the report says so.
    """

    def __init__(self, objects: Objects, report: Report) -> None:
        self.objects = objects
        self.report = report
        self.storages: dict[tuple[str, str], Any] = {
            (_name(data, "entity_type"), _name(data, "field_name")): data
            for data in self.beginning_with("field.storage.")
        }
        self.others = {
            entity_type.id: _field_description(entity_type.id) for entity_type, _ in other_types()
        }
        self.fields = self._fields()

    def beginning_with(self, prefix: str) -> Iterator[Any]:
        """Yield the objects whose names begin so, in the order of their names."""
        return (self.objects[name] for name in sorted(self.objects) if name.startswith(prefix))

    def value(self, name: str, path: str, default: Any = None) -> Any:
        """Return a value in an object, the default where there is none."""
        value: Any = self.objects.get(name)
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return default if value is None else value

    def described(self) -> dict[str, Any]:
        """Return the parts."""
        return {
            "roles": list(self._kept(RoleDescription, "roles", self._roles())),
            "text_formats": list(
                self._kept(TextFormatDescription, "text formats", self._formats())
            ),
            "vocabularies": list(
                self._kept(VocabularyDescription, "vocabularies", self._vocabularies())
            ),
            "node_types": list(
                self._kept(NodeTypeDescription, "content types", self._node_types())
            ),
            "comment_types": list(
                self._kept(CommentTypeDescription, "comment types", self._comment_types())
            ),
            "user_fields": self.fields["user", "user"],
            "config": self.objects,
        }

    def _kept(
        self, description: type[serializers.Serializer[Any]], kind: str, rows: Iterable[Any]
    ) -> Iterator[Any]:
        """Yield what is described well."""
        for row in rows:
            described = description(data=row)
            if described.is_valid():
                yield row
            else:
                self.report.note(
                    "Configuration",
                    f"{kind} that there is no place for",
                    "left out, with what is of them.",
                    f"{next(iter(row.values()))}: {_told(described.errors)}",
                )

    def other_bundles(self, entity_type: str, prefix: str) -> list[Any]:
        """Return the bundles of a type that an app of its own brings."""
        bundles = [
            {
                "id": data.get("id"),
                "uuid": data.get("uuid"),
                "name": data.get("label"),
                "description": data.get("description") or "",
                "fields": self.fields[entity_type, _name(data, "id")],
            }
            for data in self.beginning_with(f"{prefix}.")
        ]
        return list(self._kept(_BundleDescription, f"bundles of {entity_type}", bundles))

    def _roles(self) -> Iterator[Any]:
        for data in self.beginning_with("user.role."):
            permissions = []
            for name in map(str, _list(data.get("permissions"))):
                if len(name) <= _PERMISSION_LENGTH:
                    permissions.append(name)
                else:
                    self.report.note(
                        "Permissions",
                        f"permissions of more than {_PERMISSION_LENGTH} characters",
                        "left out.",
                        f"{_name(data, 'id')}: {name}",
                    )
            yield {
                "id": data.get("id"),
                "uuid": data.get("uuid"),
                "label": data.get("label"),
                "weight": data.get("weight") or 0,
                "is_admin": bool(data.get("is_admin")),
                "permissions": permissions,
            }

    def _formats(self) -> Iterator[Any]:
        for data in self.beginning_with("filter.format."):
            filters = {
                name: {"weight": each.get("weight") or 0, "settings": each.get("settings") or {}}
                for name, each in _filters(data)
                if each.get("status")
            }
            if not data.get("status", True):
                self.report.note(
                    "Text formats",
                    "formats that are off",
                    "left out: texts in them are shown empty, as they are on the old site.",
                    _name(data, "format"),
                )
                continue
            unknown = filters.keys() - FILTERS.keys()
            for name in unknown & SHOWING_ONLY:
                del filters[name]
                self.report.note(
                    "Text formats",
                    f"formats with the filter {name}",
                    "kept without it: what it would show in a text stays as it was written.",
                    _name(data, "format"),
                )
            if unknown - SHOWING_ONLY:
                self.report.note(
                    "Text formats",
                    "formats with filters that there are not",
                    "left out: texts in them are shown empty, as Drupal does where a filter is "
                    "missing, which may be what made them safe. Register one, and import again.",
                    f"{_name(data, 'format')}: {', '.join(sorted(unknown - SHOWING_ONLY))}",
                )
                continue
            yield {
                "format": data.get("format"),
                "uuid": data.get("uuid"),
                "name": data.get("name"),
                "weight": data.get("weight") or 0,
                "filters": filters,
            }

    def _vocabularies(self) -> Iterator[Any]:
        for data in self.beginning_with("taxonomy.vocabulary."):
            yield {
                "vid": data.get("vid"),
                "uuid": data.get("uuid"),
                "name": data.get("name"),
                "description": data.get("description") or "",
                "weight": data.get("weight") or 0,
                "fields": self.fields["taxonomy_term", _name(data, "vid")],
            }

    def _node_types(self) -> Iterator[Any]:
        for data in self.beginning_with("node.type."):
            name = _name(data, "type")
            yield {
                "type": name,
                "uuid": data.get("uuid"),
                "name": data.get("name"),
                "description": data.get("description") or "",
                "new_revision": bool(data.get("new_revision", True)),
                "defaults": {
                    field: self._default(name, field, default=default)
                    for field, default in _NODE_DEFAULTS.items()
                },
                "fields": self.fields["node", name],
            }

    def _default(self, node_type: str, field: str, *, default: bool) -> bool:
        """Return what a flag of new nodes of a type is."""
        items = self.value(f"core.base_field_override.node.{node_type}.{field}", "default_value")
        return bool(_mapping(items[0]).get("value")) if _list(items) else default

    def _comment_types(self) -> Iterator[Any]:
        for data in self.beginning_with("comment.type."):
            host = _name(data, "target_entity_type_id")
            if host not in host_types():
                self.report.note(
                    "Configuration",
                    f"comment types for {host}",
                    "left out, with their comments: there are none on such.",
                    _name(data, "id"),
                )
                continue
            yield {
                "id": data.get("id"),
                "uuid": data.get("uuid"),
                "label": data.get("label"),
                "description": data.get("description") or "",
                "target_entity_type_id": host,
                "fields": self.fields["comment", _name(data, "id")],
            }

    def _fields(self) -> dict[tuple[str, str], list[Any]]:
        """Return the fields by entity type and bundle."""
        fields: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for data in self.beginning_with("field.field."):
            entity_type, bundle = _name(data, "entity_type"), _name(data, "bundle")
            field_name = _name(data, "field_name")
            name = f"{entity_type}.{bundle}.{field_name}"
            storage = self.storages.get((entity_type, field_name))
            description = FIELDS.get(entity_type) or self.others.get(entity_type)
            if description is None:
                what = f"fields of the entity type {entity_type}"
                self.report.note("Fields", what, "kept as configuration alone.", name)
            elif storage is None or not data.get("status", True):
                self.report.note("Fields", "fields without a storage, or off", "left out.", name)
            elif _name(storage, "type") not in FIELD_TYPES:
                what = f"fields of the unknown type {_name(storage, 'type')}"
                self.report.note(
                    "Fields",
                    what,
                    "left out, with their values, unless the type is registered.",
                    name,
                )
            else:
                fields[entity_type, bundle] += self._kept(
                    description, "fields", [self._field(data, storage)]
                )
        return fields

    def _field(self, data: Any, storage: Any) -> Any:
        settings = {**_mapping(storage.get("settings")), **_mapping(data.get("settings"))}
        field_type = FIELD_TYPES[storage["type"]]
        for name in list(settings):
            for fault in field_type.wrong_settings({name: settings[name]}):
                del settings[name]
                self.report.note(
                    "Fields",
                    "settings that the type of a field cannot use",
                    "left out.",
                    f"{_name(data, 'id')}: {fault}",
                )
        return {
            "name": data.get("field_name"),
            "type": storage.get("type"),
            "label": data.get("label"),
            "required": bool(data.get("required")),
            "cardinality": storage.get("cardinality", 1),
            "settings": settings,
            "default_value": _list(data.get("default_value")),
        }


class _BundleDescription(serializers.Serializer[Any]):
    """A bundle of a type that an app of its own brings."""

    id = MachineNameField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=255)


def _field_description(entity_type: str) -> type[FieldDescription]:
    """Return what describes a field of entities of a type."""
    return type("OtherFieldDescription", (FieldDescription,), {"entity_type": entity_type})


_PERMISSION_LENGTH = 100
_NODE_DEFAULTS = {"status": True, "promote": True, "sticky": False}


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; PHP writes an empty one as a list."""
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    """Return a list; what is none has nothing that is looked for in one."""
    return value if isinstance(value, list) else []


def _name(data: Mapping[str, Any], key: str) -> str:
    """Return a name that an object has; what is none is an empty one, which nothing goes by."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _filters(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the filters of a format by name; one that is no object may have been on."""
    for name, each in _mapping(data.get("filters")).items():
        yield name, each if isinstance(each, Mapping) else {"status": True}


def _told(errors: Any) -> str:
    """Return the errors of a serializer as one text."""
    return json.dumps(errors, ensure_ascii=False)
