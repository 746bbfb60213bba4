"""Which method a request means."""

from __future__ import annotations

import re

from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

HEADER = "X-HTTP-Method-Override"


def intended_method(request: HttpRequest | Request) -> str:
    """Return the method that the header of a POST names, for clients that can send no other.

    Source: Symfony's HttpFoundation 6.4, which Drupal 10 is made with. It heeds the header in any
    POST, and the parameter ``_method`` only where it is told to; Drupal does not. Raise ParseError
    (400) for what can be no method.
    """
    named = request.headers.get(HEADER)
    if request.method != "POST" or named is None:
        return request.method or ""
    if not re.fullmatch("[A-Za-z]+", named):
        raise ParseError("Invalid HTTP method override.")
    return named.upper()
