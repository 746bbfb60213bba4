"""What the settings of field types and filters may be, and how they are read.

They are written by people and by other programs. As in what Drupal exports, a number may be a text
of its digits, and null, an empty text and an empty list stand for a setting that is not there. A
setting that is nothing it can be, in a row that nobody has checked, counts as not there, too.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Reader = Callable[[Any], Any]
"""Returns what a setting stands for, None for what it cannot be."""

MAX_SHOWN = 100
"""How many characters of a wrong setting are told."""
MAX_DIGITS = 30
"""Of a number, before its point and after it."""

_SOME = f"[0-9]{{1,{MAX_DIGITS}}}"
_WHOLE = re.compile(rf"[+-]?{_SOME}")
_NUMBER = re.compile(rf"[+-]?({_SOME}(\.({_SOME})?)?|\.{_SOME})([eE][+-]?[0-9]{{1,3}})?")
_FLAGS = {"0": False, "1": True}


def is_set(value: Any) -> bool:
    """Tell whether a setting is there."""
    return value is not None and value not in ("", [], {})


def setting(settings: Any, name: str, reader: Reader, default: Any = None) -> Any:
    """Return what a setting stands for, the default where it is not there or wrong."""
    value = settings.get(name) if isinstance(settings, Mapping) else None
    found = reader(value) if is_set(value) else None
    return default if found is None else found


def wrong_settings(settings: Mapping[str, Any], readers: Mapping[str, Reader]) -> Iterator[str]:
    """Yield name and value of each setting that is nothing it can be; others are not looked at."""
    for name, reader in readers.items():
        value = settings.get(name)
        if is_set(value) and reader(value) is None:
            shown = value if isinstance(value, str) else json.dumps(value)
            yield f"{name}: {shown[:MAX_SHOWN]}"


def whole_number(least: int | None = None) -> Reader:
    """Return the reader of a whole number that is no less than another."""

    def read(value: Any) -> int | None:
        number = read_whole_number(value)
        return None if number is None or (least is not None and number < least) else number

    return read


def read_whole_number(value: Any) -> int | None:
    """Return a whole number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if _WHOLE.fullmatch(text) else None


def read_number(value: Any) -> int | float | None:
    """Return a number."""
    if isinstance(value, bool):
        return None
    text = str(value) if isinstance(value, int | float | str) else ""
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


def read_text(value: Any) -> str | None:
    """Return a text."""
    return value if isinstance(value, str) else None


def read_texts(value: Any) -> list[str] | None:
    """Return a list of texts; Drupal also writes it as an object that has them as values."""
    texts = list(value.values()) if isinstance(value, Mapping) else value
    is_list = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
    return texts if is_list else None


def read_flag(value: Any) -> bool | None:
    """Return true or false, for which 1 and 0 may stand."""
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value))


def one_of(*choices: Any) -> Reader:
    """Return the reader of what is one of these; numbers among them may be texts."""
    by_text = {str(choice): choice for choice in choices}

    def read(value: Any) -> Any:
        return None if isinstance(value, bool) else by_text.get(str(value))

    return read
