"""Entities as resources: links, attributes and relationships.

Source: JSON:API 1.0, and Drupal core 10.6 for what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rest_framework.exceptions import APIException, ParseError, PermissionDenied

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.http.exceptions import Conflict
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import site_url
from drupal_jwt_auth.jsonapi.exceptions import NotAllowed
from drupal_jwt_auth.jsonapi.reading import DocumentReader
from drupal_jwt_auth.jsonapi.resource_type import ResourceType, is_relationship, type_name
from drupal_jwt_auth.resources.serializers import BaseEntitySerializer, Values

DRUPAL_DOCS = "https://www.drupal.org/docs"
MISSING = {
    "type": "unknown",
    "id": "missing",
    "meta": {
        "links": {
            "help": {
                "href": f"{DRUPAL_DOCS}/8/modules/json-api/core-concepts#missing",
                "meta": {"about": "Usage and meaning of the 'missing' resource identifier."},
            }
        }
    },
}
"""What stands for a reference to what there is not any more."""

Resource = dict[str, Any]


class ResourceSerializer(BaseEntitySerializer):
    """Reads and shows the entities of a resource type, which the context has.

    ``context["fields"]`` are the names of the fields that a client asks for, by resource type.
    """

    makes_revisions = True

    @property
    def resource_type(self) -> ResourceType:
        """Return the type that the path names."""
        resource_type: ResourceType = self.context["resource_type"]
        return resource_type

    # Out

    def to_representation(self, instance: Any) -> Resource:
        """Return an entity as a resource."""
        may_view = self.entity_type.access.view(self.account, instance).allowed
        (resource,) = self.resources([instance], may_view=may_view)
        return resource

    def resources(self, entities: Iterable[Any], *, may_view: bool) -> list[Resource]:
        """Return entities as resources, what they refer to being looked up at once.

        Whoever may not view them, having made them, is shown no links of their relationships.
        """
        shown = [(entity, self.shown_fields(entity)) for entity in entities]
        self.look_up((entity, list(fields.values())) for entity, fields in shown)
        return [self.resource(entity, fields, may_view=may_view) for entity, fields in shown]

    def shown_fields(self, entity: Any) -> dict[str, Field]:
        """Return the fields that are asked for of an entity, and the account may see, by name."""
        resource_type = ResourceType(self.bundle_of(entity))
        wanted: frozenset[str] | None = self.context["fields"].get(resource_type.name)
        return {
            name: field
            for name, field in resource_type.fields.items()
            if (wanted is None or name in wanted) and self.field_view_access(field, entity)
        }

    def resource(self, entity: Any, fields: Mapping[str, Field], *, may_view: bool) -> Resource:
        """Return an entity as a resource with these fields; an empty member is left out."""
        resource_type = ResourceType(self.bundle_of(entity))
        url, version = self.address(entity)
        links = {"self": {"href": url + version}}
        if version:
            links["working-copy"] = {"href": f"{url}?resourceVersion=rel%3Aworking-copy"}
        attributes, relationships = {}, {}
        for name, field in fields.items():
            if not is_relationship(field):
                values = [_value(field, item) for item in self.wire_items(field, entity)]
                attributes[name] = _one_or_many(field, values)
                continue
            identifiers = [self.identifier(field, item) for item in self.wire_items(field, entity)]
            relationships[name] = {"data": _one_or_many(field, identifiers)}
            if may_view:
                relationships[name]["links"] = {
                    "related": {"href": f"{url}/{name}{version}"},
                    "self": {"href": f"{url}/relationships/{name}{version}"},
                }
        members = {"links": links, "attributes": attributes, "relationships": relationships}
        given = {name: member for name, member in members.items() if member}
        return {"type": resource_type.name, "id": self.uuid(entity), **given}

    def address(self, entity: Any) -> tuple[str, str]:
        """Return the URL of an entity, and the query that names its revision, if it has any."""
        request = self.context["request"]
        path = f"{ResourceType(self.bundle_of(entity)).path}/{self.uuid(entity)}"
        revision = self.revision(entity)
        version = "" if revision is None else f"?resourceVersion=id%3A{revision}"
        return f"{site_url(request)}{site_root(request)}{path}", version

    def uuid(self, entity: Any) -> str:
        """Return the id of an entity."""
        return str(self.entity_type.uuid_of(entity))

    def revision(self, entity: Any) -> int | None:
        """Return the number of an entity's revision, None where there are no revisions."""
        key = self.entity_type.keys.revision
        if key is None:
            return None
        (item,) = self.entity_type.field(key).get(entity)
        number: int = item["value"]
        return number

    def identifier(self, field: Field, item: Item) -> Resource:
        """Return the resource identifier for an item of a relationship."""
        reference = field.type.reference(item, field)
        target = self.site.target(reference) if reference else None
        if reference is None or target is None:
            return MISSING
        others = {name: item[name] for name in field.type.properties if name != "target_id"}
        return {
            "type": type_name(reference.entity_type, target.bundle),
            "id": target.uuid,
            "meta": {**others, "drupal_internal__target_id": reference.key},
        }

    # In

    def read_sent(self, data: Any) -> tuple[Bundle, Values]:
        """Return the bundle of the path, and the raw items of all fields in a document.

        Of an entity that there is nobody chooses the number of its revision: Drupal passes over it.
        """
        bundle = self.resource_type.bundle
        raw = DocumentReader(self.resource_type, self.site).read(data)
        if self.instance is not None:
            self.check_id(data["data"].get("id"))
            raw.pop(self.entity_type.keys.revision or "", None)
            self.check_fields(raw, self.bundle_of(self.instance))
        return bundle, raw

    def check_id(self, uuid: Any) -> None:
        """Raise ParseError (400) where a document is about another entity than the path."""
        own = self.uuid(self.instance)
        if uuid != own:
            raise ParseError(
                f"The selected entity ({own}) does not match the ID in the payload ({uuid or ''})."
            )

    def check_fields(self, raw: Values, bundle: Bundle) -> None:
        """Raise UnprocessableEntity (422) for a field that the entity does not have.

        The path may name another bundle than that of the entity, whose fields count.
        """
        for name in raw.keys() - bundle.fields.keys():
            raise DocumentReader(ResourceType(bundle), self.site).no_field(name)

    # Refusals

    def not_created(self, bundle: Bundle, creation: AccessResult) -> PermissionDenied:
        """Return the refusal of an entity, for its reason."""
        return PermissionDenied(creation.reason)

    def not_set(self, field: Field, setting: AccessResult) -> PermissionDenied:
        """Return the refusal of a field, for its reason.

        Where an entity is changed, Drupal calls the field what it is called inside.
        """
        is_new = self.instance is None
        name = self.resource_type.public_name(field) if is_new else field.name
        pointer = self.resource_type.pointer(field) if is_new else f"/data/attributes/{name}"
        method = "POST" if is_new else "PATCH"
        text = f"The current user is not allowed to {method} the selected field ({name})."
        return NotAllowed(f"{text} {setting.reason}".rstrip(), pointer)

    def taken(self, names: Sequence[str]) -> APIException:
        """Return what a client is told whose entity has the id of another one."""
        return (
            Conflict("Conflict: Entity already exists.")
            if self.entity_type.keys.uuid in names
            else super().taken(names)
        )


def _value(field: Field, item: Item) -> Any:
    """Return what is shown of an item: the value alone, where it can have no more than one."""
    return item[field.type.main_property] if len(field.type.properties) == 1 else item


def _one_or_many(field: Field, values: list[Any]) -> Any:
    """Return the values of a field: the only one, None for none, where there are not more."""
    return (values[0] if values else None) if field.cardinality == 1 else values
