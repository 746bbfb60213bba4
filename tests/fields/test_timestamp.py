"""``timestamp``, ``created``, ``changed``: points in time, shown in UTC."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.fields.php_dates import MAX_FORMAT_LENGTH
from drupal_jwt_auth.models import Node
from tests.content.visitors import Visitor, faults, message, nid_of, page
from tests.fields.things import Things

ACCEPTED = '"U" (UNIX timestamp), "Y-m-d\\TH:i:sO" (ISO 8601), "Y-m-d\\TH:i:sP" (RFC 3339).'


def moment(text: str) -> list[dict[str, str]]:
    return [{"value": text, "format": "Y-m-d\\TH:i:sP"}]


def not_accepted(text: str, formats: str = ACCEPTED) -> str:
    return f'The specified date "{text}" is not in an accepted format: {formats}'


@pytest.fixture
def times(things: Things) -> Things:
    things.have("timestamp")
    return things


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (1500000000, "2017-07-14T02:40:00+00:00"),
        ("1500000000", "2017-07-14T02:40:00+00:00"),
        (1500000000.0, "2017-07-14T02:40:00+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (-1, "1969-12-31T23:59:59+00:00"),
        (99999999999, "5138-11-16T09:46:39+00:00"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05+00:00"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05+00:00"),
        ("2020-01-02T03:04:05-0230", "2020-01-02T05:34:05+00:00"),
        ("2020-01-02T03:04:05+0000", "2020-01-02T03:04:05+00:00"),
        ("2020-01-02T03:04:05+02", "2020-01-02T01:04:05+00:00"),
    ],
)
def test_a_time_is_unix_time_or_a_date_with_its_offset(
    times: Things, sent: Any, shown: str
) -> None:
    assert times.shown([{"value": sent}]) == moment(shown)


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "",
        "1500000000.7",
        "2020-01-02",
        "2020-01-02T03:04:05",
        "2020-01-02T03:04:05.123+00:00",
        "2020-01-02t03:04:05Z",
        "2020-01-02 03:04:05+00:00",
        "2020-02-30T03:04:05+00:00",
        "2020-01-02T25:04:05+00:00",
        " 1500000000",
        "99999999999999999",
    ],
)
def test_another_date_is_refused(times: Things, text: str) -> None:
    assert times.refusal([{"value": text}]) == not_accepted(text)


def test_a_number_with_a_fraction_is_refused(times: Things) -> None:
    assert times.refusal([{"value": 1500000000.7}]) == not_accepted("1500000000.7")


@pytest.mark.parametrize(
    ("own_format", "sent", "shown"),
    [
        ("Y-m-d\\TH:i:sP", "2020-01-02T03:04:05+00:00", "2020-01-02T03:04:05+00:00"),
        ("!Y-m-d", "2020-01-02", "2020-01-02T00:00:00+00:00"),
        ("Y-m-d|", "2020-1-2", "2020-01-02T00:00:00+00:00"),
        ("d/m/Y H:i:s", "02/01/2020 03:04:05", "2020-01-02T03:04:05+00:00"),
        ("j.n.y G:i", "2.1.69 3:04", "2069-01-02T03:04:00+00:00"),
        ("j.n.y G:i", "2.1.70 3:04", "1970-01-02T03:04:00+00:00"),
        ("U", "1500000000", "2017-07-14T02:40:00+00:00"),
        ("\\U\\n\\i\\x U", "Unix 5", "1970-01-01T00:00:05+00:00"),
        ("", "1500000000", "2017-07-14T02:40:00+00:00"),
        ("0", "1500000000", "2017-07-14T02:40:00+00:00"),
    ],
)
def test_an_item_may_say_how_its_date_is_written(
    times: Things, own_format: str, sent: str, shown: str
) -> None:
    assert times.shown([{"value": sent, "format": own_format}]) == moment(shown)


@pytest.mark.parametrize("own_format", [None, "", "0", 0, False, [], {}])
def test_what_php_takes_for_false_is_no_format(times: Things, own_format: Any) -> None:
    assert times.shown([{"value": 5, "format": own_format}]) == moment("1970-01-01T00:00:05+00:00")


def test_a_format_is_a_text(times: Things) -> None:
    assert times.refusal([{"value": 5, "format": 1}]) == not_accepted("5", '"1" (0).')
    assert times.refusal([{"value": 5, "format": ["U"]}]) == (
        'Field "field_it" needs a format that is a text.'
    )


def test_a_format_has_a_length_that_clients_get_by_with(times: Things) -> None:
    padding = "." * (MAX_FORMAT_LENGTH - 1)
    item = {"value": f"5{padding}", "format": f"U{padding}"}
    assert times.shown([item]) == moment("1970-01-01T00:00:05+00:00")
    assert times.refusal([{**item, "format": f"U{padding}."}]) == (
        f'Field "field_it" needs a format of at most {MAX_FORMAT_LENGTH} characters.'
    )


def test_a_part_takes_all_the_digits_that_it_can(times: Things) -> None:
    item = {"value": "2020 123", "format": "!Y Hi"}
    assert times.refusal([item]) == not_accepted("2020 123", '"!Y Hi" (0).')
    assert times.shown([{**item, "value": "2020 1234"}]) == moment("2020-01-01T12:34:00+00:00")


def test_what_its_own_format_lacks_is_that_of_now(times: Things) -> None:
    ((item),) = times.shown([{"value": "2020-01-02", "format": "Y-m-d"}])
    now = datetime.now(timezone.utc)
    shown = datetime.fromisoformat(item["value"])
    age = now.replace(year=2020, month=1, day=2) - shown
    assert abs(age.total_seconds()) % 86400 < 60


@pytest.mark.parametrize("own_format", ["Y-m-d", "Y-Y", "l", "U U", "Y-m-d\\TH:i:sP ", "\\"])
def test_its_own_format_replaces_all_others(times: Things, own_format: str) -> None:
    item = {"value": "2020-01-02T03:04:05+00:00", "format": own_format}
    assert times.refusal([item]) == not_accepted(
        "2020-01-02T03:04:05+00:00", f'"{own_format}" (0).'
    )


@pytest.mark.parametrize("item", ["2020-01-02T03:04:05Z", 5, None, {}, [], {"value": None}])
def test_an_item_needs_a_value(times: Things, item: Any) -> None:
    assert times.refusal([item]) == 'Field "field_it" needs items with a date as value.'


@pytest.mark.parametrize("value", [True, [1], {"a": 1}])
def test_a_value_is_text_or_a_number(times: Things, value: Any) -> None:
    assert times.refusal([{"value": value}]) == 'Field "field_it" needs items with a date as value.'


@pytest.mark.parametrize("text", ["0001-01-01T23:59:59+00:00", "9999-12-31T00:00:00+00:00"])
def test_a_time_that_some_clocks_cannot_show_is_refused(times: Things, text: str) -> None:
    assert times.faults([{"value": text}]) == [
        "0.value: This value should be of the correct primitive type."
    ]


def test_no_items_are_none(times: Things) -> None:
    assert times.shown([]) == []


def test_times_are_compared_not_their_texts(times: Things) -> None:
    before = [{"value": "2020-01-02T03:04:05+00:00"}]
    assert not times.changes(before, [{"value": "2020-01-02T04:04:05+01:00"}])
    assert not times.changes(before, [{"value": 1577934245}])
    assert times.changes(before, [{"value": 1577934246}])


def test_a_site_without_time_zones_keeps_the_same_time(times: Things, settings: Any) -> None:
    settings.USE_TZ = False
    settings.TIME_ZONE = "Europe/Zurich"
    created = times.visitor.create(
        {**times.document([{"value": 5}]), "created": [{"value": 1500000000}]}
    )
    assert created["created"] == moment("2017-07-14T02:40:00+00:00")
    assert times.visitor.read(nid_of(created))["created"] == created["created"]


# The times that every node has


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_time_of_creation_is_one_that_clocks_everywhere_can_show(
    admin: Visitor, pages: None, client: Client, settings: Settings, zone: str
) -> None:
    settings.TIME_ZONE = zone
    assert admin.user
    admin.user.is_staff = True
    admin.user.save()
    client.force_login(admin.user)
    for text in ("0001-01-02T00:00:00+00:00", "9999-12-30T23:59:59+00:00"):
        nid = nid_of(admin.create(page(created=moment(text))))
        assert admin.read(nid)["created"] == moment(text)
        for path in ("node/", f"node/{nid}/change/"):
            assert client.get(f"/admin/drupal_jwt_auth/{path}").status_code == 200
    for text in ("0001-01-01T23:59:59+00:00", "9999-12-31T00:00:00+00:00"):
        assert faults(admin.post(page(created=moment(text)))) == [
            "created.0.value: This value should be of the correct primitive type."
        ]


def test_a_time_of_creation_far_away_is_refused_without_time_zones_too(
    admin: Visitor, pages: None, settings: Settings
) -> None:
    settings.USE_TZ = False
    settings.TIME_ZONE = "Pacific/Auckland"
    assert admin.post(page(created=moment("9999-12-31T23:59:59+00:00"))).status_code == 422


def test_a_new_node_was_created_and_changed_now(editor: Visitor) -> None:
    created = editor.create(page())
    assert created["created"] == created["changed"] == created["revision_timestamp"]
    age = datetime.now(timezone.utc) - datetime.fromisoformat(created["created"][0]["value"])
    assert 0 <= age.total_seconds() < 60


@pytest.mark.parametrize("value", [[], [{"value": None}], ["2020-01-02T03:04:05Z"], None])
def test_a_node_cannot_be_without_the_time_of_its_creation(
    admin: Visitor, pages: None, value: Any
) -> None:
    assert admin.post(page(created=value)).status_code == 422


def test_the_time_of_creation_is_an_administrators(admin: Visitor, editor: Visitor) -> None:
    sent = page(created=[{"value": 1500000000}])
    assert admin.create(sent)["created"] == moment("2017-07-14T02:40:00+00:00")
    assert message(editor.post(sent)) == (403, "Access denied on creating field 'created'.")


def test_a_stale_time_of_change_is_refused(editor: Visitor) -> None:
    created = editor.create(page())
    nid = nid_of(created)
    Node.objects.update(changed=datetime(2020, 1, 2, tzinfo=timezone.utc))
    stale = {"type": "page", "title": ["New"], "changed": created["changed"]}
    assert message(editor.patch(nid, stale)) == (403, "Access denied on updating field 'changed'.")
    current = {**stale, "changed": moment("2020-01-02T00:00:00+00:00")}
    assert editor.change(nid, current)["changed"] != current["changed"]
