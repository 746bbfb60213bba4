"""Paths in filters and sorts: what the names in one stand for.

``uid.name`` is the name of the author, ``field_tags.0.id`` the id of the first tag, ``body.value``
a property, ``field_image.meta.alt`` one of a relationship. The names are those of documents, or
those that fields have inside.

Source: Drupal core 10.6, the field resolver.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NoReturn

from django.db.models import Q
from rest_framework.exceptions import ParseError, PermissionDenied

from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL
from drupal_jwt_auth.content.query.conditions import Hop, Path, Step
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.jsonapi.query import check_depth
from drupal_jwt_auth.jsonapi.resource_type import (
    AnyResourceType,
    ResourceType,
    is_relationship,
    target_type_of,
    target_types_of,
)

ID, META = "id", "meta"
TARGET_ID = "drupal_internal__target_id"
INVALID = "Invalid nested filtering."
FORMS = ("entity", "entity:")
"""How Drupal calls what a reference leads to, where somebody does."""


class PathResolver:
    """Reads the paths of one request, from resources of a type."""

    def __init__(self, resource_type: ResourceType, site: SiteContext) -> None:
        self.resource_type = resource_type
        self.site = site

    def resolve(self, text: str, operator: str | None = None) -> Path:
        """Return what a path stands for; raise ParseError (400), PermissionDenied (403)."""
        names = text.split(".")
        check_depth(names)
        return _Resolving(self, text, operator).path([self.resource_type], names, (), ())


class _Resolving:
    """One path."""

    def __init__(self, resolver: PathResolver, text: str, operator: str | None) -> None:
        self.site = resolver.site
        self.text = text
        self.operator = operator

    def path(
        self,
        types: Sequence[ResourceType],
        names: Sequence[str],
        hops: tuple[Hop, ...],
        trail: tuple[str, ...],
    ) -> Path:
        """Return what names stand for, from resources of some types."""
        name, *rest = names
        having = [each for each in types if _field(each, name) is not None]
        if not having:
            self.refuse(f"The field `{name}`, given in the path `{self.text}`, does not exist.")
        field = _field(having[0], name)
        trail = (*trail, field.name)
        seen = self.seen(having, name, trail)
        delta = int(rest.pop(0)) if rest and rest[0].isdecimal() and rest[0].isascii() else None
        step = Step(field, delta, seen)
        if is_relationship(field):
            return self.over(having, step, name, rest, hops, trail)
        return Path(hops, step, self.property(field, name, rest, delta))

    def seen(self, types: Sequence[ResourceType], name: str, trail: tuple[str, ...]) -> Q:
        """Return the condition for the entities whose field the account sees."""
        seen = []
        for each in types:
            access, field = each.entity_type.access, _field(each, name)
            condition = access.fields_visible_to(self.site.account, field, each.bundle)
            if condition is None:
                raise PermissionDenied(
                    f"The current user is not authorized to filter by the `{field.name}` field, "
                    f"given in the path `{'.'.join(trail)}`."
                )
            seen.append(condition)
        return Q() if any(not each for each in seen) else reduce(or_, seen)

    def property(self, field: Field, name: str, rest: Sequence[str], delta: int | None) -> str:
        """Return the property of an attribute that is meant."""
        field_type = field.type
        possible = (*field_type.properties, *field_type.computed)
        if not rest:
            is_whole = len(possible) == 1 or self.operator in (IS_NULL, IS_NOT_NULL)
            if not is_whole and delta is None:
                self.incomplete(name, possible)
            return field_type.main_property
        if len(possible) == 1:
            before = ".".join(self.text.split(".")[: -len(rest)])
            self.refuse(
                f"The property `{rest[0]}`, given in the path `{self.text}`, does not exist. "
                f"Filter by `{before}`, not `{self.text}` (the JSON:API module elides property "
                "names from single-property fields)."
            )
        if rest[0] not in possible or len(rest) > 1:
            self.refuse(
                f"The property `{rest[0]}`, given in the path `{self.text}`, does not exist. Must "
                f"be one of the following property names: `{'`, `'.join(possible)}`."
            )
        return rest[0]

    def over(
        self,
        types: Sequence[ResourceType],
        step: Step,
        name: str,
        rest: list[str],
        hops: tuple[Hop, ...],
        trail: tuple[str, ...],
    ) -> Path:
        """Return what is meant of a relationship, or of what it leads to."""
        field_type, target_name = step.field.type, target_type_of(step.field)
        others = [each for each in field_type.properties if each != field_type.main_property]
        if not rest:
            if self.operator not in (IS_NULL, IS_NOT_NULL) and step.delta is None:
                self.incomplete(name, (ID, *(f"{META}.{each}" for each in (TARGET_ID, *others))))
            return Path(hops, step, field_type.main_property)
        if rest[0] == META:
            inner = rest[1] if len(rest) > 1 else ""
            if inner == TARGET_ID:
                return Path(hops, step, field_type.main_property)
            if inner not in others:
                possible = "`, `".join((TARGET_ID, *others))
                self.refuse(
                    f"The property `{inner}`, given in the path `{self.text}`, does not exist. "
                    f"Must be one of the following property names: `{possible}`."
                )
            return Path(hops, step, inner)
        if rest[0] in others:
            self.refuse(
                f"The property `{rest[0]}`, given in the path `{self.text}` belongs to the meta "
                f"object of a relationship and must be preceded by `{META}`."
            )
        if rest[0] in ("entity", f"entity:{target_name}") and len(rest) > 1:
            rest = rest[1:]
        entity_type = ENTITY_TYPES.get(target_name)
        targets = [each for of in types for each in self.targets(of, name)]
        content = [each for each in targets if isinstance(each, ResourceType)]
        if rest == [ID] and isinstance(entity_type, ConfigEntityType):
            return Path(hops, step, field_type.main_property)
        if isinstance(entity_type, ConfigEntityType):
            self.refuse(
                "Filtering on config entities is not supported by Drupal's entity API. You tried "
                f"to filter on a {entity_type.label} config entity.",
                start="",
            )
        if not isinstance(entity_type, ContentEntityType) or not content:
            self.refuse(f"The field `{rest[0]}`, given in the path `{self.text}`, does not exist.")
        hops = (*hops, Hop(step, entity_type))
        return self.path(content, rest, hops, (*trail, f"entity:{target_name}"))

    def targets(self, resource_type: ResourceType, name: str) -> list[AnyResourceType]:
        """Return the resource types that a relationship leads to."""
        return target_types_of(_field(resource_type, name), self.site.structure)

    def incomplete(self, name: str, possible: Sequence[str]) -> NoReturn:
        """Refuse a path that has to go on."""
        self.refuse(
            f"The field `{name}`, given in the path `{self.text}` is incomplete, it must end with "
            f"one of the following specifiers: `{'`, `'.join(possible)}`."
        )

    def refuse(self, text: str, start: str = f"{INVALID} ") -> NoReturn:
        """Raise ParseError (400)."""
        raise ParseError(start + text)


def _field(resource_type: ResourceType, name: str) -> Field | None:
    """Return the field of a resource by its name in documents, or inside; None for none."""
    field = resource_type.fields.get(name)
    if field is not None:
        return field
    uuid = resource_type.entity_type.keys.uuid
    inner = uuid if name == ID else name
    found = resource_type.bundle.fields.get(str(inner))
    return (
        found
        if found is not None and (inner == uuid or found in resource_type.fields.values())
        else None
    )
