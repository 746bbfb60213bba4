"""What stands in a path, and what before it."""

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
    """Return the id that a path segment stands for, or None where it can be nobody's.

    It is any text that PHP takes for a whole number: "01", "+1", " 1 ", "1.0" and "10e-1" are 1.
    """
    found = _NUMBER.fullmatch(segment)
    number = float(found[1]) if found else 0.0
    if found is None or not (number.is_integer() and 0 < number <= MAX_ID + 1):
        return None
    exact = int(number) if found[2] is None or found[3] else int(found[2].lstrip("0"))
    return exact if exact <= MAX_ID else None


def is_segment(text: str) -> bool:
    """Tell whether a text can stand between two slashes of a path, percent-encoded if need be.

    A slash is one to servers however it is written, and clients take dots for the way up.
    """
    return "/" not in text and text not in (".", "..")


def site_root(request: HttpRequest | Request | None = None) -> str:
    """Return what the paths of this app begin with: "/", or with prefixes such as "/app/api/".

    It is made of the server's prefix (``SCRIPT_NAME``), of that which the project has included the
    URLs under, and of ``index.php/`` where the request has it: as in Drupal, an answer leads to
    addresses like the one that was asked.
    """
    try:
        root = reverse("drupal_jwt_auth:node_create").removesuffix("node")
    except NoReverseMatch:
        # The project has not included the URLs, or they are all that it has.
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
