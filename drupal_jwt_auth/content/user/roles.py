"""Roles: the groups of the project under Drupal's names, and their UUIDs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib.auth.models import Group
from django.db.models import OuterRef, Subquery

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import RoleUUID

_NAMESPACE = uuid.UUID("5f1d6f0c-3c1b-5d0e-8a41-9a6f0d7f6c52")


def group_name(role: str) -> str:
    """Return the name of the group that a role is."""
    return _special().get(role, role)


def role_name(group: str) -> str:
    """Return what a group is called as a role."""
    return {name: role for role, name in _special().items()}.get(group, group)


def role_uuids() -> Iterator[tuple[str, str]]:
    """Yield name and UUID of each role, in one query: the one it was imported with, or made."""
    imported = RoleUUID.objects.filter(group=OuterRef("pk")).values("uuid")
    groups = Group.objects.order_by("pk").annotate(imported=Subquery(imported))
    for key, name, known in groups.values_list("pk", "name", "imported"):
        role = role_name(name)
        # A group may have the name of a role that another group is.
        if group_name(role) == name:
            yield role, known or str(uuid.uuid5(_NAMESPACE, str(key)))


def _special() -> dict[str, str]:
    return {
        "anonymous": app_settings.ANONYMOUS_ROLE,
        "authenticated": app_settings.AUTHENTICATED_ROLE,
    }
