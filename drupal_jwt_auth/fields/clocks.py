"""Points in time as clocks show them: Python's dates begin with the year 1 and end with 9999."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_DAY = timedelta(days=1)
EARLIEST = datetime.min + _DAY
LATEST = datetime.max - _DAY


def is_shown_by_all(moment: datetime) -> bool:
    """Tell whether clocks in every time zone can show a point in time."""
    return EARLIEST <= moment.replace(tzinfo=None) <= LATEST


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a point in time as clocks in a zone show it, as it is where they cannot."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment
