"""Documents of clients: what they say of the fields of a resource.

Source: JSON:API 1.0, and Drupal core 10.6 for what it takes besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework.exceptions import NotFound, ParseError

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.http.exceptions import UnprocessableEntity
from drupal_jwt_auth.jsonapi.resource_type import ResourceType, is_relationship, target_type_of

VIRTUAL = "virtual"
"""The id of what is nothing, such as the parent of a term at the root."""

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class DocumentReader:
    """Reads the document of a new resource of a type."""

    def __init__(self, resource_type: ResourceType, site: SiteContext) -> None:
        self.resource_type = resource_type
        self.site = site

    def read(self, document: Any) -> dict[str, list[Item]]:
        """Return the raw items of the fields in a document, by name, in its order.

        Raise ParseError (400) for what is no resource, UnprocessableEntity (422) for one that no
        entity can be made of, and NotFound (404) for a relationship to nothing. The type that it
        names is not compared with that of the path, as in Drupal: the path decides.
        """
        if not isinstance(document, Mapping | list):
            raise ParseError("The document must be a JSON object.")
        resource = document.get("data") if isinstance(document, Mapping) else None
        if not isinstance(resource, Mapping) or not isinstance(resource.get("type"), str):
            raise ParseError('Resource object must include a "type".')
        attributes = _member(resource, "attributes")
        relationships = _member(resource, "relationships")
        self.check_names(attributes, relationships)
        fields = self.resource_type.fields
        return {
            **self.read_id(resource.get("id")),
            **{
                fields[name].name: self.read_attribute(fields[name], value)
                for name, value in attributes.items()
            },
            **{
                fields[name].name: items
                for name, value in relationships.items()
                if (items := self.read_relationship(fields[name], value)) is not None
            },
        }

    def check_names(self, attributes: Mapping[str, Any], relationships: Mapping[str, Any]) -> None:
        """Raise UnprocessableEntity for what is no field, or one of the other kind."""
        fields = self.resource_type.fields
        related = {name for name, field in fields.items() if is_relationship(field)}
        misplaced = [name for name in attributes if name in related]
        if misplaced:
            raise UnprocessableEntity(
                "The following relationship fields were provided as attributes: "
                f"[ {', '.join(misplaced)} ]"
            )
        unknown = [name for name in attributes if name not in fields]
        unknown += [name for name in relationships if name not in related]
        if unknown:
            raise UnprocessableEntity(
                f"The attribute {unknown[0]} does not exist on the {self.resource_type.name} "
                "resource type."
            )

    def read_id(self, value: Any) -> dict[str, list[Item]]:
        """Return the field that a UUID of the client's is, where there is one."""
        if value is None:
            return {}
        if not (isinstance(value, str) and _UUID.fullmatch(value)):
            raise UnprocessableEntity(
                "IDs should be properly generated and formatted UUIDs as described in RFC 4122."
            )
        return {str(self.resource_type.entity_type.keys.uuid): [{"value": value}]}

    def read_attribute(self, field: Field, value: Any) -> list[Item]:
        """Return the raw items of an attribute: a value, an object, or a list of them."""
        values = value if isinstance(value, list) else [] if value is None else [value]
        main = field.type.main_property
        items = [each if isinstance(each, Mapping) else {main: each} for each in values]
        return field.denormalize(items, self.site)

    def read_relationship(self, field: Field, value: Any) -> list[Item] | None:
        """Return the raw items of a relationship; None for that to the bundle, which is known.

        One without data is empty, as in Drupal.
        """
        data = value.get("data") if isinstance(value, Mapping) else None
        identifiers = data if isinstance(data, list) else [] if data is None else [data]
        items = field.denormalize(list(self.read_identifiers(field, identifiers)), self.site)
        if field.name != self.resource_type.entity_type.keys.bundle:
            return items
        if any(item["target_id"] != self.resource_type.bundle.id for item in items):
            raise UnprocessableEntity("The path says of which bundle a resource is.")
        return None

    def read_identifiers(self, field: Field, identifiers: list[Any]) -> Iterator[Item]:
        """Yield an item for each resource identifier; those of nothing are left out."""
        target_type = target_type_of(field)
        ids = [_id_of(each, target_type) for each in identifiers]
        self.site.look_up_uuids(target_type, ids)
        for identifier, uuid in zip(identifiers, ids, strict=True):
            if uuid == VIRTUAL:
                continue
            key = self.site.key_of(target_type, uuid)
            if key is None:
                raise NotFound(
                    f"The resource identified by `{identifier['type']}:{uuid}` (given as a "
                    "relationship item) could not be found."
                )
            given = identifier.get("meta")
            meta = given if isinstance(given, Mapping) else {}
            # Nothing else: what REST takes besides could name another entity.
            known = {name: meta[name] for name in field.type.properties if name in meta}
            yield {**known, "target_id": key}


def _member(resource: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a member of a resource, which may be left out; to PHP an empty list is an object."""
    value = resource.get(name) or {}
    if not isinstance(value, Mapping):
        raise UnprocessableEntity(f"The member {name} must be an object.")
    return value


def _id_of(identifier: Any, target_type: str) -> str:
    """Return the id in a resource identifier of a type of entity; raise ParseError (400)."""
    named = identifier.get("type") if isinstance(identifier, Mapping) else None
    if not isinstance(named, str):
        raise ParseError("No type specified for related resource")
    if not isinstance(identifier.get("id"), str):
        raise ParseError("No ID specified for related resource")
    if named.partition("--")[0] != target_type:
        raise ParseError(f"The type {named} is none that the relationship may have.")
    uuid: str = identifier["id"]
    return uuid
