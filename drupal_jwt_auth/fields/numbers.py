"""Numbers and booleans: ``{"value": 1}``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from drupal_jwt_auth.fields.base import NOT_A_PRIMITIVE, Context, Faults, Field, FieldType, Item
from drupal_jwt_auth.fields.forms import CheckboxFormField
from drupal_jwt_auth.fields.primitives import is_scalar, to_float, to_integer, to_text

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_EXACT_FLOAT = 2.0**53


class BooleanType(FieldType):
    """True or false; 0 and 1 and their texts stand for them."""

    id = "boolean"

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what does not stand for true or false."""
        value = item["value"]
        if not is_scalar(value) or value not in (0, 1, "0", "1"):
            yield "value", NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store true or false."""
        return {"value": item["value"] in (1, "1")}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return a checkbox."""
        return CheckboxFormField(**kwargs)


class NumberType(FieldType):
    """What the types of numbers share: emptiness, and the settings ``min`` and ``max``."""

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no number."""
        value = item.get("value")
        return value is None or value is False or value == ""

    def number(self, value: Any) -> Any:
        """Return the number that a value stands for, or None."""
        raise NotImplementedError

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no number, or out of bounds."""
        number = self.number(item["value"])
        if number is None:
            yield "value", NOT_A_PRIMITIVE
            return
        least, most = field.settings.get("min"), field.settings.get("max")
        if field.settings.get("unsigned") and number < 0:
            yield "value", f"{field.label}: The integer must be larger or equal to 0."
        if is_limit(least) and number < self.number(least):
            yield "value", f"{field.label}: the value may be no less than {to_text(least)}."
        if is_limit(most) and number > self.number(most):
            yield "value", f"{field.label}: the value may be no greater than {to_text(most)}."

    def cast(self, item: Item, field: Field) -> Item:
        """Store a number, also where text was sent."""
        return {"value": self.number(item["value"])}


def is_limit(value: Any) -> bool:
    """Tell whether a setting is a limit: Drupal keeps an unset one as an empty text."""
    return value is not None and value != ""


class IntegerType(NumberType):
    """A whole number of 64 bits, or a text of its digits."""

    id = "integer"

    def number(self, value: Any) -> int | None:
        """Return the number that a value stands for, or None."""
        return to_integer(value)


class FloatType(NumberType):
    """A floating point number; a whole one is shown as such."""

    id = "float"

    def number(self, value: Any) -> int | float | None:
        """Return the number that a value stands for, or None."""
        number = to_float(value)
        if number is not None and number.is_integer() and abs(number) < _EXACT_FLOAT:
            return int(number)
        return number


class DecimalType(NumberType):
    """A decimal number, kept as text with the setting ``scale`` of digits after the point."""

    id = "decimal"

    def number(self, value: Any) -> Decimal | None:
        """Return the number that a value stands for, or None."""
        text = to_text(value) if is_scalar(value) else ""
        return Decimal(text) if _DECIMAL.fullmatch(text) else None

    def cast(self, item: Item, field: Field) -> Item:
        """Store the text of the number."""
        number = self.number(item["value"]) or Decimal(0)
        scale = int(field.settings.get("scale", 2))
        return {"value": f"{number:.{scale}f}"}
