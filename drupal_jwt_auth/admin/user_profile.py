"""The profile and the roles on the page of a user in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from drupal_jwt_auth.models import Role, UserProfile

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    ModelAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline


class ProfileInline(StackedInline):
    """What Drupal knows of a user beside that; whoever may change the user may change this."""

    model = UserProfile
    fields = (
        *("timezone", "langcode", "preferred_langcode", "preferred_admin_langcode", "init"),
        *("uuid", "access", "changed"),
    )
    readonly_fields = ("uuid", "access", "changed")
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may see the user."""
        return bool(self._page(request).has_view_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may change the user."""
        return bool(self._page(request).has_change_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell the same: the row is made where something is written."""
        return self.has_change_permission(request, obj)

    def _page(self, request: HttpRequest) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)


class ProfileMixin(ModelAdmin):
    """A page of users that has their profiles, and calls roles by their labels."""

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Return the inlines, with the profile of a user who is there."""
        inlines = super().get_inlines(request, obj)
        return inlines if obj is None else (*inlines, ProfileInline)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; groups are called as roles are."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Group:
            labels: dict[Any, str] = dict(Role.objects.values_list("group", "label"))
            field.label_from_instance = lambda group: _called(group, labels.get(group.pk))
        return field


def _called(group: Group, label: str | None) -> str:
    return group.name if label in (None, group.name) else f"{label} ({group.name})"
