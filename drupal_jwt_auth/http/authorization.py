"""The ``Authorization`` header: scheme and credentials."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request

# The module that this app replicates accepts both spellings.
HEADER_NAMES = ("Authorization", "Authorisation")


class Authorization(NamedTuple):
    """A parsed header: the scheme in lower case, and what followed it (may be empty)."""

    scheme: str
    credentials: str


def read_authorization(request: HttpRequest | Request) -> Authorization | None:
    """Return the request's ``Authorization``, or None where none was sent or it is empty."""
    for name in HEADER_NAMES:
        scheme, _, credentials = request.headers.get(name, "").strip().partition(" ")
        if scheme:
            return Authorization(scheme.lower(), credentials.strip())
    return None


@sensitive_variables()
def decode_basic(credentials: str) -> tuple[str, str] | None:
    """Return user name and password from what follows ``Basic``, or None if it is undecodable.

    RFC 7617: base64 of UTF-8 text, split at its first colon, so a password may hold more of them.
    As in PHP, ``=`` at the end may be left out.
    """
    unpadded = credentials.rstrip("=")
    try:
        encoded = (unpadded + "=" * (-len(unpadded) % 4)).encode("ascii")
        username, colon, password = (
            base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        )
    except (binascii.Error, UnicodeError):
        return None
    return (username, password) if colon else None
