"""Resource types: what JSON:API calls the entities of a bundle, and the fields of these.

Source: Drupal core 10.6, the repository of resource types.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rest_framework.exceptions import NotFound

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.entity_type import EntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Bundle, Structure
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType, target_bundles
from drupal_jwt_auth.fields.file import FileReferenceType
from drupal_jwt_auth.http.exceptions import Violation

ROOT = "jsonapi"
"""What the paths of all resources begin with."""
RESERVED = frozenset({"type", "id"})
"""What members of a resource are called, and so no field is."""


def type_name(entity_type_id: str, bundle: str | None) -> str:
    """Return the name of a resource type; what has no bundles is its own."""
    return f"{entity_type_id}--{bundle or entity_type_id}"


def is_relationship(field: Field) -> bool:
    """Tell whether a field is a relationship; any other is an attribute."""
    return isinstance(field.type, EntityReferenceType)


def target_type_of(field: Field) -> str:
    """Return what type of entities a relationship is to."""
    field_type: Any = field.type
    return str(field_type.target_type(field))


def is_served(entity_type: EntityType) -> bool:
    """Tell whether what is of a type are resources: it has fields, and UUIDs as ids."""
    if isinstance(entity_type, ContentEntityType):
        return bool(entity_type.base_fields) and entity_type.keys.uuid is not None
    return isinstance(entity_type, ConfigEntityType) and entity_type.prefix is not None


class AnyResourceType(ABC):
    """What resources of a type have in common, of content or of configuration."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Return what resources have as ``type``: ``node--article``."""

    @property
    @abstractmethod
    def label_name(self) -> str | None:
        """Return the attribute that says what a resource is called, None where none does."""

    @property
    def path(self) -> str:
        """Return the path of the collection, below that of the site."""
        return f"{ROOT}/{self.name.replace('--', '/')}"

    def not_found(self, tail: str = "", route: str = "individual") -> NotFound:
        """Return the error (404) for an id that no resource has.

        ``tail`` is what follows the id in the path, ``route`` what Drupal calls the route.
        """
        return NotFound(
            'The "entity" parameter was not converted for the path '
            f'"/{self.path}/{{entity}}{tail}" (route name: "jsonapi.{self.name}.{route}")'
        )

    @property
    def is_versionable(self) -> bool:
        """Tell whether resources have versions."""
        return False

    @property
    def relationships(self) -> Mapping[str, Field]:
        """Return the fields that are relationships, by public name."""
        return {}


@dataclass(frozen=True)
class ResourceType(AnyResourceType):
    """The entities of a bundle as resources. ``fields`` are theirs by public name, in order."""

    bundle: Bundle

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return self.bundle.entity_type

    @property
    def name(self) -> str:
        """Return what resources have as ``type``: ``node--article``."""
        return type_name(self.entity_type.id, self.bundle.id)

    @property
    def label_name(self) -> str | None:
        """Return the attribute that says what a resource is called, None where none does."""
        label = self.entity_type.keys.label
        return self.entity_type.public_label or (
            label and self.public_name(self.bundle.fields[label])
        )

    @property
    def is_versionable(self) -> bool:
        """Tell whether resources have versions: entities have revisions."""
        return self.entity_type.keys.revision is not None

    @cached_property
    def relationships(self) -> Mapping[str, Field]:
        """Return the fields that are relationships, by public name."""
        return {name: field for name, field in self.fields.items() if is_relationship(field)}

    @property
    def takes_files(self) -> bool:
        """Tell whether resources have a field that files go into."""
        fields = self.relationships.values()
        return any(isinstance(field.type, FileReferenceType) for field in fields)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return the fields that resources have, by their public names, in Drupal's order."""
        return {
            self.public_name(field): field
            for field in self.bundle.fields.values()
            if field.name != self.entity_type.keys.uuid
            and not (isinstance(field, BaseField) and not field.is_shown)
        }

    def public_name(self, field: Field) -> str:
        """Return what a field is called: keys of the database say that they are internal."""
        keys = self.entity_type.keys
        if field.name in (keys.id, keys.revision):
            return f"drupal_internal__{field.name}"
        if field.name == keys.uuid:
            return "id"
        return f"{self.entity_type.id}_{field.name}" if field.name in RESERVED else field.name

    def pointer(self, field: Field) -> str:
        """Return where a document has a field (RFC 6901)."""
        if field.name == self.entity_type.keys.uuid:
            return "/data/id"
        member = "relationships" if is_relationship(field) else "attributes"
        return f"/data/{member}/{self.public_name(field)}"

    def pointer_to(self, violation: Violation) -> str:
        """Return where a document has what a violation is about.

        As in Drupal it is below the attributes whatever it is, and the number of an item is there
        where a field may have many of them, or where nothing comes after it.
        """
        name, *rest = violation.path.split(".")
        field = self.bundle.fields.get(name)
        if field is None:
            return "/data"
        if field.cardinality == 1 and len(rest) > 1:
            rest = rest[1:]
        return "/".join(["/data/attributes", self.public_name(field), *rest])


@dataclass(frozen=True)
class ConfigResourceType(AnyResourceType):
    """The objects of a kind of configuration as resources: what is in them are attributes."""

    entity_type: ConfigEntityType

    @property
    def name(self) -> str:
        """Return what resources have as ``type``: ``node_type--node_type``."""
        return type_name(self.entity_type.id, None)

    @property
    def label_name(self) -> str | None:
        """Return the attribute that says what a resource is called."""
        return self.public_name(self.entity_type.label_key)

    def public_name(self, name: str) -> str:
        """Return what a part of a document is called."""
        if name == self.entity_type.id_key:
            return f"drupal_internal__{name}"
        return f"{self.entity_type.id}_{name}" if name in RESERVED else name

    def inner_name(self, name: str) -> str:
        """Return what a part of a document is called inside."""
        if name == "id":
            return "uuid"
        names = {self.public_name(inner): inner for inner in (self.entity_type.id_key, *RESERVED)}
        return names.get(name, name)


def types_of(entity_type: EntityType | None, structure: Structure) -> list[AnyResourceType]:
    """Return the resource types of an entity type: one for each bundle."""
    if isinstance(entity_type, ContentEntityType) and is_served(entity_type):
        return [ResourceType(bundle) for bundle in structure.bundles_of(entity_type).values()]
    if isinstance(entity_type, ConfigEntityType) and is_served(entity_type):
        return [ConfigResourceType(entity_type)]
    return []


def all_types(structure: Structure) -> Iterator[AnyResourceType]:
    """Yield all resource types."""
    for entity_type in (*ENTITY_TYPES.all_content(), *ENTITY_TYPES.all_config()):
        yield from types_of(entity_type, structure)


def target_types_of(field: Field, structure: Structure) -> list[AnyResourceType]:
    """Return the resource types that a relationship may lead to."""
    found = types_of(ENTITY_TYPES.get(target_type_of(field)), structure)
    bundles = target_bundles(field)
    if bundles is None:
        return found
    return [
        each for each in found if not isinstance(each, ResourceType) or each.bundle.id in bundles
    ]
