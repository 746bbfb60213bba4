"""Content types in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from drupal_jwt_auth.admin.bundle_pages import BundlePages
from drupal_jwt_auth.models import FieldConfig, NodeType

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[NodeType]
else:
    ModelForm = forms.ModelForm


class NodeTypeForm(ModelForm):
    """A content type; a new one is offered a body."""

    body = forms.BooleanField(
        label=_("With a body"),
        required=False,
        initial=True,
        help_text=_("Creates the field “body”, which Drupal gives each new content type."),
    )


@admin.register(NodeType)
class NodeTypeAdmin(BundlePages):
    """Content types; one that there is content of cannot be deleted."""

    entity_type_id = "node"
    administer = ("administer content types",)

    list_display = ("name", "type", "description")
    search_fields = ("name", "type")
    form = NodeTypeForm
    fieldsets = (
        (None, {"fields": ("name", "type", "description", "title_label")}),
        (
            _("Defaults of new content"),
            {"fields": ("status", "promote", "sticky", "new_revision")},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: NodeType | None = None) -> Any:
        """Return the groups of inputs, that for the body only with a new type."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else (*fieldsets, (_("Fields"), {"fields": ("body",)}))

    def get_readonly_fields(self, request: HttpRequest, obj: NodeType | None = None) -> Any:
        """Keep the machine name of a type as it is: nodes and permissions carry it."""
        kept = ("type",) if obj else ()
        return (*kept, *super().get_readonly_fields(request, obj))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the body of a new type."""
        super().save_related(request, form, formsets, change)
        if not change and form.cleaned_data["body"]:
            FieldConfig.objects.add_body(form.instance)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what is deleted with types, or in Drupal's words why they cannot be."""
        types = NodeType.objects.filter(pk__in=[each.pk for each in objs])
        used = types.annotate(count=Count("node")).filter(count__gt=0)
        if not used:
            return super().get_deleted_objects(objs, request)
        reasons = [
            ngettext(
                "%(type)s is used by %(count)d piece of content on your site. You can not remove "
                "this content type until you have removed all of the %(type)s content.",
                "%(type)s is used by %(count)d pieces of content on your site. You may not remove "
                "%(type)s until you have removed all of the %(type)s content.",
                each.count,
            )
            % {"type": each.name, "count": each.count}
            for each in used
        ]
        return [], {}, set(), reasons
