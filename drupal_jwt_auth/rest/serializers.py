"""Entities on the wire: every field a list of items, every item an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import PermissionDenied

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.http.exceptions import UnprocessableEntity
from drupal_jwt_auth.resources.serializers import BaseEntitySerializer, Values
from drupal_jwt_auth.rest.list_serializer import EntityListSerializer


class EntitySerializer(BaseEntitySerializer):
    """Serialize entities as Drupal's REST module does, to and from ``{"title": [{"value": ...}]}``.

    Of which type is said by ``entity_type_id``, or by the view in the context. It acts for the user
    of ``context["request"]``, and for the anonymous user without one: fields that the user may not
    see are left out. ``is_valid`` raises UnprocessableEntity (422) for a document that no entity
    can be made of, and PermissionDenied (403) with Drupal's reason for what the user may not create
    or set; with ``raise_exception=True`` EntityValidationError (422) for an entity that is not
    valid. An update changes the fields that were sent and differ; the others stay. In a view of
    your own lock the entity before you load it, as `EntityStorage.to_write` does.
    ``validated_data`` are raw items by field name; after saving, ``data`` shows them as sent.

    Subclasses have `validate` for rules of their own, and `field_view_access` and
    `field_edit_access` for who may see and set a field. With ``many=True`` it shows any number of
    entities in a constant number of queries.
    """

    class Meta:
        list_serializer_class = EntityListSerializer

    # Out

    def to_representation(self, instance: Any) -> dict[str, list[Item]]:
        """Return the wire items of each field that the account may see, in Drupal's order."""
        visible = self.visible_fields(instance)
        self.look_up([(instance, visible)])
        return {field.name: self.wire_items(field, instance) for field in visible}

    # In

    def check_document(self) -> None:
        """Raise UnprocessableEntity for a document that no entity can be made of."""
        self.read_sent(self.initial_data)

    def read_sent(self, data: Any) -> tuple[Bundle, Values]:
        """Return the bundle that a document names, and the raw items of all fields in it."""
        document = self.read_document(data)
        bundle = self.read_bundle(document)
        return bundle, self.denormalize(document, bundle)

    def read_document(self, data: Any) -> Mapping[str, Any]:
        """Return the fields of a document; PHP reads a list as one without any."""
        if not isinstance(data, Mapping | list):
            raise UnprocessableEntity("The document must be a JSON object.")
        return data if isinstance(data, Mapping) else {}

    def read_bundle(self, document: Mapping[str, Any]) -> Bundle:
        """Return the bundle that the document names; raise UnprocessableEntity (422).

        A type without bundles has the one of its own name.
        """
        key = self.entity_type.keys.bundle
        if key is None:
            return self.bundles[self.entity_type.id]
        name = document.get(key)
        if not isinstance(name, str):
            first = _first(name)
            name = first.get("target_id") if isinstance(first, Mapping) else None
        if not isinstance(name, str):
            raise UnprocessableEntity(
                f'Could not determine entity type bundle: "{key}" field is missing.'
            )
        bundle = self.bundles.get(name)
        if bundle is None:
            raise UnprocessableEntity(f'"{name}" is not a valid bundle type for denormalization.')
        return bundle

    def denormalize(self, document: Mapping[str, Any], bundle: Bundle) -> Values:
        """Return the raw items of all fields of the document but the bundle."""
        bundles = [bundle] if self.instance is None else [bundle, self.bundle_of(self.instance)]
        raw = {}
        for name, data in document.items():
            if name == self.entity_type.keys.bundle:
                continue
            if not all(name in each.fields for each in bundles):
                raise UnprocessableEntity(f'There is no field "{name}".')
            raw[name] = bundle.fields[name].denormalize(data, self.site)
        return raw

    # Refusals

    def not_created(self, bundle: Bundle, creation: AccessResult) -> PermissionDenied:
        """Return the refusal of an entity, for its reason."""
        name = self.entity_type.id
        fallback = f"You are not authorized to create this {name} entity of bundle {bundle.id}."
        return PermissionDenied(creation.reason or fallback)

    def not_set(self, field: Field, setting: AccessResult) -> PermissionDenied:
        """Return the refusal of a field; where an entity is changed, for its reason."""
        if self.instance is None:
            return PermissionDenied(f"Access denied on creating field '{field.name}'.")
        text = f"Access denied on updating field '{field.name}'. {setting.reason}"
        return PermissionDenied(text.rstrip())


def _first(items: Any) -> Any:
    """Return the first item of a list, or None; PHP reads the object {"0": ...} as one too."""
    if isinstance(items, Mapping):
        return items.get("0")
    return items[0] if isinstance(items, list) and items else None
