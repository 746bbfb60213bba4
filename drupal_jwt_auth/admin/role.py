"""Roles in the admin: what Drupal knows of a group, beside the page of the group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.content.user.roles import role_name
from drupal_jwt_auth.models import Role

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    ModelAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline


@admin.register(Role)
class RoleAdmin(ConfigurationPages, LockingAdmin):
    """Roles; what one may do is chosen on the page of its group."""

    administer = ("administer permissions",)

    list_display = ("label", "machine_name", "weight")
    list_select_related = ("group",)
    search_fields = ("label", "group__name")

    def get_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """Show the UUID of one that there is."""
        if obj is None:
            return ("group", "label", "weight")
        return ("label", "machine_name", "weight", "is_admin", "permissions", "uuid")

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """Keep what is the group's, and what an import has brought."""
        return ("machine_name", "is_admin", "permissions", "uuid") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        """Tell whether a role may be deleted: by whoever may delete its group, with that."""
        return bool(request.user.has_perm("auth.delete_group"))

    @admin.display(description=_("machine name"))
    def machine_name(self, role: Role) -> str:
        """Return what the role is called by programs."""
        return role_name(role.group.name)

    @admin.display(description=_("permissions"))
    def permissions(self, role: Role) -> str:
        """Return how many permissions the group has, with the page where they are chosen."""
        count = role.group.permissions.count()
        try:
            url = reverse(f"{self.admin_site.name}:auth_group_change", args=[role.pk])
        except NoReverseMatch:
            return str(count)
        return format_html(
            '<a href="{}">{}</a>', url, _("%(count)d of the group") % {"count": count}
        )


class RoleInline(StackedInline):
    """What Drupal knows of a group, with the page where it is changed."""

    model = Role
    fields = ("label", "weight")
    readonly_fields = fields
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave that to the pages of roles."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave that to the pages of roles."""
        return False


def add_to_page_of_groups(site: admin.AdminSite) -> None:
    """Let the registered page of groups show the role."""
    if not site.is_registered(Group):
        return
    registered: Any = type(site.get_model_admin(Group))
    if RoleInline not in registered.inlines:
        site.unregister(Group)
        inlines = (*registered.inlines, RoleInline)
        site.register(Group, type(registered.__name__, (registered,), {"inlines": inlines}))
