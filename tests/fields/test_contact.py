"""``email``, ``telephone``, ``uri``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.things import Things

WRONG = "0.value: This value should be of the correct primitive type."


@pytest.fixture
def emails(things: Things) -> Things:
    things.have("email")
    return things


@pytest.fixture
def telephones(things: Things) -> Things:
    things.have("telephone")
    return things


@pytest.fixture
def uris(things: Things) -> Things:
    things.have("uri", settings={"max_length": 30})
    return things


@pytest.mark.parametrize("field_type", ["email", "telephone", "uri"])
def test_nothing_is_no_item(things: Things, field_type: str) -> None:
    things.have(field_type)
    for value in ([], [""], [None], [{"value": ""}]):
        assert things.shown(value) == []


@pytest.mark.parametrize("field_type", ["email", "telephone", "uri"])
def test_what_is_no_scalar_is_refused(things: Things, field_type: str) -> None:
    things.have(field_type)
    assert things.faults([{"value": ["a"]}]) == [WRONG]


@pytest.mark.parametrize(
    "value",
    [
        *("Somebody+x@example.com", "a.b@c.d", "{o'neill}@my-host.example", "ü@exämple.com"),
        f"{'x' * 64}@{'y' * 63}.com",
    ],
)
def test_an_address_is_shown_as_it_is(emails: Things, value: str) -> None:
    assert emails.shown([value]) == [{"value": value}]


@pytest.mark.parametrize(
    "value",
    [
        *("somebody", "a@", "@b.com", "a b@example.com", " a@b.com", "a@b.com\n", 5, True),
        *("a@localhost", "a@-b.com", "a@b-.com", "a@b_c.com", "a@b..com", "a@b.com.", "a@b@c.com"),
        *(".a@b.com", "a.@b.com", "a..b@c.com", '"a"@b.com', "a(b)@c.com", "a@[127.0.0.1]"),
        *(f"{'x' * 65}@b.com", f"{'ü' * 33}@b.com", f"a@{'b' * 64}.com"),
    ],
)
def test_what_is_no_address_is_refused(emails: Things, value: Any) -> None:
    assert emails.faults([value]) == ["0.value: This value is not a valid email address."]


def test_an_address_has_a_length(emails: Things) -> None:
    assert emails.faults([f"{'x' * 60}@{'y' * 50}.{'z' * 50}.{'z' * 50}.{'z' * 60}.com"])[0] == (
        "0.value: It: the email address can not be longer than 254 characters."
    )


def test_a_telephone_number_is_any_text(telephones: Things) -> None:
    assert telephones.shown(["+41 44 (0) x"]) == [{"value": "+41 44 (0) x"}]
    assert telephones.shown([5]) == [{"value": "5"}]


def test_a_telephone_number_has_a_length(telephones: Things) -> None:
    assert telephones.shown(["1" * 256]) == [{"value": "1" * 256}]
    assert telephones.faults(["1" * 257]) == [
        "0.value: It: the telephone number may not be longer than 256 characters."
    ]


@pytest.mark.parametrize(
    "value", ["https://example.com/", "mailto:a@b.com", "urn:x:y", "public://a"]
)
def test_a_uri_has_a_scheme(uris: Things, value: str) -> None:
    assert uris.shown([value]) == [{"value": value}]


@pytest.mark.parametrize("value", ["example.com", "/path", "1a:b", 5, True, ":x"])
def test_what_has_no_scheme_is_no_uri(uris: Things, value: Any) -> None:
    assert uris.faults([value]) == [WRONG]


def test_a_uri_has_a_length(uris: Things) -> None:
    assert uris.faults(["https://example.com/" + "x" * 11]) == [
        "0.value: It: may not be longer than 30 characters."
    ]
