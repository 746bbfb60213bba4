"""Content types in the admin, their fields as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Field as ModelField
from django.http import HttpRequest

from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.models import FieldConfig, NodeType

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[FieldConfig, NodeType]
    ModelAdmin = admin.ModelAdmin[NodeType]
else:
    TabularInline = admin.TabularInline
    ModelAdmin = admin.ModelAdmin


class FieldConfigInline(TabularInline):
    """The configurable fields of a content type."""

    model = FieldConfig
    extra = 0

    def formfield_for_dbfield(
        self, db_field: ModelField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Offer the field types that there are."""
        if db_field.name == "field_type":
            configurable = (name for name, each in FIELD_TYPES.items() if each.configurable)
            return forms.ChoiceField(choices=[(name, name) for name in sorted(configurable)])
        form_field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(form_field, forms.JSONField):
            form_field.widget.attrs.update(rows=2, cols=30)
        return form_field


@admin.register(NodeType)
class NodeTypeAdmin(ModelAdmin):
    """Content types."""

    list_display = ("name", "type", "description")
    search_fields = ("name", "type")
    inlines = (FieldConfigInline,)
    fieldsets = (
        (None, {"fields": ("name", "type", "description")}),
        (
            "Defaults of new content",
            {"fields": ("status", "promote", "sticky", "new_revision")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: NodeType | None = None) -> Any:
        """Keep the machine name of a type as it is: nodes and permissions carry it."""
        return ("type",) if obj else ()
