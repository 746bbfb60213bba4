"""What stands in a path."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[ \t\n\r\v\f]*\+?([0-9]+)(?:\.0*)?(?:[eE]\+?0+)?")
MAX_ID = 2**63 - 1


def read_entity_id(segment: str) -> int | None:
    """Return the id that a path segment stands for, or None where it can be nobody's.

    The database compares it as a number, so "01", "+1", " 1", "1.0" and "1e0" are 1 too.
    """
    found = _NUMBER.fullmatch(segment)
    digits = found[1].lstrip("0") if found else ""
    if not digits or len(digits) > len(str(MAX_ID)) or int(digits) > MAX_ID:
        return None
    return int(digits)


def in_any_case(path: str) -> str:
    """Return a regular expression for a path in upper and lower case, which Django can reverse."""
    return "".join(
        f"[{character.lower()}{character.upper()}]" if character.isalpha() else character
        for character in path
    )
