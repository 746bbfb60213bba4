"""Form fields for JSON that is stored as it is written."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from drupal_jwt_auth.fields.forms.site import FormSite, Items
from drupal_jwt_auth.fields.primitives import is_storable
from drupal_jwt_auth.http.json import decode


class StorableJSON(json.JSONDecoder):
    """Reads JSON as the API does, for form fields: what cannot be stored is none."""

    def decode(self, text: str, *args: Any) -> Any:
        """Return the value; raise JSONDecodeError."""
        try:
            value = decode(text.encode())
        except (APIException, UnicodeError) as error:
            raise json.JSONDecodeError(str(error), text, 0) from error
        if not is_storable(value):
            raise json.JSONDecodeError("A value that cannot be stored", text, 0)
        return value


class SettingsJSON(StorableJSON):
    """JSON for columns that cannot hold each character."""

    def decode(self, text: str, *args: Any) -> Any:
        """Return the value; raise JSONDecodeError."""
        value = super().decode(text, *args)
        if "\\u0000" in json.dumps(value):
            raise json.JSONDecodeError("A character that cannot be stored", text, 0)
        return value


class JSONFormField(forms.JSONField):
    """Any field's items, as JSON: for a type that has nothing better, and for broken values."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 80})
    stored: Any = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decoder=StorableJSON, **kwargs)

    def show(self, items: Any, site: FormSite) -> None:
        """Say what is stored."""
        self.stored = items

    def validate(self, value: Any) -> None:
        """Refuse what is no list of objects; whether one is required is not told here."""
        if not (value is None or are_items(value)):
            raise forms.ValidationError(_("Use a JSON list of objects."))

    def clean(self, value: Any) -> Items:
        """Return the items, none for a broken value that stays; raise ValidationError."""
        if not are_items(self.stored) and not self.has_changed(self.stored, value):
            return []
        return super().clean(value) or []


def are_items(value: Any) -> bool:
    """Tell whether a value has the shape of items."""
    return isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value)
