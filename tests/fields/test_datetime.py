"""``datetime`` and ``daterange``: stored in UTC, shown in the site's time zone."""

from __future__ import annotations

from typing import Any

import pytest

from drupal_jwt_auth.models import Node
from tests.fields.things import Things

ACCEPTED = '"Y-m-d\\TH:i:sP" (RFC 3339), "Y-m-d\\TH:i:sO" (ISO 8601).'
NOT_NULL = "This value should not be null."
WRONG = "This value should be of the correct primitive type."
DATE = {"settings": {"datetime_type": "date"}}


def not_accepted(text: str, formats: str = ACCEPTED) -> str:
    return f'The specified date "{text}" is not in an accepted format: {formats}'


@pytest.fixture
def times(things: Things) -> Things:
    things.have("datetime")
    return things


@pytest.fixture
def days(things: Things) -> Things:
    things.have("datetime", **DATE)
    return things


@pytest.fixture
def ranges(things: Things) -> Things:
    things.have("daterange")
    return things


@pytest.mark.parametrize(
    "sent", ["2017-03-01T20:02:00+00:00", "2017-03-01T20:02:00Z", "2017-03-02T07:02:00+1100"]
)
def test_a_time_has_an_offset(times: Things, sent: str) -> None:
    assert times.shown([sent]) == [{"value": "2017-03-01T20:02:00+00:00"}]


def test_a_time_is_shown_in_the_time_zone_of_the_site(times: Things, settings: Any) -> None:
    settings.TIME_ZONE = "Australia/Sydney"
    assert times.shown(["2017-03-01T20:02:00+00:00"]) == [{"value": "2017-03-02T07:02:00+11:00"}]
    assert Node.objects.get().fields["field_it"] == [{"value": "2017-03-01T20:02:00"}]


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Pacific/Auckland", "9999-12-31T23:59:59+00:00"),
        ("America/Los_Angeles", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_that_the_sites_clocks_cannot_show_is_shown_as_it_is(
    things: Things, settings: Any, zone: str, text: str
) -> None:
    settings.TIME_ZONE = zone
    things.have("daterange")
    assert things.shown([{"value": text, "end_value": text}]) == [
        {"value": text, "end_value": text}
    ]


@pytest.mark.parametrize(
    "text", ["2017-03-01T20:02:00", "2017-03-01", "now", "", "2017-03-01T20:02:00.5+00:00"]
)
def test_another_text_is_refused(times: Things, text: str) -> None:
    assert times.refusal([text]) == not_accepted(text)


def test_a_number_is_read_as_text(times: Things) -> None:
    assert times.refusal([5]) == not_accepted("5")


@pytest.mark.parametrize("value", [True, ["a"], {"a": 1}])
def test_anything_else_is_no_date(times: Things, value: Any) -> None:
    assert times.faults([{"value": value}]) == [
        "0: The datetime value must be a string.",
        f"0.value: {WRONG}",
    ]


def test_a_day_has_no_time(days: Things) -> None:
    assert days.shown(["2017-03-01"]) == [{"value": "2017-03-01"}]
    assert days.refusal(["2017-03-01T20:02:00+00:00"]) == not_accepted(
        "2017-03-01T20:02:00+00:00", '"Y-m-d" (date-only).'
    )
    assert days.refusal(["2017-02-30"]) == not_accepted("2017-02-30", '"Y-m-d" (date-only).')


@pytest.mark.parametrize("value", [[], None, [None], [{}], [{"value": None}]])
def test_nothing_is_no_item(things: Things, value: Any) -> None:
    things.have("datetime")
    assert things.shown(value) == []


def test_a_range_has_two_ends(ranges: Things) -> None:
    both = {"value": "2017-03-01T20:02:00+00:00", "end_value": "2017-03-02T20:02:00+00:00"}
    assert ranges.shown([both]) == [both]
    assert ranges.faults([{"value": both["value"]}]) == [f"0.end_value: {NOT_NULL}"]
    assert ranges.faults([{"end_value": both["value"]}]) == [f"0.value: {NOT_NULL}"]
    assert ranges.faults([{**both, "end_value": [5]}]) == [f"0.end_value: {WRONG}"]
    assert ranges.shown([{}]) == []


def test_a_range_may_end_before_it_begins(ranges: Things) -> None:
    """Drupal's forms refuse this, its API does not."""
    both = {"value": "2017-03-02T20:02:00+00:00", "end_value": "2017-03-01T20:02:00+00:00"}
    assert ranges.shown([both]) == [both]


def test_a_range_may_be_of_days(things: Things) -> None:
    things.have("daterange", **DATE)
    both = {"value": "2017-03-01", "end_value": "2017-03-02"}
    assert things.shown([both]) == [both]


def test_the_same_time_written_otherwise_changes_nothing(times: Things) -> None:
    assert not times.changes(["2017-03-01T20:02:00Z"], ["2017-03-01T21:02:00+01:00"])
    assert times.changes(["2017-03-01T20:02:00Z"], ["2017-03-01T20:02:01Z"])
