"""Roles: the groups of the project under Drupal's names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import OuterRef, QuerySet, Subquery

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.models import Role
from drupal_jwt_auth.models.role import role_uuid

EVERYBODYS = {"anonymous": "Anonymous user", "authenticated": "Authenticated user"}
"""The roles that are on every site, and what Drupal calls them."""


@dataclass(frozen=True)
class KnownRole:
    """A role: a group, with what Drupal knows of it beside that."""

    id: str
    group: Any
    uuid: str
    label: str
    weight: int
    is_admin: bool


def group_name(role: str) -> str:
    """Return the name of the group that a role is."""
    return _special().get(role, role)


def role_name(group: str) -> str:
    """Return what a group is called as a role."""
    return {name: role for role, name in _special().items()}.get(group, group)


def known_roles(*names: str) -> Iterator[KnownRole]:
    """Yield the roles with these machine names, or all without any; in one query."""
    groups: QuerySet[Any] = Group.objects.order_by("pk")
    if names:
        groups = groups.filter(name__in=map(group_name, names))
    columns = ("uuid", "label", "weight", "is_admin")
    rows = Role.objects.filter(group=OuterRef("pk"))
    found = groups.annotate(
        **{f"role_{column}": Subquery(rows.values(column)) for column in columns}
    )
    for group in found:
        name = role_name(group.name)
        # A group may have the name of a role that another group is; to some databases, upper and
        # lower case are the same.
        if group_name(name) == group.name and (not names or name in names):
            yield KnownRole(
                id=name,
                group=group.pk,
                uuid=group.role_uuid or role_uuid(group.pk),
                label=group.role_label or EVERYBODYS.get(name, name),
                weight=group.role_weight or 0,
                is_admin=bool(group.role_is_admin),
            )


def sorted_roles() -> list[KnownRole]:
    """Return all roles as lists show them: those of everybody first, then the lightest."""
    special = list(EVERYBODYS)

    def place(role: KnownRole) -> tuple[int, int, str]:
        of_everybody = special.index(role.id) if role.id in special else len(special)
        return of_everybody, role.weight, role.label.casefold()

    return sorted(known_roles(), key=place)


def roles_of(user: Any) -> list[str]:
    """Return the machine names of a user's roles, that of everybody first."""
    groups: Any = getattr(user, "groups", Group.objects.none())
    names = map(role_name, groups.order_by("pk").values_list("name", flat=True))
    return ["authenticated", *(name for name in names if name not in EVERYBODYS)]


def permissions_of_roles(roles: Collection[KnownRole]) -> dict[str, list[str]]:
    """Return the permissions of roles under Drupal's names, sorted as Drupal sorts them, by role.

    An administrator's role has none, as it needs none.
    """
    granted = defaultdict(set)
    own = Permission.objects.filter(content_type__app_label=APP_LABEL).order_by()
    of_roles = own.filter(group__in=[role.group for role in roles if not role.is_admin])
    for group, name in of_roles.values_list("group", "codename"):
        granted[group].add(name)
    return {role.id: sorted(granted[role.group]) for role in roles}


def _special() -> dict[str, str]:
    return {
        "anonymous": app_settings.ANONYMOUS_ROLE,
        "authenticated": app_settings.AUTHENTICATED_ROLE,
    }
