"""Text formats in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.fields.forms.documents import SettingsJSON
from drupal_jwt_auth.models import TextFormat

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[TextFormat]
else:
    ModelForm = forms.ModelForm


class TextFormatForm(ModelForm):
    """A text format."""

    def clean_filters(self) -> Any:
        """Return the filters; nothing, and null, are none."""
        return self.cleaned_data["filters"] or {}


@admin.register(TextFormat)
class TextFormatAdmin(ConfigurationPages, LockingAdmin):
    """Text formats."""

    administer = ("administer filters",)

    form = TextFormatForm
    list_display = ("name", "format", "weight")
    search_fields = ("name", "format")
    fields = ("name", "format", "weight", "filters")
    formfield_overrides = {models.JSONField: {"decoder": SettingsJSON}}

    def get_readonly_fields(self, request: HttpRequest, obj: TextFormat | None = None) -> Any:
        """Keep the machine name as it is: texts and permissions carry it."""
        return ("format",) if obj else ()
