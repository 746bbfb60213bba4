"""Choices: ``{"value": "..."}``, out of the setting ``allowed_values``.

The setting is an object of labels by value, or a list of ``{"value", "label"}`` as Drupal exports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms

from drupal_jwt_auth.config_schema import Reader, setting
from drupal_jwt_auth.fields.base import NOT_A_CHOICE, Context, Faults, Field, FieldType, Item
from drupal_jwt_auth.fields.forms.inputs import ChoiceFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.numbers import FloatType, IntegerType
from drupal_jwt_auth.fields.primitives import is_blank, is_scalar, to_text
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.fields.widgets import NONE

Choices = list[tuple[Any, str]]


def read_choices(configured: Any) -> Choices | None:
    """Return value and label of each choice, None where they are not told in one of the forms."""
    if isinstance(configured, Mapping):
        configured = [{"value": value, "label": label} for value, label in configured.items()]
    if not (isinstance(configured, list) and all(map(_is_choice, configured))):
        return None
    return [(each["value"], each.get("label", each["value"])) for each in configured]


def _is_choice(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and is_scalar(entry.get("value"))
        and is_scalar(entry.get("label", ""))
    )


def allowed_values(field: Field) -> Choices:
    """Return value and label of each choice."""
    choices: Choices = setting(field.settings, "allowed_values", read_choices, default=[])
    return choices


class ChoiceMixin(FieldType):
    """A value out of those that are allowed."""

    module = "options"
    setting_readers: ClassVar[Mapping[str, Reader]] = {"allowed_values": read_choices}
    storage_settings = frozenset({"allowed_values", "allowed_values_function"})

    def wrong_settings(self, settings: Mapping[str, Any]) -> Iterator[str]:
        """Tell of choices that are no values of the type, too."""
        yield from super().wrong_settings(settings)
        for value, _label in setting(settings, "allowed_values", read_choices, default=[]):
            if self.read_choice(value) is None:
                yield f"allowed_values: {to_text(value)}"

    def read_choice(self, value: Any) -> Any:
        """Return what a choice stands for, None for what is no value of the type."""
        return to_text(value)

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

    def read_choice(self, value: Any) -> Any:
        """Return the number."""
        return self.number(value)


class ListFloatType(ChoiceMixin, FloatType):
    """A choice out of numbers."""

    id = "list_float"

    def read_choice(self, value: Any) -> Any:
        """Return the number."""
        return self.number(value)
