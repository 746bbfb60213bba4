"""Paths: the ids in them, and the prefixes before them."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from rest_framework.request import Request

SCRIPT = "index.php/"
"""Drupal's front controller, which its paths may begin with."""

_SPACE = "[ \t\n\r\v\f]*"
_NUMBER = re.compile(
    rf"{_SPACE}([+-]?(?:([0-9]+)\.?|[0-9]*\.[0-9]+)([eE][+-]?[0-9]+)?){_SPACE}",
)
MAX_ID = 2**63 - 1


def read_entity_id(segment: str) -> int | None:
    """Return the id in a path segment, or None if it is not one.

    It is any text that PHP reads as a positive whole number: "01", "+1", " 1 ", "1.0" and "10e-1"
    are 1.
    """
    found = _NUMBER.fullmatch(segment)
    number = float(found[1]) if found else 0.0
    if found is None or not (number.is_integer() and 0 < number <= MAX_ID + 1):
        return None
    exact = int(number) if found[2] is None or found[3] else int(found[2].lstrip("0"))
    return exact if exact <= MAX_ID else None


def is_segment(text: str) -> bool:
    """Return True if a text can be a segment of a path, percent-encoded if need be.

    It cannot have a slash, which servers also see percent-encoded, nor be "." or "..", which
    clients resolve.
    """
    return "/" not in text and text not in (".", "..")


def site_root(request: HttpRequest | Request | None = None) -> str:
    """Return the beginning of this app's paths: "/", or with prefixes such as "/app/api/".

    It consists of the server's prefix (``SCRIPT_NAME``), of the prefix under which the project has
    included the URLs, and of ``index.php/`` if the request has it: as in Drupal, the addresses in
    an answer are like that of the request.
    """
    try:
        root = reverse("drupal_jwt_auth:node_create").removesuffix("node")
    except NoReverseMatch:
        # The project has not included the URLs, or they are its whole URLconf.
        root = get_script_prefix()
    behind_script = request is not None and request.path.startswith(root + SCRIPT)
    return root + SCRIPT if behind_script else root


def alias_path(alias: str, root: str) -> str:
    """Return the path of an alias, percent-encoded; ``root`` is what all paths begin with.

    One that was saved without a slash before it has none here either; of several slashes one is
    left, so that no alias is the address of another site.
    """
    path = quote(alias)
    return root + path.lstrip("/") if path.startswith("/") else root.removesuffix("/") + path
