"""The ``Authorization`` header: its names, and how scheme and credentials are read."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterator
from typing import NamedTuple

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request

from drupal_jwt_auth.conf import app_settings

logger = logging.getLogger(__name__)

HEADER_NAMES = ("Authorization", "Authorisation", "JWT-Authorization")
"""Both spellings are accepted by the original module, the third name by Drupal's `jwt`."""

API_KEY_HEADER = "API-KEY"
"""The header in which that module looks for the key of a user."""

MAX_CREDENTIALS_LENGTH = 8192
"""How many characters credentials may have: most servers reject a header with more."""

REDIRECTED = "REDIRECT_HTTP_AUTHORIZATION"
"""Where Apache puts a header that mod_rewrite has saved. Clients only set names with ``HTTP_``."""


class Authorization(NamedTuple):
    """A parsed header: the scheme in lower case, and the credentials after it (may be empty)."""

    scheme: str
    credentials: str


def header_names() -> tuple[str, ...]:
    """Return the names of the headers that are read, in this order."""
    own = app_settings.AUTHORIZATION_HEADER
    return (*HEADER_NAMES, own) if own else HEADER_NAMES


def credential_headers() -> tuple[str, ...]:
    """Return the names of all headers for credentials, for ``Vary``."""
    others = {"api_key": API_KEY_HEADER, "cookie": "Cookie"}
    accepted = app_settings.AUTHENTICATION_METHODS
    return (*header_names(), *(others[method] for method in others if method in accepted))


def read_authorization(request: HttpRequest | Request, scheme: str) -> Authorization | None:
    """Return the first header of this scheme, or else the first of any scheme, or None.

    So a token is found in another header where a proxy has its own password in the first.
    """
    first = None
    for header in _headers(request):
        if header.scheme == scheme:
            return header
        first = first or header
    return first


def sent_credentials(request: HttpRequest | Request) -> Iterator[str]:
    """Yield the credentials in each of the headers, or the whole header if it has no scheme."""
    for value in (*_values(request), request.headers.get(API_KEY_HEADER, "").strip()):
        _, _, credentials = value.partition(" ")
        yield credentials.strip() or value


def _headers(request: HttpRequest | Request) -> Iterator[Authorization]:
    """Yield the headers for credentials, parsed."""
    for value in _values(request):
        scheme, _, credentials = value.partition(" ")
        yield Authorization(scheme.lower(), credentials.strip())


def _values(request: HttpRequest | Request) -> list[str]:
    """Return the values of the headers that were sent and are not empty."""
    values = [request.headers.get(name, "") for name in header_names()]
    values.insert(1, request.META.get(REDIRECTED, ""))
    return [value.strip() for value in values if value.strip()]


def log_missing_header(request: HttpRequest | Request) -> None:
    """Log the headers of a request without credentials: a server may have removed some."""
    logger.info(
        "%s %r has come without any of the headers %s. If the client has sent one, a server "
        "before Django removes it: in Apache set WSGIPassAuthorization On, or CGIPassAuth On "
        "without mod_wsgi; in nginx look for auth_basic; or send another of these headers. "
        "These have come: %s.",
        request.method,
        request.path_info,
        ", ".join(header_names()),
        ", ".join(sorted(request.headers)) or "none",
    )


def read_basic(request: HttpRequest | Request) -> tuple[str, str] | None:
    """Return user name and password of the Basic header, or None."""
    header = read_authorization(request, "basic")
    if header is None or header.scheme != "basic":
        return None
    return decode_basic(header.credentials)


@sensitive_variables()
def decode_basic(credentials: str) -> tuple[str, str] | None:
    """Return user name and password of Basic credentials, or None if they cannot be decoded.

    RFC 7617: base64 of UTF-8 text, split at its first colon, so a password may have more of them.
    As in PHP, ``=`` at the end may be left out.
    """
    if len(credentials) > MAX_CREDENTIALS_LENGTH:
        return None
    unpadded = credentials.rstrip("=")
    try:
        encoded = (unpadded + "=" * (-len(unpadded) % 4)).encode("ascii")
        username, colon, password = (
            base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        )
    except (binascii.Error, UnicodeError):
        return None
    return (username, password) if colon else None
