"""Moments as clients write them into the filters of a list, and as fields keep them.

Source: Drupal core 10.6: what people write into a date filter, without words that are relative.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from django.utils.timezone import get_default_timezone

from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.dates import DateTimeType, is_date
from drupal_jwt_auth.fields.timestamps import TimestampType, to_unix

_US = "%m/%d/%Y"
_US_FORMATS = (_US, f"{_US} %H:%M", f"{_US} %H:%M:%S")
_ISO = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"([T ](?P<time>\d\d:\d\d)((?P<seconds>:\d\d)(\.\d{1,6})?)?"
    r" ?(?P<zone>Z|(?P<hours>[+-]\d\d):?(?P<minutes>\d\d))?)?",
    re.ASCII,
)


def is_moment(field: Field) -> bool:
    """Tell whether the values of a field are moments, or days."""
    return isinstance(field.type, TimestampType | DateTimeType)


def read_moment(text: str) -> datetime | None:
    """Return the moment that a text stands for, in the site's time zone if it names none."""
    text = text.strip()
    found = _read_iso(text) or _read_us(text)
    if found is None or found.tzinfo is not None:
        return found
    return found.replace(tzinfo=get_default_timezone())


def _read_iso(text: str) -> datetime | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    hours, minutes = found["hours"], found["minutes"]
    zone = "+00:00" if found["zone"] == "Z" else f"{hours}:{minutes}" if hours else ""
    time = f"{found['time'] or '00:00'}{found['seconds'] or ':00'}"
    try:
        return datetime.fromisoformat(f"{found['date']}T{time}{zone}")
    except ValueError:
        return None


def _read_us(text: str) -> datetime | None:
    for each in _US_FORMATS:
        try:
            return datetime.strptime(text, each)
        except ValueError:
            continue
    return None


def stored_moment(moment: datetime, field: Field) -> str:
    """Return a moment as conditions over a field have it."""
    if isinstance(field.type, TimestampType):
        return str(to_unix(moment))
    try:
        shown = moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0).isoformat()
    except OverflowError:
        shown = moment.replace(tzinfo=None, microsecond=0).isoformat()
    return shown.partition("T")[0] if is_date(field) else shown


def moment_after(distance: timedelta) -> datetime:
    """Return the moment that is so long after this one."""
    return datetime.now(timezone.utc) + distance
