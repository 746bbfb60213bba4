"""PHP's scalars: how they become text, when two are loosely equal, what is a valid primitive.

Source: PHP's conversion rules, and Drupal core's PrimitiveTypeConstraint.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, TypeGuard

_NUMERIC = re.compile(
    r"[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\r\v\f]*", re.ASCII
)
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]{0,18})")
_PRECISION = 14

MAX_NESTING = 28
"""Of what is stored: MariaDB keeps JSON of 31 levels, three of which are outside of it.

Nor must a program that reads it level by level run out of stack.
"""


def is_scalar(value: Any) -> TypeGuard[str | int | float]:
    """Tell whether a JSON value is text, number, true or false."""
    return isinstance(value, str | int | float)


def to_text(value: str | float) -> str:
    """Return a scalar as PHP's cast to string: true is "1", false is "", 1e25 is "1.0E+25"."""
    if isinstance(value, bool):
        return "1" if value else ""
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return "INF" if value > 0 else "-INF"
    # PHP's `precision` is 14 significant digits, with an exponent beyond them.
    mantissa, exponent, power = f"{value:.{_PRECISION}G}".partition("E")
    if not exponent:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(power):+d}"


def is_storable(value: Any) -> bool:
    """Tell whether a JSON value can be kept and read again by whoever reads JSON.

    No number in it may be beyond all bounds, as 1e999 is, and arrays and objects not be nested
    beyond `MAX_NESTING`.
    """
    values = [value]
    for _level in range(MAX_NESTING + 1):
        if any(isinstance(each, float) and not math.isfinite(each) for each in values):
            return False
        values = [inner for each in values for inner in _inside(each)]
        if not values:
            return True
    return False


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def is_numeric(text: str) -> bool:
    """Tell whether PHP takes a text for a number."""
    return _NUMERIC.fullmatch(text) is not None


def to_number(value: Any) -> float | None:
    """Return the number that a value is for PHP, or a text stands for; true and false are none."""
    if isinstance(value, bool) or not is_scalar(value):
        return None
    if isinstance(value, str) and not is_numeric(value):
        return None
    return float(value)


def loosely_equal(left: Any, right: Any) -> bool:
    """Tell whether PHP 8's ``==`` holds between two JSON values; what is empty is one array."""
    if not (_is_simple(left) and _is_simple(right)):
        return bool(left == right or (left in ([], {}) and right in ([], {})))
    return _simply_equal(left, right)


def _simply_equal(left: str | float | None, right: str | float | None) -> bool:
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        if (isinstance(left, str) and right is None) or (left is None and isinstance(right, str)):
            return not (left or right)
        return is_true(left) == is_true(right)
    first, second = _number_in(left), _number_in(right)
    if first is None or second is None:
        return to_text(left) == to_text(right)
    if isinstance(first, int) and isinstance(second, int):
        return first == second
    return float(first) == float(second)


def _number_in(value: str | float) -> int | float | None:
    """Return the number that a number is, or that a text stands for: a whole one if it can be."""
    if not isinstance(value, str):
        return value
    if not is_numeric(value):
        return None
    whole = to_integer(value)
    return float(value) if whole is None else whole


def _is_simple(value: Any) -> bool:
    return value is None or is_scalar(value)


def is_blank(value: Any) -> bool:
    """Tell whether PHP takes a value for false and its text is not "0": nothing was chosen."""
    return not is_true(value) and not (is_scalar(value) and to_text(value) == "0")


def is_true(value: Any) -> bool:
    """Tell whether PHP takes a value for true: "0" is false too."""
    return bool(value) and value != "0"


def to_integer(value: Any) -> int | None:
    """Return the whole number that PHP's FILTER_VALIDATE_INT finds in a value, or None.

    It must fit into 64 bits; true is 1, 5.0 is 5, the text "5" is 5 and "5.0" is none.
    """
    if not is_scalar(value):
        return None
    text = to_text(value).strip(" \t\n\r\v\0")
    if _INTEGER.fullmatch(text) is None:
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None


def to_float(value: Any) -> float | None:
    """Return the number that PHP's FILTER_VALIDATE_FLOAT finds in a value, or None."""
    if not is_scalar(value):
        return None
    text = value.strip(" \t\n\r\v\0") if isinstance(value, str) else repr(float(value))
    if not is_numeric(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
