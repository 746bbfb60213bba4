"""Configuration objects in the admin."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.forms import JSONField, Textarea
from django.http import HttpRequest

from drupal_jwt_auth.admin.list_pages import ServedListPages
from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.fields.forms.documents import StorableJSON
from drupal_jwt_auth.models import ConfigObject
from drupal_jwt_auth.models.ordered_json import OrderedJSONField


class IndentedJSON(JSONField):
    """JSON in many lines."""

    widget = Textarea(attrs={"rows": 30, "cols": 100})

    def prepare_value(self, value: Any) -> Any:
        """Return what is shown: what is stored line by line, what was sent wrongly as it is."""
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False, indent=2)
        return super().prepare_value(value)


@admin.register(ConfigObject)
class ConfigObjectAdmin(ServedListPages, LockingAdmin):
    """Configuration objects, and the lists that are made of some."""

    administer = ("administer site configuration",)

    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name", "data")
    formfield_overrides = {
        OrderedJSONField: {
            "form_class": IndentedJSON,
            "decoder": StorableJSON,
            "widget": IndentedJSON.widget,
        }
    }

    def get_readonly_fields(self, request: HttpRequest, obj: ConfigObject | None = None) -> Any:
        """Keep the name as it is: it says what the object is."""
        return ("name",) if obj else ()
