"""Documents of clients: what they say of the fields of a resource.

Source: JSON:API 1.0, and Drupal core 10.6 for what it takes besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rest_framework.exceptions import NotFound, ParseError

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.fields.primitives import is_scalar, is_true, to_text
from drupal_jwt_auth.http.exceptions import UnprocessableEntity
from drupal_jwt_auth.jsonapi.linkage import item_of
from drupal_jwt_auth.jsonapi.naming import ResourceName, named
from drupal_jwt_auth.jsonapi.resource_type import ResourceType, is_relationship

VIRTUAL = "virtual"
"""The id of what is nothing, such as the parent of a term at the root."""

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class DocumentReader:
    """Reads the document of a resource of a type, which is new or is to be changed."""

    def __init__(self, resource_type: ResourceType, site: SiteContext) -> None:
        self.resource_type = resource_type
        self.site = site

    def read(self, document: Any) -> dict[str, list[Item]]:
        """Return the raw items of the fields in a document, by name, in its order.

        Raise ParseError (400) for what is no resource, UnprocessableEntity (422) for one that no
        entity can be made of, and NotFound (404) for a relationship to nothing. The type that it
        names is not compared with that of the path, as in Drupal: the path decides, and so it does
        over the bundle.
        """
        resource = _resource_in(document)
        raw = self.read_id(resource.get("id"))
        attributes = _member(resource, "attributes")
        self.check_attributes(attributes)
        related = {
            name: list(self.read_references(value))
            for name, value in _member(resource, "relationships").items()
        }
        label = self.resource_type.entity_type.public_label
        for name, value in attributes.items():
            if name == label:
                continue  # What the entity is called, which no field is.
            field = self.field(name)
            if field.name == self.resource_type.entity_type.keys.uuid:
                raw |= self.read_id(value)
            else:
                raw[field.name] = self.read_attribute(field, value)
        for name, references in related.items():
            field = self.field(name)
            if not is_relationship(field):
                raise self.no_field(name)
            raw[field.name] = [item_of(field, meta, key) for meta, key in references]
        return {name: items for name, items in raw.items() if not self.is_passed_over(name)}

    def is_passed_over(self, name: str) -> bool:
        """Tell whether a field may be sent and says nothing: the bundle, or what is not served."""
        is_bundle = name == self.resource_type.entity_type.keys.bundle
        return is_bundle or self.resource_type.is_off(self.resource_type.bundle.fields[name])

    def read_id(self, value: Any) -> dict[str, list[Item]]:
        """Return the field that a UUID of the client's is, where there is one."""
        if value is None:
            return {}
        if not (isinstance(value, str) and _UUID.fullmatch(value)):
            raise UnprocessableEntity(
                "IDs should be properly generated and formatted UUIDs as described in RFC 4122."
            )
        return {str(self.resource_type.entity_type.keys.uuid): [{"value": value}]}

    def check_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Raise UnprocessableEntity for relationships among the attributes."""
        fields = self.resource_type.fields
        misplaced = [
            name for name in attributes if (found := fields.get(name)) and is_relationship(found)
        ]
        if misplaced:
            raise UnprocessableEntity(
                "The following relationship fields were provided as attributes: "
                f"[ {', '.join(misplaced)} ]"
            )

    def field(self, name: str) -> Field:
        """Return the field that a client names; raise UnprocessableEntity for none.

        Drupal takes the name that a field has inside as well.
        """
        bundle = self.resource_type.bundle
        field = self.resource_type.fields.get(name) or bundle.fields.get(name)
        if field is None:
            raise self.no_field(name)
        return field

    def no_field(self, name: str) -> UnprocessableEntity:
        """Return the error (422) for a name that no field of this kind has."""
        return UnprocessableEntity(
            f"The attribute {name} does not exist on the {self.resource_type.name} resource type."
        )

    def read_attribute(self, field: Field, value: Any) -> list[Item]:
        """Return the raw items of an attribute: a value, an object, or a list of them.

        To PHP an object whose keys are numbers is a list, and one without keys an empty one.
        """
        if isinstance(value, Mapping) and all(map(str.isdecimal, value)):
            value = list(value.values())
        values = value if isinstance(value, list) else [] if value is None else [value]
        main = field.type.main_property
        items = [each if isinstance(each, Mapping) else {main: each} for each in values]
        for item in items:
            _check_properties(item, field)
        return field.denormalize(items, self.site)

    def read_references(self, value: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
        """Yield what is said of each reference of a relationship, and the key of where it leads.

        One without data is empty. The first one says of what type they all are, which is not
        compared with what the relationship is to: the key that is found is what counts, in Drupal.
        """
        data: Any = value.get("data") if isinstance(value, Mapping) else None
        if not is_true(data):
            return
        identifiers = data if isinstance(data, list) else [data]
        ids = [_id_of(each) for each in identifiers]
        entity_type = self.entity_type_of(identifiers[0]["type"])
        self.site.look_up_uuids(entity_type, ids)
        for identifier, uuid in zip(identifiers, ids, strict=True):
            if uuid == VIRTUAL:
                continue
            key = self.site.key_of(entity_type, uuid)
            if key is None:
                raise NotFound(
                    f"The resource identified by `{identifier['type']}:{uuid}` (given as a "
                    "relationship item) could not be found."
                )
            meta = identifier.get("meta")
            yield (meta if isinstance(meta, Mapping) else {}), key

    def entity_type_of(self, name: str) -> str:
        """Return the entity type of a resource type; raise ParseError (400) for what is none."""
        entity_type, bundle = ResourceName.of(named(name) or "")
        # What has no bundles is its own.
        bundles = self.site.structure.bundles_of(entity_type) or (entity_type,)
        if entity_type not in ENTITY_TYPES or bundle not in bundles:
            raise ParseError(f"Invalid type specified for related resource: '{name}'")
        return entity_type


def _resource_in(document: Any) -> Mapping[str, Any]:
    """Return the resource in a document; raise ParseError (400)."""
    if not isinstance(document, Mapping | list):
        raise ParseError("The document must be a JSON object.")
    members = document if isinstance(document, Mapping) else {}
    if is_true(members.get("relationships")):
        raise ParseError(
            'Found "relationships" within the document\'s top level. The "relationships" key '
            "must be within resource object."
        )
    resource = members.get("data")
    if not isinstance(resource, Mapping) or resource.get("type") is None:
        raise ParseError('Resource object must include a "type".')
    return resource


def _member(resource: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a member of a resource, which may be left out; to PHP a list is an object."""
    value = resource.get(name) or {}
    if isinstance(value, list):
        return {str(number): each for number, each in enumerate(value)}
    if not isinstance(value, Mapping):
        raise UnprocessableEntity(f"The member {name} must be an object.")
    return value


def _check_properties(item: Mapping[str, Any], field: Field) -> None:
    """Raise UnprocessableEntity (422) for what items of a field do not have."""
    known = {*field.type.properties, *field.type.computed}
    unknown = [name for name in item if name not in known]
    if unknown:
        what = "property '{}' does" if len(unknown) == 1 else "properties '{}' do"
        raise UnprocessableEntity(
            f"The {what.format(_quoted(unknown))} not exist on the '{field.name}' field of type "
            f"'{field.type.id}'. Writable properties are: '{_quoted(field.type.properties)}'."
        )


def _quoted(names: Iterable[str]) -> str:
    return "', '".join(names)


def _id_of(identifier: Any) -> str:
    """Return the id in a resource identifier; raise ParseError (400) for what is none."""
    members = identifier if isinstance(identifier, Mapping) else {}
    uuid, named = members.get("id"), members.get("type")
    if not (is_true(uuid) and is_scalar(uuid)):
        raise ParseError("No ID specified for related resource")
    if not (isinstance(named, str) and named):
        raise ParseError("No type specified for related resource")
    return to_text(uuid)
