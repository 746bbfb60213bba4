"""What the list of users is filtered by, as Drupal's list of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.filters import InputFilter, StatusFilter
from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.content.permission_groups import permission_groups
from drupal_jwt_auth.content.user.roles import EVERYBODYS, known_roles, sorted_roles


class ActivityFilter(StatusFilter):
    """Whether users may log in."""

    parameter_name = "is_active__exact"
    labels = (_("Active"), _("Blocked"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the users with this status."""
        value = self.value()
        return queryset.filter(is_active=value == "1") if value in ("0", "1") else queryset


class RoleFilter(admin.SimpleListFilter):
    """A role that users have, of those that not everybody has."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the roles by their labels, and remember their groups."""
        roles = [role for role in sorted_roles() if role.id not in EVERYBODYS]
        self.groups = {role.id: role.group for role in roles}
        return [(role.id, role.label) for role in roles]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the users with the role."""
        group = self.groups.get(self.value() or "")
        return queryset if group is None else queryset.filter(groups=group)


class PermissionFilter(InputFilter):
    """A permission that users have, by a role or by themselves."""

    title = _("permission")
    parameter_name = "permission"
    template = "admin/drupal_jwt_auth/user/permission_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return the permissions, in groups as on their page."""
        return [
            (group.label, [(each.codename, each.name) for each in group.permissions])
            for group in permission_groups()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the users who have the permission, superusers among them."""
        name = self.value() or ""
        permission = Permission.objects.filter(
            content_type__app_label=APP_LABEL, codename=name
        ).first()
        return queryset if permission is None else queryset.filter(_having(permission))


def _having(permission: Permission) -> Q:
    """Return the condition for users who have a permission."""
    granted = {*permission.group_set.values_list("pk", flat=True)}
    roles = [role for role in known_roles() if role.is_admin or role.group in granted]
    if any(role.id == "authenticated" for role in roles):
        return Q()
    of_roles = _holders("groups", [role.group for role in roles])
    own = _holders("user_permissions", [permission.pk])
    return Q(is_superuser=True) | Q(pk__in=of_roles) | Q(pk__in=own)


def _holders(relation: str, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    """Return the keys of users who have one of some groups or permissions, and of nobody else.

    Asked for by the table between them alone: over the users it takes a database twice as long.
    """
    field: Any = get_user_model()._meta.get_field(relation)
    held = {f"{field.m2m_reverse_field_name()}__in": keys}
    rows: QuerySet[Any] = field.remote_field.through._base_manager.filter(**held)
    return rows.values(field.m2m_field_name())
