"""Numbers and booleans: ``{"value": 1}``."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from decimal import Context as DecimalContext
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.config_schema import read_flag
from drupal_jwt_auth.fields.base import (
    NOT_A_PRIMITIVE,
    NUMBER,
    Context,
    Faults,
    Field,
    FieldType,
    Item,
)
from drupal_jwt_auth.fields.forms.inputs import NumberFormField
from drupal_jwt_auth.fields.forms.items import ItemsFormField
from drupal_jwt_auth.fields.primitives import (
    is_blank,
    is_scalar,
    is_true,
    loosely_equal,
    to_float,
    to_integer,
    to_number,
    to_text,
)
from drupal_jwt_auth.fields.settings import NumberSetting, Setting, WholeNumberSetting
from drupal_jwt_auth.wording import Wording, in_form

DECIMAL_MAX_LENGTH = 100
"""In characters; the databases that Drupal runs on keep 65 digits at most."""

_ENTER_NUMBER = _("Enter a number, such as 1.5.")
NOT_A_NUMBER = "This value should be a valid number."
TOO_SMALL = Wording(
    "{label}: the value may be no less than {limit}.", _("Enter no number below {limit}.")
)
TOO_LARGE = Wording(
    "{label}: the value may be no greater than {limit}.", _("Enter no number above {limit}.")
)
NEGATIVE = Wording(
    "{label}: The integer must be larger or equal to 0.", _("Enter no number below 0.")
)

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_AS_PHP = DecimalContext(prec=2 * DECIMAL_MAX_LENGTH, rounding=ROUND_HALF_UP)
_EXACT_FLOAT = 2.0**53


class BooleanType(FieldType):
    """True or false; 0 and 1 and their texts stand for them."""

    id = "boolean"
    label = _("Boolean")
    description = _("Yes or no, as a checkbox.")
    numeric = frozenset({"value"})

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what does not stand for true or false."""
        value = item["value"]
        is_zero = value == "0" or (isinstance(value, int) and value == 0)
        if not (is_zero or loosely_equal(value, "1")):
            yield "value", NOT_A_PRIMITIVE

    def cast(self, item: Item, field: Field) -> Item:
        """Store true or false."""
        return {"value": is_true(item["value"])}

    def equals(self, raw: Item, stored: Item) -> bool:
        """Tell whether a raw item says what is stored: Drupal compares it with 0 or 1."""
        value = stored["value"]
        return super().equals(raw, {"value": None if value is None else int(value)})

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return a checkbox."""
        checkbox = forms.BooleanField(required=False, initial=False)
        return ItemsFormField(field, {"value": checkbox}, **kwargs)


class NumberType(FieldType, ABC):
    """What the types of numbers share: emptiness, and the settings ``min`` and ``max``."""

    numeric = frozenset({"value"})
    not_one: ClassVar[Wording] = Wording(NOT_A_PRIMITIVE, _ENTER_NUMBER)
    category: ClassVar[Any] = NUMBER
    settings: ClassVar[Mapping[str, Setting]] = {
        "min": NumberSetting(label=_("Minimum"), help_text=_("Nothing for no minimum.")),
        "max": NumberSetting(label=_("Maximum"), help_text=_("Nothing for no maximum.")),
        "unsigned": Setting(read_flag, of_storage=True),
        "size": Setting(of_storage=True),
    }

    def is_empty(self, item: Item) -> bool:
        """Tell whether there is no number."""
        return is_blank(item.get("value"))

    @abstractmethod
    def number(self, value: Any) -> Any:
        """Return the number that a value stands for, or None."""

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is out of bounds, and what is no number."""
        value = item["value"]
        number = to_number(value)
        for least, most, text in self._ranges(field):
            if number is None:
                yield "value", Wording(NOT_A_NUMBER, in_form(self.not_one))
            elif not least <= number <= most:
                yield "value", text
        if self.number(value) is None:
            yield "value", self.not_one

    def cast(self, item: Item, field: Field) -> Item:
        """Store a number, also where text was sent."""
        return {"value": self.number(item["value"])}

    def form_field(self, field: Field, **kwargs: Any) -> forms.Field:
        """Return an input for each number."""
        return ItemsFormField(field, {"value": NumberFormField()}, **kwargs)

    def _ranges(self, field: Field) -> Iterator[tuple[float, float, str]]:
        """Yield (least, most, text to refuse with)."""
        least, most = (self.setting(field, name) for name in ("min", "max"))
        if least is not None:
            limit = to_text(field.settings["min"])
            yield least, math.inf, TOO_SMALL.fill(label=field.label, limit=limit)
        if most is not None:
            limit = to_text(field.settings["max"])
            yield -math.inf, most, TOO_LARGE.fill(label=field.label, limit=limit)
        if self.setting(field, "unsigned"):
            yield 0, math.inf, NEGATIVE.fill(label=field.label)


class IntegerType(NumberType):
    """A whole number of 64 bits, or a text of its digits."""

    id = "integer"
    label = _("Number (integer)")
    description = _("A whole number, such as a year or an amount.")
    not_one = Wording(NOT_A_PRIMITIVE, _("Enter a whole number."))

    def number(self, value: Any) -> int | None:
        """Return the number that a value stands for, or None."""
        return to_integer(value)


class FloatType(NumberType):
    """A floating point number; a whole one is shown as such."""

    id = "float"
    label = _("Number (float)")
    description = _("A number that need not be exact, such as a measure.")

    def number(self, value: Any) -> int | float | None:
        """Return the number that a value stands for, or None."""
        number = to_float(value)
        if number is not None and number.is_integer() and abs(number) < _EXACT_FLOAT:
            return int(number)
        return number

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the number; a database may have made a whole one of it."""
        return {"value": self.number(item["value"])}


class DecimalType(NumberType):
    """A decimal number, kept as text with the setting ``scale`` of digits after the point."""

    id = "decimal"
    label = _("Number (decimal)")
    description = _("A number that is kept to the last digit, such as a price.")
    settings = {
        "unsigned": Setting(read_flag),
        "size": Setting(),
        "precision": Setting(of_storage=True),
        "scale": WholeNumberSetting(
            label=_("Scale"),
            help_text=_("How many digits there are after the point."),
            of_storage=True,
            default=2,
            initial=2,
        ),
    }

    def number(self, value: Any) -> Decimal | None:
        """Return the number that a value stands for, or None."""
        text = to_text(value) if is_scalar(value) else ""
        is_decimal = len(text) <= DECIMAL_MAX_LENGTH and _DECIMAL.fullmatch(text)
        return Decimal(text) if is_decimal else None

    def cast(self, item: Item, field: Field) -> Item:
        """Store the text of the number."""
        number = self.number(item["value"]) or Decimal(0)
        scale = min(self.setting(field, "scale", default=2), DECIMAL_MAX_LENGTH)
        return {"value": f"{number.quantize(Decimal(10) ** -scale, context=_AS_PHP):f}"}

    def restore(self, item: Item, field: Field) -> Item:
        """Store the number with the digits that it has: SQLite keeps no zeros at the end.

        Drupal shows a text that PHP takes for false with a point in it.
        """
        text = to_text(item["value"])
        return {"value": text if is_true(text) else "0.0"}
