"""Filters: the condition for the entities that a client asks for.

Source: Drupal core 10.6. So far a path is equal to a value, and it is that of a base field with a
column, or of what such a field refers to.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from rest_framework.exceptions import ParseError, PermissionDenied
from rest_framework.request import Request

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.sources import Attribute
from drupal_jwt_auth.fields import Field, Item, Reference
from drupal_jwt_auth.fields.string import StringType, UUIDType
from drupal_jwt_auth.jsonapi.query import array_of
from drupal_jwt_auth.jsonapi.resource_type import ResourceType, is_relationship, target_type_of

NOTHING = Q(pk__in=())
TARGET_KEY = "meta.drupal_internal__target_id"


class Filter:
    """The filters of a request for a collection of a resource type."""

    def __init__(self, resource_type: ResourceType, site: SiteContext) -> None:
        self.resource_type = resource_type
        self.site = site

    def condition(self, request: Request) -> Q:
        """Return the condition; raise ParseError (400), PermissionDenied (403)."""
        condition = Q()
        for name, value in array_of(request, "filter").items():
            if name == "0":
                raise ParseError("No field name was provided for the filter.")
            if not isinstance(value, str):
                raise ParseError("Filters have the form filter[path]=value, others not yet.")
            condition &= self.equal(name, value)
        return condition

    def equal(self, path: str, value: str) -> Q:
        """Return the condition that what a path names is equal to a value."""
        name, *rest = path.split(".")
        field = self.field(name, path)
        if is_relationship(field):
            if not rest:
                raise ParseError(
                    f"Invalid nested filtering. The field `{name}`, given in the path `{path}` is "
                    "incomplete, it must end with one of the following specifiers: "
                    f"`id`, `{TARGET_KEY}`."
                )
            if rest == ["id"]:
                return self.refers_to(field, value, path)
            if ".".join(rest) == TARGET_KEY:
                return self.has(field, {"target_id": value}, path)
        elif not rest:
            return self.has(field, {field.type.main_property: value}, path)
        raise _not_yet(path)

    def field(self, name: str, path: str) -> Field:
        """Return the field that a path begins with."""
        uuid = self.resource_type.entity_type.keys.uuid
        public = self.resource_type.fields
        field = self.resource_type.bundle.fields.get(str(uuid)) if name == "id" else None
        field = public.get(name, field)
        if field is None:
            raise ParseError(
                f"Invalid nested filtering. The field `{name}`, given in the path `{path}`, does "
                "not exist."
            )
        if not self.may_see(field):
            raise PermissionDenied(
                f"The current user is not authorized to filter by the `{name}` field, given in the "
                f"path `{path}`."
            )
        return field

    def may_see(self, field: Field) -> bool:
        """Tell whether the account may see a field of whatever entity: of one that is nobody's."""
        entity_type = self.resource_type.entity_type
        entity = entity_type.storage.new(self.resource_type.bundle, self.site.account)
        if entity_type.keys.owner is not None:
            setattr(entity, f"{entity_type.keys.owner}_id", None)
        return entity_type.access.view_field(self.site.account, field, entity)

    def has(self, field: Field, raw: Item, path: str) -> Q:
        """Return the condition that a field holds an item; texts are equal in any case."""
        source = field.source if isinstance(field, BaseField) else None
        if not isinstance(source, Attribute) or source.column is None:
            raise _not_yet(path)
        if any(field.type.validate(raw, field, self.site)):
            return NOTHING
        value = source.write(field.type.cast(raw, field)[source.property])
        storage = self.resource_type.entity_type.storage
        if value is not None and not storage.may_hold(source.column, value):
            return NOTHING
        if isinstance(field.type, StringType) and not isinstance(field.type, UUIDType):
            column: Any = self.resource_type.entity_type.model._meta.get_field(source.column)
            return Q(Exact(Lower(source.column), Lower(Value(value, column))))
        return Q(**{source.column: value})

    def refers_to(self, field: Field, uuid: str, path: str) -> Q:
        """Return the condition that a field refers to what has a UUID, and the account may see."""
        target_type = target_type_of(field)
        key = self.site.key_of(target_type, uuid)
        condition = self.has(field, {"target_id": key or 0}, path)
        return condition if self.may_view(Reference(target_type, key)) else NOTHING

    def may_view(self, reference: Reference) -> bool:
        """Tell whether there is something, and the account may see it."""
        entity_type, account = ENTITY_TYPES.get(reference.entity_type), self.site.account
        if isinstance(entity_type, ContentEntityType):
            entity = entity_type.model._default_manager.filter(pk=reference.key).first()
            return entity is not None and entity_type.access.view(account, entity).allowed
        return (
            isinstance(entity_type, ConfigEntityType)
            and reference.key is not None
            and entity_type.view(account, reference.key).allowed
        )


def _not_yet(path: str) -> ParseError:
    return ParseError(f"Resources cannot be filtered by `{path}` yet.")
