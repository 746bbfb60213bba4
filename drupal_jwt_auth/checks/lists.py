"""System checks of the lists that a project declares.

Without a database the fields are known that all entities of a type have; configurable ones are
looked for where the database is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections, router

from drupal_jwt_auth.content.entity.structure import Structure, get_structure
from drupal_jwt_auth.content.lists.declaration import EntityList, is_argument
from drupal_jwt_auth.content.lists.list_fields import ListFields
from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.models import FieldConfig

_NO_BUNDLES = Structure(stamp=None, bundles={}, formats={}, settings={})


def check_lists(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the lists of the project, as far as no database tells."""
    messages = [*_check_same_paths()]
    for declared in LISTS:
        fields = ListFields(declared, _NO_BUNDLES)
        faults = fields.own_faults()
        messages += (_not_served(declared, fault) for fault in faults)
        if not faults and not fields.entity_type.is_fieldable:
            messages += (_no_field(declared, fault) for fault in fields.field_faults())
    return messages


def check_list_fields(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return which lists of the project name fields that there are not in the database."""
    using = router.db_for_write(FieldConfig)
    table = FieldConfig._meta.db_table
    if not [*LISTS] or using not in (databases or ()):
        return []
    if table not in connections[using].introspection.table_names():
        return []  # It is about to be made.
    structure = get_structure(None)
    messages = []
    for declared in LISTS:
        fields = ListFields(declared, structure)
        if not fields.own_faults() and fields.entity_type.is_fieldable:
            messages += [_no_field(declared, fault) for fault in fields.field_faults()]
    return messages


def _not_served(declared: EntityList, fault: str) -> CheckMessage:
    return checks.Error(
        f"{declared.label} cannot be served: {fault}.",
        hint="Set path and entity_type as attributes of the class, the path beginning with a "
        "slash, with a contextual filter for each part in braces.",
        id="drupal_jwt_auth.E070",
    )


def _no_field(declared: EntityList, fault: str) -> CheckMessage:
    return checks.Error(
        f"{declared.label} cannot be served: {fault}.",
        hint="Name fields of the entity type, by the names that clients know, and formatters for "
        "fields of their type.",
        id="drupal_jwt_auth.E072",
    )


def _check_same_paths() -> Iterator[CheckMessage]:
    """No two lists meet at a URL: E071."""
    for first, second in combinations(LISTS, 2):
        if _shape(first) == _shape(second):
            yield checks.Error(
                f"{second.label} is at the same path as {first.label}: {second.path}.",
                hint="Give it another path.",
                id="drupal_jwt_auth.E071",
            )


def _shape(declared: EntityList) -> list[str]:
    """Return the parts of a path, those in braces all alike."""
    return ["{}" if is_argument(each) else each.lower() for each in declared.segments]
