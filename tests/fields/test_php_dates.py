"""Dates in the formats of PHP, as its manual has them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from drupal_jwt_auth.fields.php_dates import format_date

INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
WEST = timezone(-timedelta(hours=3, minutes=30))
NOON = datetime(2024, 2, 29, 12, 5, 9, 70_000, INDIA)
NIGHT = datetime(2026, 11, 3, 0, 0, 0, 0, timezone.utc)


@pytest.mark.parametrize(
    ("letters", "noon", "night"),
    [
        ("jS", "29th", "3rd"),
        ("t L", "29 1", "30 0"),
        ("g:i a", "12:05 pm", "12:00 am"),
        ("h A", "12 PM", "12 AM"),
        ("u v", "070000 070", "000000 000"),
        ("T", "IST", "UTC"),
        ("O P p Z", "+0530 +05:30 +05:30 19800", "+0000 +00:00 Z 0"),
        ("c", "2024-02-29T12:05:09+05:30", "2026-11-03T00:00:00+00:00"),
        ("r", "Thu, 29 Feb 2024 12:05:09 +0530", "Tue, 03 Nov 2026 00:00:00 +0000"),
        (r"\T\h\e j x", "The 29 x", "The 3 x"),
    ],
)
def test_letters_are_shown_as_in_php(letters: str, noon: str, night: str) -> None:
    assert format_date(NOON, letters) == noon
    assert format_date(NIGHT, letters) == night


@pytest.mark.parametrize(
    ("day", "shown"), [(1, "1st"), (2, "2nd"), (11, "11th"), (13, "13th"), (21, "21st")]
)
def test_days_are_counted_as_in_english(day: int, shown: str) -> None:
    assert format_date(NIGHT.replace(day=day), "jS") == shown


def test_a_clock_may_be_behind_or_say_nothing_of_where_it_is() -> None:
    assert format_date(NIGHT.replace(tzinfo=WEST), "O p") == "-0330 -03:30"
    assert format_date(NIGHT.replace(tzinfo=None), "P p T Z") == "+00:00 Z UTC 0"
