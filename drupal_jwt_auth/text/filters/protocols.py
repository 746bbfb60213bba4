"""The protocols of addresses that a text may have."""

from drupal_jwt_auth.text import php

#: The ``filter_protocols`` of a Drupal site.
PROTOCOLS = (
    "http",
    "https",
    "ftp",
    "news",
    "nntp",
    "tel",
    "telnet",
    "mailto",
    "irc",
    "ssh",
    "sftp",
    "webcal",
    "rtsp",
)

_ALLOWED = frozenset(PROTOCOLS)


def filter_bad_protocol(value: str) -> str:
    """Take dangerous protocols off an attribute value (``UrlHelper::filterBadProtocol()``).

    The value is decoded first and escaped in the end.
    """
    return php.escape(strip_dangerous_protocols(php.decode_entities(value)))


def strip_dangerous_protocols(uri: str) -> str:
    """Take off everything up to a colon until a known protocol or none is left.

    What has a slash, a question mark or a hash before its first colon has no protocol.
    """
    begin = 0
    while (colon := uri.find(":", begin)) > begin:
        protocol = uri[begin:colon]
        if protocol.lower() in _ALLOWED or any(mark in protocol for mark in "/?#"):
            break
        begin = colon + 1
    return uri[begin:]
