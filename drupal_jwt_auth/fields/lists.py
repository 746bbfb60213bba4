"""Choices: ``{"value": "..."}``, out of the setting ``allowed_values``.

The setting is an object of labels by value, or a list of ``{"value", "label"}`` as Drupal exports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import Reader, setting
from drupal_jwt_auth.fields.base import (
    NOT_A_CHOICE,
    SELECTION,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.forms.inputs import ChoiceFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.numbers import FloatType, IntegerType
from drupal_jwt_auth.fields.primitives import is_blank, is_scalar, to_text
from drupal_jwt_auth.fields.settings import Setting, SettingsSite, unasked
from drupal_jwt_auth.fields.string import StringType
from drupal_jwt_auth.fields.widgets import NONE

Choices = list[tuple[Any, str]]
SHOWN = 10
"""How many values are named in a message."""


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


ALLOWED_VALUES = _("Allowed values")
AS_LINES = _(
    "One in a line, as value|label: the value is stored, the label is shown. A value in use cannot "
    "be taken away."
)


@dataclass(frozen=True)
class ChoicesSetting(Setting):
    """The choices, one in a line: ``red|Red``, or ``red`` alone where that is its label, too.

    ``value_of`` returns what the text of a value stands for, None for what is no value of the type.
    """

    read: Reader = read_choices
    label: Any = ALLOWED_VALUES
    help_text: Any = AS_LINES
    of_storage: bool = True
    value_of: Reader = to_text
    may_grow: ClassVar[bool] = True

    def form_field(self, site: SettingsSite, stored: Any) -> forms.Field:
        """Return a text area."""
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}))

    def shown(self, stored: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the choices as lines."""
        choices = read_choices(stored) or []
        return {"": "\n".join(_line(to_text(each), to_text(label)) for each, label in choices)}

    def chosen(self, parts: Mapping[str, Any], stored: Any, settings: Mapping[str, Any]) -> Any:
        """Return the choices, each with a label."""
        choices, wrong = [], []
        for line in filter(None, map(str.strip, parts[""].splitlines())):
            text, _bar, label = (part.strip() for part in line.partition("|"))
            value = self.value_of(text)
            wrong += [text] if value is None else []
            choices.append({"value": value, "label": label or text})
        if wrong:
            raise ValidationError(
                _("These are no values of the field's type: %(values)s") % {"values": _some(wrong)}
            )
        counted = Counter(to_text(each["value"]) for each in choices)
        if twice := [value for value, count in counted.items() if count > 1]:
            raise ValidationError(
                _("These are there more than once: %(values)s") % {"values": _some(twice)}
            )
        return choices

    def check_stored(self, before: Any, after: Any, items: Iterable[Mapping[str, Any]]) -> None:
        """Refuse to take away values that are in use."""
        old, new = (
            {to_text(value) for value, _label in read_choices(each) or []}
            for each in (before, after)
        )
        gone = old - new
        # All that is stored is gone through only where something could be missed.
        values = (item.get("value") for item in (items if gone else ()))
        used = {text for value in values if is_scalar(value) and (text := to_text(value)) in gone}
        if used:
            raise ValidationError(
                _("These are in use and cannot be taken away: %(values)s")
                % {"values": _some(sorted(used))}
            )


def _line(value: str, label: str) -> str:
    return value if label == value and "|" not in value else f"{value}|{label}"


def _some(values: list[str]) -> str:
    return ", ".join(values[:SHOWN]) + (", …" if len(values) > SHOWN else "")


class ChoiceMixin(FieldType):
    """A value out of those that are allowed."""

    module = "options"
    category = SELECTION
    settings: ClassVar[Mapping[str, Setting]] = {
        "allowed_values": ChoicesSetting(),
        "allowed_values_function": Setting(of_storage=True),
    }

    def wrong_settings(self, settings: Mapping[str, Any]) -> Iterator[str]:
        """Tell of choices that are no values of the type, too."""
        yield from super().wrong_settings(settings)
        declared: Any = self.settings["allowed_values"]
        for value, _label in setting(settings, "allowed_values", read_choices, default=[]):
            if declared.value_of(value) is None:
                yield f"allowed_values: {to_text(value)}"

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
    label = _("List (text)")
    description = _("A choice out of texts.")
    settings = unasked(StringType.settings)


class ListIntegerType(ChoiceMixin, IntegerType):
    """A choice out of whole numbers."""

    id = "list_integer"
    label = _("List (integer)")
    description = _("A choice out of whole numbers.")
    settings = {
        **unasked(IntegerType.settings),
        "allowed_values": ChoicesSetting(value_of=IntegerType().number),
    }


class ListFloatType(ChoiceMixin, FloatType):
    """A choice out of numbers."""

    id = "list_float"
    label = _("List (float)")
    description = _("A choice out of numbers.")
    settings = {
        **unasked(FloatType.settings),
        "allowed_values": ChoicesSetting(value_of=FloatType().number),
    }
