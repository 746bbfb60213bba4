"""Comment types in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst

from drupal_jwt_auth.admin.bundle_pages import BundlePages
from drupal_jwt_auth.content.comment.host import host_types
from drupal_jwt_auth.models import CommentType, FieldConfig


@admin.register(CommentType)
class CommentTypeAdmin(BundlePages):
    """Comment types; one that there are comments of cannot be deleted."""

    entity_type_id = "comment"
    administer = ("administer comment types",)

    list_display = ("label", "id", "target_entity_type_id", "description")
    search_fields = ("label", "id")
    fields = ("label", "id", "target_entity_type_id", "description")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let the types of content be chosen that can have comments."""
        if db_field.name != "target_entity_type_id":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        choices = [(name, each.label) for name, each in host_types().items()]
        return forms.ChoiceField(
            choices=choices, label=capfirst(db_field.verbose_name), show_hidden_initial=True
        )

    def get_readonly_fields(self, request: HttpRequest, obj: CommentType | None = None) -> Any:
        """Keep the machine name of a type as it is, and what its comments are on."""
        kept = ("id", "target_entity_type_id") if obj else ()
        return (*kept, *super().get_readonly_fields(request, obj))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give a new type the text that Drupal gives to each."""
        super().save_related(request, form, formsets, change)
        if not change:
            FieldConfig.objects.add_comment_body(form.instance)
