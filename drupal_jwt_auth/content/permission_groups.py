"""Drupal's permissions in groups, as people look for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.auth.models import Permission
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.content.permissions import models_with_permissions, permissions_of
from drupal_jwt_auth.models import (
    AuditEntry,
    Comment,
    CommentType,
    ConfigObject,
    File,
    Node,
    NodeType,
    PathAlias,
    Role,
    Term,
    TextFormat,
    UserProfile,
    Vocabulary,
)

GROUPS: dict[Any, tuple[type[models.Model], ...]] = {
    _("Content"): (Node, NodeType),
    _("Taxonomy"): (Term, Vocabulary),
    _("Comments"): (Comment, CommentType),
    _("Files"): (File,),
    _("URL aliases"): (PathAlias,),
    _("Users"): (UserProfile, Role),
    _("Text formats"): (TextFormat,),
    _("Site"): (ConfigObject, AuditEntry),
}
"""What each group is about: the models that have permissions, or whose rows bring some."""

RESTRICTED = frozenset(
    {
        "administer nodes",
        "bypass node access",
        "administer content types",
        "administer node fields",
        "administer taxonomy_term fields",
        "administer comment types",
        "administer comment fields",
        "administer users",
        "administer user fields",
        "administer permissions",
        "administer filters",
        "administer site configuration",
    }
)
"""Those for people who are trusted: whoever has one may give themselves more, or harm the site."""

OTHERS = _("Other modules")
"""What an import has brought, and only a project's own code asks for."""


class PermissionGroup(NamedTuple):
    """Permissions that are about the same."""

    label: str
    permissions: list[Permission]


def permission_groups() -> list[PermissionGroup]:
    """Return all of Drupal's permissions that there are, each in one group."""
    rows = Permission.objects.filter(content_type__app_label=APP_LABEL).order_by("pk")
    left = {permission.codename: permission for permission in rows}
    groups = []
    for label, kinds in _all_groups().items():
        names = (name for kind in kinds for name in _names_of(kind))
        found = [left.pop(name) for name in dict.fromkeys(names) if name in left]
        groups.append(PermissionGroup(str(label), found))
    others = sorted(left.values(), key=lambda each: each.codename)
    return [group for group in (*groups, PermissionGroup(str(OTHERS), others)) if group.permissions]


def _all_groups() -> dict[Any, tuple[type[models.Model], ...]]:
    """Return the groups, with those of a project's own bundles."""
    known = {kind for kinds in GROUPS.values() for kind in kinds}
    own = (kind for kind in models_with_permissions() if kind not in known)
    return {**GROUPS, **{kind._meta.verbose_name_plural: (kind,) for kind in own}}


def _names_of(kind: type[models.Model]) -> Iterator[str]:
    """Yield the permissions that a model has, and those that its rows bring."""
    declared: Any = kind._meta.permissions
    yield from (name for name, _label in declared)
    if kind in models_with_permissions():
        for key, name in kind._default_manager.values_list("pk", "name"):
            yield from permissions_of(kind, key, name)
