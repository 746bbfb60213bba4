"""Which address a client has: the one thing that it cannot choose by a header."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest
from rest_framework.request import Request

from drupal_jwt_auth.conf import app_settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MAPPED = IPv6Network("::ffff:0:0/96")


def client_address(request: HttpRequest | Request) -> Address | None:
    """Return the address of the client, or None where it is not known.

    It is that of the connection, or with ``TRUSTED_PROXIES`` what the outermost of so many proxies
    has appended to ``X-Forwarded-For``: whatever stands left of that is the client's own invention.
    Each proxy appends an entry, so that without any the client has connected to this server. With
    some, but fewer than there are proxies, the first may have been appended by an inner proxy or
    be invented: such a client is not known. Nor is one whom server or proxy do not tell.
    """
    proxies = app_settings.TRUSTED_PROXIES
    # Where there are several headers, servers join them with commas, in their order. An empty entry
    # is one: left out, it would move what a client has invented into its place.
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not proxies or forwarded == [""]:
        return parse_address(request.META.get("REMOTE_ADDR") or "")
    return parse_address(forwarded[-proxies]) if len(forwarded) >= proxies else None


def parse_address(text: str) -> Address | None:
    """Return the address that a server or proxy has written, maybe with a port or a zone."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def parse_network(text: str) -> Network:
    """Return a network in CIDR notation, or that of a single address; raise ValueError."""
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        # Addresses are compared as the IPv4 addresses that they are.
        address = network.network_address.ipv4_mapped
        return IPv4Network((int(address or 0), network.prefixlen - _MAPPED.prefixlen))
    return network
