"""Entities as resources: links, attributes and relationships.

Source: JSON:API 1.0, and Drupal core 10.6 for what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from rest_framework.exceptions import APIException, ParseError, PermissionDenied

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.http.exceptions import Conflict
from drupal_jwt_auth.jsonapi.exceptions import NotAllowed
from drupal_jwt_auth.jsonapi.objects import EntityObject
from drupal_jwt_auth.jsonapi.presenting import Presenter
from drupal_jwt_auth.jsonapi.reading import DocumentReader
from drupal_jwt_auth.jsonapi.resource_type import ResourceType
from drupal_jwt_auth.resources.serializers import BaseEntitySerializer, Values

Resource = dict[str, Any]


class SavedObject(EntityObject):
    """An entity that a serializer has saved a moment ago: it is shown as it was sent."""

    def __init__(self, entity: Any, serializer: ResourceSerializer) -> None:
        super().__init__(entity, serializer.entity_type, serializer.site)
        self.serializer = serializer

    def wire(self, field: Field) -> list[Item]:
        """Return the items of a field with what is computed of them."""
        return self.serializer.wire_items(field, self.entity)


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
        """Return an entity as a resource.

        Whoever may not view it, having made it, is shown no links of its relationships.
        """
        return self.presenter.whole(SavedObject(instance, self))

    @cached_property
    def presenter(self) -> Presenter:
        """Return what shows resources."""
        return Presenter(self.context["request"], self.site, self.context["fields"])

    def address(self, entity: Any) -> str:
        """Return where an entity is, as it is now."""
        return self.presenter.address(SavedObject(entity, self))

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
        own = self.entity_type.uuid_of(self.instance)
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


class ItemsSerializer(ResourceSerializer):
    """Changes single fields of an entity: its data are their raw items, as they are to be.

    That is no new revision, as it is none in Drupal.
    """

    makes_revisions = False

    def read_sent(self, data: Any) -> tuple[Bundle, Values]:
        """Return the bundle of the entity, and the items."""
        return self.bundle_of(self.instance), data
