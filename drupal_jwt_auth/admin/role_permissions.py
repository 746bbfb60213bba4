"""What roles may do, as a table of permissions and roles that is saved in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import router
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.content.permission_groups import RESTRICTED, PermissionGroup, permission_groups
from drupal_jwt_auth.content.user.roles import KnownRole, known_roles, sorted_roles
from drupal_jwt_auth.models import Role
from drupal_jwt_auth.transactions import locked

GRANTED, SHOWN = "granted", "shown"
"""What the names of a role's inputs begin with: what is chosen for it, and what it had."""


class Cell(NamedTuple):
    """Whether a role has a permission."""

    role: KnownRole
    checked: bool


class Row(NamedTuple):
    """A permission, with a cell for each role."""

    permission: Permission
    restricted: bool
    cells: list[Cell]


class Change(NamedTuple):
    """The keys of permissions that a role shall get, and of those that it shall lose."""

    added: set[int]
    removed: set[int]


class RolePermissionPages(ConfigurationPages):
    """The page of what roles may do.

    It sends what each role had as it was shown, too, so that only what was changed on it is
    changed: whatever somebody else grants meanwhile stays. Of a role there are two values, as
    lists, where scripts run; Django takes no more than some number of them.
    """

    def get_urls(self) -> list[URLPattern]:
        """Return the page before those of Django, whose last one takes any path."""
        own = self.page("permissions/", self.permissions_view, "permissions")
        return [own, *super().get_urls()]

    def entries(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the entry of the page in the index."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_permissions"
        return [(_("Permissions"), name)] if self.has_change_permission(request) else []

    def permissions_view(self, request: HttpRequest) -> HttpResponse:
        """Show what all roles may do, or one of them; save what was changed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._save(request, changes_in(request.POST))
            return HttpResponseRedirect(request.get_full_path())
        only = request.GET.get("role")
        roles = [role for role in sorted_roles() if only in (None, role.id)]
        granted = granted_to(roles)
        groups = list(_matching(permission_groups(), request.GET.get("q", "")))
        shown = {each.pk for group in groups for each in group.permissions}
        count = len(shown) * len(roles)
        limit: Any = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        context = {
            **self.admin_site.each_context(request),
            "title": _("Permissions"),
            "opts": self.opts,
            "only": roles[0] if only and roles else None,
            "query": request.GET.get("q", ""),
            "roles": [(role, sorted(granted[role.group] & shown)) for role in roles],
            "groups": [(group.label, list(_rows(group, roles, granted))) for group in groups],
            "needs_script": limit is not None and count + 2 * len(roles) > limit,
        }
        template = "admin/drupal_jwt_auth/role/permissions.html"
        return TemplateResponse(request, template, context)

    def _save(self, request: HttpRequest, changes: Mapping[int, Change]) -> None:
        """Grant and take away what was changed, and say so."""
        known = Permission.objects.filter(content_type__app_label=APP_LABEL)
        labels = dict(known.using(router.db_for_write(Permission)).values_list("pk", "codename"))
        # Of what was sent, the database is asked for nothing that it has not.
        groups = {role.group for role in known_roles()} & changes.keys()
        done = 0
        with locked(Group, *groups):
            for role in known_roles():
                if role.group in changes and not role.is_admin:
                    done += self._change(request, role, changes[role.group], labels)
        text = ngettext(
            "%(count)d permission has been changed.",
            "%(count)d permissions have been changed.",
            done,
        )
        self.message_user(request, text % {"count": done}, messages.SUCCESS)

    def _change(
        self, request: HttpRequest, role: KnownRole, change: Change, labels: Mapping[int, str]
    ) -> int:
        """Change what a role may do, and log it; return how many permissions that was."""
        group = Group(pk=role.group)
        permissions = group.permissions.using(router.db_for_write(Group))
        had = {*permissions.values_list("pk", flat=True)}
        added, removed = change.added & labels.keys() - had, change.removed & labels.keys() & had
        for batch in batches(added):
            group.permissions.add(*batch)
        for batch in batches(removed):
            group.permissions.remove(*batch)
        told = [
            text % {"names": ", ".join(sorted(labels[key] for key in keys))}
            for text, keys in ((_("Granted: %(names)s"), added), (_("Taken: %(names)s"), removed))
            if keys
        ]
        if told:
            self.log_change(request, Role(group=group, label=role.label), ". ".join(told))
        return len(added) + len(removed)


def granted_to(roles: Iterable[KnownRole]) -> dict[Any, set[int]]:
    """Return the keys of the permissions that roles have, by the key of their group."""
    granted: dict[Any, set[int]] = {role.group: set() for role in roles}
    pairs = Group.permissions.through.objects.filter(
        group__in=granted, permission__content_type__app_label=APP_LABEL
    )
    for group, permission in pairs.values_list("group_id", "permission_id"):
        granted[group].add(permission)
    return granted


def changes_in(sent: QueryDict) -> dict[int, Change]:
    """Return what was changed on the page, by the key of the role's group.

    Raise SuspiciousOperation (400) for what is no key.
    """
    changes = {}
    for name in sent:
        kind, _dash, group = name.partition("-")
        if kind == SHOWN:
            before, after = _keys(sent.getlist(name)), _keys(sent.getlist(f"{GRANTED}-{group}"))
            changes.update(dict.fromkeys(_keys([group]), Change(after - before, before - after)))
    return changes


def _keys(lists: Iterable[str]) -> set[int]:
    try:
        return {int(key) for keys in lists for key in keys.split()}
    except ValueError:
        raise SuspiciousOperation("Something was chosen that can have no key.") from None


def _matching(groups: Iterable[PermissionGroup], query: str) -> Iterable[PermissionGroup]:
    """Yield the groups with those permissions that have all the words of a query in them."""
    words = query.casefold().split()
    for group in groups:
        found = [
            each
            for each in group.permissions
            if all(
                word in f"{group.label} {each.name} {each.codename}".casefold() for word in words
            )
        ]
        if found:
            yield PermissionGroup(group.label, found)


def _rows(
    group: PermissionGroup, roles: Collection[KnownRole], granted: Mapping[Any, set[int]]
) -> Iterable[Row]:
    for each in group.permissions:
        cells = [Cell(role, role.is_admin or each.pk in granted[role.group]) for role in roles]
        yield Row(each, each.codename in RESTRICTED, cells)
