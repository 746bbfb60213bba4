"""A client has the address of its connection, or the one that a trusted proxy has seen."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from drupal_jwt_auth.http.client_address import client_address, parse_address, parse_network
from tests.docs.test_docs import table


def address(remote: str | None, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers)
    request.META["REMOTE_ADDR"] = remote
    return str(client_address(request))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7\t", "192.0.2.7"),
        ("192.0.2.7:1234", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:0DB8:0:0::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:1234", "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("[fe80::7%eth0]:80", "fe80::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:c000:207]:80", "192.0.2.7"),
        ("::1", "::1"),
    ],
)
def test_an_address_is_read_with_port_or_zone(text: str, expected: str) -> None:
    assert parse_address(text) == ip_address(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "unknown", "_hidden", "localhost", "192.0.2", "192.0.2.256", "192.0.2.07"),
        *("1", "0x7f000001", "192.0.2.7/32", "192.0.2.7, 192.0.2.8", "[", "]", "[]", "%", ":"),
        *("2001:db8::7::8", "192.0.2.7 or so", "\0", "\N{ARABIC-INDIC DIGIT ONE}.1.1.1"),
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None


def test_without_a_trusted_proxy_only_the_connection_counts() -> None:
    assert address("192.0.2.7") == "192.0.2.7"
    assert address("192.0.2.7", "198.51.100.1") == "192.0.2.7"
    assert address("192.0.2.7", "198.51.100.1, 198.51.100.2") == "192.0.2.7"


@pytest.mark.parametrize("remote", ["", None, "@"])
def test_behind_a_unix_socket_there_is_none(remote: str | None) -> None:
    assert address(remote) == "None"
    assert address(remote, "198.51.100.1") == "None"


def test_a_server_that_says_nothing_has_no_clients_either() -> None:
    request = RequestFactory().get("/")
    del request.META["REMOTE_ADDR"]
    assert client_address(request) is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9,198.51.100.1", "198.51.100.1"),
        (2, "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (3, "203.0.113.9, 198.51.100.1, 10.0.0.2", "203.0.113.9"),
        (1, "[2001:db8::7]:1234", "2001:db8::7"),
        (1, "198.51.100.1:1234", "198.51.100.1"),
        # What a proxy writes of a client that it does not know, or does not tell.
        (1, "198.51.100.1, unknown", "None"),
        (1, "198.51.100.1,", "None"),
        (2, ",198.51.100.1", "None"),
    ],
)
def test_a_trusted_number_of_proxies_is_counted_from_the_right(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.DRUPAL_JWT_AUTH = {"TRUSTED_PROXIES": proxies}
    assert address("10.0.0.3", forwarded) == expected


@pytest.mark.parametrize("forwarded", [None, ""])
def test_who_comes_round_all_proxies_has_the_address_of_the_connection(
    settings: Settings, forwarded: str | None
) -> None:
    settings.DRUPAL_JWT_AUTH = {"TRUSTED_PROXIES": 2}
    assert address("192.0.2.7", forwarded) == "192.0.2.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded"),
    [
        (2, "198.51.100.1"),
        (2, "10.0.0.1"),
        (2, " "),
        (3, "198.51.100.1, 10.0.0.2"),
        (3, ","),
        (100, "198.51.100.1, 10.0.0.2"),
    ],
)
def test_who_has_fewer_entries_than_there_are_proxies_is_not_known(
    settings: Settings, proxies: int, forwarded: str
) -> None:
    """Not the inner proxy, which lists of addresses may well allow."""
    settings.DRUPAL_JWT_AUTH = {"TRUSTED_PROXIES": proxies}
    assert address("10.0.0.3", forwarded) == "None"


def documented() -> list[list[str]]:
    return [row[:3] for row in table("docs/settings.md", "`X-Forwarded-For`")]


@pytest.mark.parametrize(("forwarded", "remote", "client"), documented())
def test_each_row_of_the_table_in_the_documentation_holds(
    settings: Settings, forwarded: str, remote: str, client: str
) -> None:
    settings.DRUPAL_JWT_AUTH = {"TRUSTED_PROXIES": 2}
    header = None if forwarded == "none" else forwarded.partition("`")[0]
    connection = "" if remote == "a Unix socket" else remote
    assert address(connection, header) == client.replace("not known", "None")


@pytest.mark.parametrize("invented", ["192.0.2.1", "x", "a, b, c", ",,,,", "::1, 127.0.0.1"])
def test_what_a_client_invents_does_not_change_what_the_proxy_has_seen(
    settings: Settings, invented: str
) -> None:
    settings.DRUPAL_JWT_AUTH = {"TRUSTED_PROXIES": 1}
    assert address("10.0.0.1", f"{invented}, 198.51.100.1") == "198.51.100.1"


@pytest.mark.parametrize("header", ["X-Real-IP", "Forwarded", "Client-IP", "X-Client-IP", "Via"])
def test_other_headers_are_not_believed(settings: Settings, header: str) -> None:
    settings.DRUPAL_JWT_AUTH = {"TRUSTED_PROXIES": 1}
    request = RequestFactory().get("/", headers={header: "198.51.100.1"}, REMOTE_ADDR="192.0.2.7")
    assert str(client_address(request)) == "192.0.2.7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("2001:db8::7", "2001:db8::7/128"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ],
)
def test_a_network_is_read_in_cidr_notation(text: str, expected: str) -> None:
    assert parse_network(text) == ip_network(expected)


@pytest.mark.parametrize("text", ["", "x", "192.0.2.7/24", "192.0.2.*", "192.0.2.0/33", "::/129"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not appear to be|has host bits set"):
        parse_network(text)
