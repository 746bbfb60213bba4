"""Paths in filters and sorts: what the names in one stand for.

``uid.name`` is the name of the author, ``field_tags.0.id`` the id of the first tag, ``body.value``
a property, ``field_image.meta.alt`` one of a relationship. The names are those of documents, or
those that fields have inside.

Source: Drupal core 10.6, the field resolver.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q
from rest_framework.exceptions import ParseError, PermissionDenied

from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL
from drupal_jwt_auth.content.query.conditions import Hop, Path, Step
from drupal_jwt_auth.content.query.visibility import fields_seen
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.jsonapi.query import check_depth
from drupal_jwt_auth.jsonapi.resource_type import (
    ResourceType,
    is_relationship,
    target_type_of,
    target_types_of,
)

ID, META = "id", "meta"
KEY = "drupal_internal__target_id"
"""What documents call the key of what a relationship leads to."""

_DELTA = re.compile("[0-9]{1,6}")


class Place(NamedTuple):
    """Where a path has come to: resources of some types, over some references.

    ``trail`` are the names that it has come by, as they are inside.
    """

    types: Sequence[ResourceType]
    hops: tuple[Hop, ...] = ()
    trail: tuple[str, ...] = ()

    def having(self, name: str) -> list[ResourceType]:
        """Return those of the types that have a field."""
        return [each for each in self.types if _field(each, name) is not None]


class PathResolver:
    """Reads the paths of one request, from resources of a type."""

    def __init__(self, resource_type: ResourceType, site: SiteContext) -> None:
        self.resource_type = resource_type
        self.site = site

    def resolve(self, text: str, operator: str | None = None) -> Path:
        """Return what a path stands for; raise ParseError (400), PermissionDenied (403).

        That something is there at all, or is not, may be asked of a field as a whole.
        """
        names = text.split(".")
        check_depth(names)
        is_whole = operator in (IS_NULL, IS_NOT_NULL)
        return _Resolving(self.site, text, is_whole=is_whole).path(
            Place([self.resource_type]), names
        )


class _Resolving:
    """One path."""

    def __init__(self, site: SiteContext, text: str, *, is_whole: bool) -> None:
        self.site = site
        self.text = text
        self.is_whole = is_whole

    def path(self, at: Place, names: Sequence[str]) -> Path:
        """Return what names stand for, from a place on."""
        name, *rest = names
        types = at.having(name)
        if not types:
            raise self.unknown_field(name)
        field = _field_of(types[0], name)
        at = Place(types, at.hops, (*at.trail, field.name))
        seen = self.seen(at, name)
        is_delta = bool(rest) and _DELTA.fullmatch(rest[0])
        step = Step(field, int(rest.pop(0)) if is_delta else None, seen)
        if is_relationship(field):
            return self.over(at, step, name, rest)
        return Path(at.hops, step, self.property(step, name, rest))

    def seen(self, at: Place, name: str) -> Q:
        """Return the condition for the entities whose field the account sees."""
        fields = [(each.bundle, _field_of(each, name)) for each in at.types]
        seen = fields_seen(fields, self.site.account)
        if seen is None:
            raise PermissionDenied(
                f"The current user is not authorized to filter by the `{fields[0][1].name}` field, "
                f"given in the path `{'.'.join(at.trail)}`."
            )
        return seen

    def property(self, step: Step, name: str, rest: Sequence[str]) -> str:
        """Return the property of an attribute that is meant; raise ParseError (400)."""
        field_type = step.field.type
        possible = (*field_type.properties, *field_type.computed)
        if not rest:
            if len(possible) > 1 and not self.is_whole and step.delta is None:
                raise self.incomplete(name, possible)
            return field_type.main_property
        if len(possible) == 1:
            before = ".".join(self.text.split(".")[: -len(rest)])
            raise _wrong(
                f"The property `{rest[0]}`, given in the path `{self.text}`, does not exist. "
                f"Filter by `{before}`, not `{self.text}` (the JSON:API module elides property "
                "names from single-property fields)."
            )
        if rest[0] not in possible or len(rest) > 1:
            raise self.unknown_property(rest[-1], possible)
        return rest[0]

    def over(self, at: Place, step: Step, name: str, rest: Sequence[str]) -> Path:
        """Return what is meant of a relationship, or of what it leads to."""
        main = step.field.type.main_property
        others = [each for each in step.field.type.properties if each != main]
        if not rest:
            if not self.is_whole and step.delta is None:
                raise self.incomplete(name, (ID, *(f"{META}.{each}" for each in (KEY, *others))))
            return Path(at.hops, step, main)
        if rest[0] == META:
            inner = ".".join(rest[1:])
            if inner not in (KEY, *others):
                raise self.unknown_property(inner, (KEY, *others))
            return Path(at.hops, step, main if inner == KEY else inner)
        if rest[0] in others:
            raise _wrong(
                f"The property `{rest[0]}`, given in the path `{self.text}` belongs to the meta "
                f"object of a relationship and must be preceded by `{META}`."
            )
        return self.beyond(at, step, name, rest)

    def beyond(self, at: Place, step: Step, name: str, rest: Sequence[str]) -> Path:
        """Return what is meant of what a relationship leads to."""
        target = ENTITY_TYPES.get(target_type_of(step.field))
        if isinstance(target, ConfigEntityType):
            if list(rest) == [ID]:
                return Path(at.hops, step, step.field.type.main_property)
            raise ParseError(
                "Filtering on config entities is not supported by Drupal's entity API. You tried "
                f"to filter on a {target.label} config entity."
            )
        if not isinstance(target, ContentEntityType):
            raise self.unknown_field(rest[0])
        prefix = f"entity:{target.id}"
        if rest[0] in ("entity", prefix) and len(rest) > 1:
            rest = rest[1:]
        structure = self.site.structure
        # Each once: over a path that leads back they would be more with each step.
        found = {
            each.drupal_name: each
            for of in at.types
            for each in target_types_of(_field_of(of, name), structure)
            if isinstance(each, ResourceType)
        }
        hops = (*at.hops, Hop(step, target))
        return self.path(Place([*found.values()], hops, (*at.trail, prefix)), rest)

    # Refusals

    def unknown_field(self, name: str) -> ParseError:
        """Return the error (400) for a field that there is not."""
        return _wrong(f"The field `{name}`, given in the path `{self.text}`, does not exist.")

    def unknown_property(self, name: str, possible: Sequence[str]) -> ParseError:
        """Return the error (400) for a property that there is not."""
        return _wrong(
            f"The property `{name}`, given in the path `{self.text}`, does not exist. Must be one "
            f"of the following property names: `{'`, `'.join(possible)}`."
        )

    def incomplete(self, name: str, possible: Sequence[str]) -> ParseError:
        """Return the error (400) for a path that has to go on."""
        return _wrong(
            f"The field `{name}`, given in the path `{self.text}` is incomplete, it must end with "
            f"one of the following specifiers: `{'`, `'.join(possible)}`."
        )


def _wrong(text: str) -> ParseError:
    return ParseError(f"Invalid nested filtering. {text}")


def _field(resource_type: ResourceType, name: str) -> Field | None:
    """Return the field of a resource by its name in documents, or inside; None for none."""
    field = resource_type.fields.get(name)
    if field is not None:
        return field
    uuid = resource_type.entity_type.keys.uuid
    if name in (ID, uuid):
        return resource_type.bundle.fields.get(str(uuid))
    return {each.name: each for each in resource_type.fields.values()}.get(name)


def _field_of(resource_type: ResourceType, name: str) -> Field:
    """Return the field of a resource that is known to have one of the name."""
    found: Any = _field(resource_type, name)
    field: Field = found
    return field
