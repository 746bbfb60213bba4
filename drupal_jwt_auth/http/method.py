"""The method that a request means: ``X-HTTP-Method-Override``."""

from __future__ import annotations

import re

from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

HEADER = "X-HTTP-Method-Override"


def intended_method(request: HttpRequest | Request) -> str:
    """Return the method that the header of a POST names, or else the method of the request.

    The header is for clients that can only send GET and POST. Source: Symfony's HttpFoundation 6.4
    in Drupal 10, which obeys it in any POST, and the parameter ``_method`` only on demand. Raise
    ParseError (400) for a name that cannot be a method.
    """
    named = request.headers.get(HEADER)
    if request.method != "POST" or named is None:
        return request.method or ""
    if not re.fullmatch("[A-Za-z]+", named):
        raise ParseError("Invalid HTTP method override.")
    return named.upper()
