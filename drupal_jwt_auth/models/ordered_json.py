"""A column for JSON objects whose keys stay in order: databases sort those of their own JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    TextColumn = models.JSONField[Any, dict[str, Any]]  # as which it is used
else:
    TextColumn = models.TextField


class OrderedJSONField(TextColumn):
    """A JSON object, kept as text: of characters that every database keeps."""

    def get_prep_value(self, value: Any) -> str:
        """Return what is stored."""
        return json.dumps(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Return what was stored."""
        return json.loads(value or "{}")

    def to_python(self, value: Any) -> Any:
        """Return the object; of a fixture it is a text. Raise ValidationError for anything else."""
        try:
            read = json.loads(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise ValidationError(_("Use a JSON object."))
        return read

    def value_to_string(self, obj: Any) -> str:
        """Return the text that a fixture has."""
        return self.get_prep_value(self.value_from_object(obj))
