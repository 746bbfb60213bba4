"""Where something is used: the entities whose fields refer to others, or have texts in a format.

That is looked up in what entities have now, not in their older revisions, and not in base fields
that refer to something: the author of content and what a term is below are told elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.content.query.compiling import Asked, Compiler
from drupal_jwt_auth.content.query.conditions import Step
from drupal_jwt_auth.content.query.ways import Row
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.fields.text import TextLongType


@dataclass(frozen=True)
class Use:
    """Entities of a type that use something, whoever may see them."""

    entity_type: ContentEntityType
    rows: QuerySet[Any, Any]


def uses_of_entities(
    entity_type: ContentEntityType, keys: Collection[Any], structure: Structure
) -> Iterator[Use]:
    """Yield what refers to some entities of a type, by the type of what does."""

    def refers(field: Field) -> bool:
        return (
            not isinstance(field, BaseField)
            and isinstance(field.type, EntityReferenceType)
            and field.type.target_type(field) == entity_type.id
        )

    yield from _uses(structure, refers, "target_id", list(map(str, keys)))


def has_formats(field: Field) -> bool:
    """Tell whether a field has texts with formats."""
    return isinstance(field.type, TextLongType)


def uses_of_format(name: str, structure: Structure) -> Iterator[Use]:
    """Yield what has texts in a text format, by the type of it."""
    yield from _uses(structure, has_formats, "format", [name])


def fields_limited_to(name: str, structure: Structure) -> Iterator[tuple[str, Field]]:
    """Yield the fields that take a text format of a few alone, with what their bundles are called.

    ``allowed_formats`` is the setting that says so.
    """
    for entity_type in ENTITY_TYPES.all_content():
        for bundle in structure.bundles_of(entity_type).values():
            for field in bundle.fields.values():
                if has_formats(field) and name in (
                    field.type.setting(field, "allowed_formats") or ()
                ):
                    yield bundle.label, field


def _uses(
    structure: Structure, asked: Callable[[Field], bool], name: str, values: Collection[str]
) -> Iterator[Use]:
    for entity_type in ENTITY_TYPES.all_content():
        fields: Mapping[str, Field] = {
            field.name: field
            for bundle in structure.bundles_of(entity_type).values()
            for field in bundle.fields.values()
            if asked(field) and entity_type.place(field) is not None
        }
        if fields:
            row = Row(entity_type)
            conditions: list[Q] = [
                Compiler().all_of([Asked(row, (Step(field), name), "IN", list(values))])
                for field in fields.values()
            ]
            yield Use(entity_type, entity_type.storage.rows.filter(reduce(or_, conditions)))
