"""Dates in the formats of PHP's ``DateTime::createFromFormat`` and ``format``.

Source: PHP's manual. The letters that stand for names of days, months and zones are not read: no
client writes them into JSON.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

MAX_FORMAT_LENGTH = 128
"""Longer than any that a client writes by itself."""

_ZONE = r"Z|[+-]\d{2}(?::?\d{2})?"
_PARTS = {
    letter: (name, re.compile(pattern, re.ASCII))
    for letter, name, pattern in (
        ("Y", "year", r"\d{4}"),
        ("y", "short_year", r"\d{2}"),
        ("m", "month", r"\d{1,2}"),
        ("n", "month", r"\d{1,2}"),
        ("d", "day", r"\d{1,2}"),
        ("j", "day", r"\d{1,2}"),
        ("H", "hour", r"\d{1,2}"),
        ("G", "hour", r"\d{1,2}"),
        ("i", "minute", r"\d{2}"),
        ("s", "second", r"\d{2}"),
        ("U", "unix", r"[+-]?\d{1,18}"),
        ("O", "zone", _ZONE),
        ("P", "zone", _ZONE),
        ("p", "zone", _ZONE),
    )
}
_RESETS = frozenset("!|")
_DATE = ("year", "month", "day")
_TIME = ("hour", "minute", "second")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_CENTURY_PIVOT = 70
_NOON = 12


def parse_date(text: str, php_format: str) -> datetime | None:
    """Return the point in time that a text in a format stands for, or None if it is not in it.

    As in PHP, parts that the format lacks are those of now (of 1970 with ``|`` or ``!``), a time
    of day that is there in part is filled with zeros, and a time without a zone is in UTC.
    """
    parts = _read(text, php_format)
    if parts is None:
        return None
    try:
        if "unix" in parts:
            return _EPOCH + timedelta(seconds=int(parts["unix"]))
        moment = _combine(parts, resets=not _RESETS.isdisjoint(php_format))
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _read(text: str, php_format: str) -> dict[str, str] | None:
    """Return the parts of a text by name, None where it is not in the format.

    As in PHP, each part takes what it can get, from the left to the right.
    """
    parts: dict[str, str] = {}
    position = 0
    letters = iter(php_format)
    for letter in letters:
        if letter in _PARTS:
            name, pattern = _PARTS[letter]
            found = pattern.match(text, position)
            if found is None or name in parts:
                return None
            parts[name] = found[0]
            position = found.end()
        elif letter not in _RESETS:
            literal = next(letters, "") if letter == "\\" else letter
            if letter.isalpha() or not text.startswith(literal, position):
                return None
            position += len(literal)
    return parts if position == len(text) else None


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


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def _ordinal(moment: datetime) -> str:
    """Return what stands after the number of a day."""
    day = moment.day
    return "th" if day in _TEENS else _ORDINALS.get(day % 10, "th")


def _offset(moment: datetime, colon: str) -> str:
    """Return how far the clock of a moment is ahead of UTC, which has none if it does not say."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{colon}{rest:02}"


_SHOWN: dict[str, Callable[[datetime], object]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "n": lambda moment: moment.month,
    "d": lambda moment: f"{moment.day:02}",
    "j": lambda moment: moment.day,
    "z": lambda moment: moment.timetuple().tm_yday - 1,
    "N": lambda moment: moment.isoweekday(),
    "w": lambda moment: moment.isoweekday() % 7,
    "o": lambda moment: moment.isocalendar().year,
    "W": lambda moment: f"{moment.isocalendar().week:02}",
    "H": lambda moment: f"{moment.hour:02}",
    "G": lambda moment: moment.hour,
    "i": lambda moment: f"{moment.minute:02}",
    "s": lambda moment: f"{moment.second:02}",
    "U": lambda moment: int(moment.timestamp()),
    "D": lambda moment: _DAYS[moment.weekday()][:3],
    "l": lambda moment: _DAYS[moment.weekday()],
    "M": lambda moment: _MONTHS[moment.month - 1][:3],
    "F": lambda moment: _MONTHS[moment.month - 1],
    "S": _ordinal,
    "t": lambda moment: monthrange(moment.year, moment.month)[1],
    "L": lambda moment: int(isleap(moment.year)),
    "a": lambda moment: "am" if moment.hour < _NOON else "pm",
    "A": lambda moment: "AM" if moment.hour < _NOON else "PM",
    "g": lambda moment: moment.hour % _NOON or _NOON,
    "h": lambda moment: f"{moment.hour % _NOON or _NOON:02}",
    "u": lambda moment: f"{moment.microsecond:06}",
    "v": lambda moment: f"{moment.microsecond // 1000:03}",
    "T": lambda moment: moment.tzname() or "UTC",
    "O": lambda moment: _offset(moment, ""),
    "P": lambda moment: _offset(moment, ":"),
    "p": lambda moment: "Z" if not moment.utcoffset() else _offset(moment, ":"),
    "Z": lambda moment: int((moment.utcoffset() or timedelta()).total_seconds()),
    "c": lambda moment: format_date(moment, "Y-m-d\\TH:i:sP"),
    "r": lambda moment: format_date(moment, "D, d M Y H:i:s O"),
}


def format_date(moment: datetime, php_format: str) -> str:
    """Return a point in time in a format, with English names; other letters stay as they are."""
    shown = []
    letters = iter(php_format)
    for letter in letters:
        if letter == "\\":
            shown.append(next(letters, ""))
        else:
            shown.append(str(_SHOWN[letter](moment)) if letter in _SHOWN else letter)
    return "".join(shown)
