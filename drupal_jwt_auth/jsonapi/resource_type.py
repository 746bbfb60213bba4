"""Resource types: what JSON:API calls the entities of a bundle, and the fields of these.

Source: Drupal core 10.6, the repository of resource types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.http.exceptions import Violation

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


@dataclass(frozen=True)
class ResourceType:
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
    def path(self) -> str:
        """Return the path of the collection, below that of the site."""
        return f"jsonapi/{self.entity_type.id}/{self.bundle.id}"

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
