"""Roles in the admin: groups with a label, and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.role_permissions import RolePermissionPages
from drupal_jwt_auth.content.user.roles import (
    EVERYBODYS,
    group_name,
    known_roles,
    role_name,
    sorted_roles,
)
from drupal_jwt_auth.models import Role
from drupal_jwt_auth.models.machine_names import validate_machine_name

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Role]
    StackedInline = admin.StackedInline[Any, Any]
else:
    ModelAdmin, ModelForm, StackedInline = admin.ModelAdmin, forms.ModelForm, admin.StackedInline


class NewRoleForm(ModelForm):
    """A role that is to be made, with its group."""

    machine_name = forms.CharField(
        label=_("Machine name"),
        max_length=Group._meta.get_field("name").max_length,
        validators=[validate_machine_name],
        help_text=_("What programs call it. It cannot be changed later."),
    )

    class Meta:
        model = Role
        fields = ("label", "weight")

    def clean_machine_name(self) -> str:
        """Refuse the name of a role that there is."""
        name: str = self.cleaned_data["machine_name"]
        if name in EVERYBODYS or Group.objects.filter(name__iexact=group_name(name)).exists():
            raise forms.ValidationError(_("There is a role of this name."))
        return name


@admin.register(Role)
class RoleAdmin(RolePermissionPages, LockingAdmin):
    """Roles: each group is one, whether it has a label yet or not. A role goes with its group."""

    administer = ("administer permissions",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List all roles in their order."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Roles"),
            "opts": self.opts,
            "roles": [(role, role.id not in EVERYBODYS) for role in sorted_roles()],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/drupal_jwt_auth/role/list.html", context)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return a role; a group that has no label yet is called by its name."""
        found = super().get_object(request, object_id, from_field)
        if found is not None or not unquote(object_id).isdecimal():
            return found
        group = Group.objects.filter(pk=object_id).first()
        if group is None:
            return None
        role = next(known_roles(role_name(group.name)))
        return Role(group=group, label=role.label, weight=role.weight)

    def rows_to_lock(self, request: HttpRequest, found: Role | None) -> list[Model]:
        """Return the group, which the role is a part of."""
        return [] if found is None else [found.group]

    # Forms

    def get_form(
        self, request: HttpRequest, obj: Role | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; that for a new role asks for its machine name."""
        if obj is None:
            kwargs["form"] = NewRoleForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """Show the UUID of one that there is."""
        if obj is None:
            return ("label", "machine_name", "weight")
        return ("label", "machine_name", "weight", "is_admin", "uuid")

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """Keep what programs know it by, and what an import has brought."""
        return ("machine_name", "is_admin", "uuid") if obj else ()

    @admin.display(description=_("Machine name"))
    def machine_name(self, role: Role) -> str:
        """Return what the role is called by programs."""
        return role_name(role.group.name)

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        """Save a role, a new one with its group."""
        if not change:
            obj.group = Group.objects.create(name=form.cleaned_data["machine_name"])
        if obj._state.adding:
            obj.save()
        else:
            super().save_model(request, obj, form, change)

    # Deletion

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        """Tell whether a role may be deleted, here or with its group: not those of everybody."""
        if obj is not None and role_name(obj.group.name) in EVERYBODYS:
            return False
        user: Any = request.user
        return super().has_delete_permission(request, obj) or (
            user.is_staff and user.has_perm("auth.delete_group")
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what is deleted with the groups of roles, which go with these."""
        groups = [role.group for role in objs]
        shown, counts, lacking, protected = super().get_deleted_objects(groups, request)
        return shown, counts, lacking - {Group._meta.verbose_name}, protected

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        """Delete a role with its group."""
        obj.group.delete()


class RoleInline(StackedInline):
    """What Drupal knows of a group, with the page where it is changed."""

    model = Role
    fields = ("label", "weight")
    readonly_fields = fields
    show_change_link = True
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell that whoever sees the group sees its role."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave that to the pages of roles."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave that to the pages of roles."""
        return False


class RolesOfGroupsMixin(ModelAdmin):
    """A page of groups that shows the role, and keeps the groups that everybody's roles are."""

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Return the inlines, with the role."""
        return (*super().get_inlines(request, obj), RoleInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the name of what the settings name."""
        kept = ("name",) if _is_everybodys(obj) else ()
        return (*super().get_readonly_fields(request, obj), *kept)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may delete a group: these nobody may."""
        return super().has_delete_permission(request, obj) and not _is_everybodys(obj)


def _is_everybodys(group: Group | None) -> bool:
    return group is not None and role_name(group.name) in EVERYBODYS


def add_to_page_of_groups(site: admin.AdminSite) -> None:
    """Give the registered page of groups what it does not have yet."""
    if not site.is_registered(Group):
        return
    registered: Any = type(site.get_model_admin(Group))
    if not issubclass(registered, RolesOfGroupsMixin):
        site.unregister(Group)
        site.register(Group, type(registered.__name__, (RolesOfGroupsMixin, registered), {}))
