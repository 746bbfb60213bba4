"""Choices: ``{"value": "..."}``, out of the setting ``allowed_values``.

The setting is an object of labels by value, or a list of ``{"value", "label"}`` as Drupal exports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from drupal_jwt_auth.fields.base import NOT_A_CHOICE, Context, Faults, Field, FieldType, Item
from drupal_jwt_auth.fields.forms import ChoiceFormField, ItemsFormField
from drupal_jwt_auth.fields.numbers import FloatType, IntegerType
from drupal_jwt_auth.fields.primitives import is_blank
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.fields.widgets import NONE


def allowed_values(field: Field) -> Iterator[tuple[Any, str]]:
    """Yield value and label of each choice."""
    configured = field.settings.get("allowed_values", {})
    if isinstance(configured, Mapping):
        yield from configured.items()
    else:
        for entry in configured:
            yield entry["value"], entry.get("label", entry["value"])


class ChoiceMixin(FieldType):
    """A value out of those that are allowed."""

    def is_empty(self, item: Item) -> bool:
        """Tell whether nothing was chosen."""
        return is_blank(item.get("value"))

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no choice."""
        faults = list(super().validate(item, field, context))
        choices = [self.cast({"value": choice}, field) for choice, _label in allowed_values(field)]
        if faults or self.cast(item, field) not in choices:
            yield None, NOT_A_CHOICE
        yield from faults

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return a select box for each choice."""
        choices = [
            (str(self.cast({"value": choice}, field)["value"]), label)
            for choice, label in allowed_values(field)
        ]
        return ItemsFormField(field, {"value": ChoiceFormField([("", NONE), *choices])}, **kwargs)


class ListStringType(ChoiceMixin, StringType):
    """A choice out of texts."""

    id = "list_string"


class ListIntegerType(ChoiceMixin, IntegerType):
    """A choice out of whole numbers."""

    id = "list_integer"


class ListFloatType(ChoiceMixin, FloatType):
    """A choice out of numbers."""

    id = "list_float"
