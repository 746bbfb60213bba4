"""What stands in a path."""

from __future__ import annotations

import re

_SPACE = "[ \t\n\r\v\f]*"
_NUMBER = re.compile(
    rf"{_SPACE}([+-]?(?:([0-9]+)\.?|[0-9]*\.[0-9]+)([eE][+-]?[0-9]+)?){_SPACE}",
)
MAX_ID = 2**63 - 1


def read_entity_id(segment: str) -> int | None:
    """Return the id that a path segment stands for, or None where it can be nobody's.

    It is any text that PHP takes for a whole number: "01", "+1", " 1 ", "1.0" and "10e-1" are 1.
    """
    found = _NUMBER.fullmatch(segment)
    number = float(found[1]) if found else 0.0
    if found is None or not (number.is_integer() and 0 < number <= MAX_ID + 1):
        return None
    exact = int(number) if found[2] is None or found[3] else int(found[2].lstrip("0"))
    return exact if exact <= MAX_ID else None


def in_any_case(path: str) -> str:
    """Return a regular expression for a path in upper and lower case, which Django can reverse."""
    return "".join(
        f"[{character.lower()}{character.upper()}]" if character.isalpha() else character
        for character in path
    )
