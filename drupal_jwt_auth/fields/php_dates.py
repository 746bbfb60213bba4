"""Dates in the formats of PHP's ``DateTime::createFromFormat``.

Source: PHP's manual. The letters that stand for names of days, months and zones are left out: no
client writes them into JSON.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

_PATTERNS = {
    "Y": r"(?P<year>\d{4})",
    "y": r"(?P<short_year>\d{2})",
    "m": r"(?P<month>\d{1,2})",
    "n": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "j": r"(?P<day>\d{1,2})",
    "H": r"(?P<hour>\d{1,2})",
    "G": r"(?P<hour>\d{1,2})",
    "i": r"(?P<minute>\d{2})",
    "s": r"(?P<second>\d{2})",
    "U": r"(?P<unix>[+-]?\d{1,18})",
    "O": r"(?P<zone>Z|[+-]\d{2}(:?\d{2})?)",
    "P": r"(?P<zone>Z|[+-]\d{2}(:?\d{2})?)",
    "p": r"(?P<zone>Z|[+-]\d{2}(:?\d{2})?)",
    "|": "",
    "!": "",
}
_DATE = ("year", "month", "day")
_TIME = ("hour", "minute", "second")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_CENTURY_PIVOT = 70


def parse_date(text: str, php_format: str) -> datetime | None:
    """Return the point in time that a text in a format stands for, or None if it is not in it.

    As in PHP, parts that the format lacks are those of now (of 1970 with ``|`` or ``!``), a time
    of day that is there in part is filled with zeros, and a time without a zone is in UTC.
    """
    pattern = _compile(php_format)
    found = pattern.fullmatch(text) if pattern else None
    if found is None:
        return None
    parts = found.groupdict()
    try:
        if "unix" in parts:
            return _EPOCH + timedelta(seconds=int(parts["unix"]))
        moment = _combine(parts, resets="|" in php_format or "!" in php_format)
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _compile(php_format: str) -> re.Pattern[str] | None:
    """Return the regular expression for a format, None for one that cannot be read."""
    pattern, characters = "", iter(php_format)
    for character in characters:
        if character == "\\":
            pattern += re.escape(next(characters, ""))
        elif character in _PATTERNS:
            pattern += _PATTERNS[character]
        elif character.isalpha():
            return None
        else:
            pattern += re.escape(character)
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        return None


def _combine(parts: dict[str, str], *, resets: bool) -> datetime:
    """Return the point in time of the parts; raise ValueError for one that there is not."""
    base = _EPOCH if resets else datetime.now(timezone.utc).replace(microsecond=0)
    numbers = {name: int(parts[name]) for name in (*_DATE, *_TIME) if name in parts}
    if "short_year" in parts:
        short = int(parts["short_year"])
        numbers["year"] = short + (1900 if short >= _CENTURY_PIVOT else 2000)
    if any(name in numbers for name in _TIME):
        numbers = {**dict.fromkeys(_TIME, 0), **numbers}
    return base.replace(**numbers, tzinfo=_zone(parts.get("zone", "Z")))


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)
