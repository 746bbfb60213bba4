"""Text formats of a described site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.models import TextFormat
from drupal_jwt_auth.text import filter_faults, filter_options
from drupal_jwt_auth.transfer.description_fields import (
    MAX_ID,
    MachineNameField,
    ObjectField,
    uuid_field,
)
from drupal_jwt_auth.transfer.loader import ConfigLoader


class TextFormatDescription(serializers.Serializer[Any]):
    """A text format with its filters."""

    format = MachineNameField()
    uuid = uuid_field(default=None)
    name = serializers.CharField(max_length=255)
    weight = serializers.IntegerField(default=0, min_value=-MAX_ID, max_value=MAX_ID)
    filters = ObjectField(child=ObjectField(), default=dict)

    def validate_filters(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the filters; refuse those that there are not, and what one cannot use."""
        faults = list(filter_faults(value))
        if faults:
            raise serializers.ValidationError(faults)
        return {name: filter_options(options)._asdict() for name, options in value.items()}


class TextFormatLoader(ConfigLoader):
    """Text formats."""

    part, noun, model, key = "text_formats", "text format", TextFormat, "format"
    unique = ("format", "uuid")

    def load(self) -> None:
        """Load the text formats."""
        for row in self.rows:
            values = {name: value for name, value in row.items() if value is not None}
            values["status"] = True
            self.run.save(TextFormat, "text formats", {"format": row["format"]}, values)
        here = TextFormat.objects.using(self.run.using)
        for text_format in here.filter(pk__in=self.gone(), status=True):
            text_format.status = False
            text_format.save(update_fields=["status"])
            self.run.removed["text formats (disabled)"] += 1
