"""The IP address of a client, which no header of the client's can change."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest
from rest_framework.request import Request

from drupal_jwt_auth.conf import app_settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MAPPED = IPv6Network("::ffff:0:0/96")


def client_address(request: HttpRequest | Request) -> Address | None:
    """Return the address of the client, or None if it is not known.

    That is the address of the connection, or with ``TRUSTED_PROXIES`` the one that the outermost of
    so many proxies has appended to ``X-Forwarded-For``; the client may have written all to the left
    of it. Each proxy appends an entry: without any, the client has connected to this server. With
    fewer entries than proxies, the first is of an inner proxy or invented, and the address is not
    known. Nor is it where server or proxy give no address.
    """
    proxies = app_settings.TRUSTED_PROXIES
    # Servers join several headers with commas, in their order. An empty entry counts: without it,
    # an entry that a client has invented would move into its place.
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not proxies or forwarded == [""]:
        return parse_address(request.META.get("REMOTE_ADDR") or "")
    return parse_address(forwarded[-proxies]) if len(forwarded) >= proxies else None


def parse_address(text: str) -> Address | None:
    """Return an address as servers and proxies write it, perhaps with a port or a zone."""
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
    """Return the network of CIDR notation or of a single address; raise ValueError."""
    network = ip_network(text)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        # `parse_address` returns such addresses as IPv4.
        address = network.network_address.ipv4_mapped
        return IPv4Network((int(address or 0), network.prefixlen - _MAPPED.prefixlen))
    return network
