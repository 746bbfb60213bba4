"""Parameters in the body of a request, as a form or as JSON; never in its URL, which is logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from drupal_jwt_auth.http.body import read_body
from drupal_jwt_auth.http.negotiation import FixedNegotiation

MAX_BODY = 128 * 1024
"""How many bytes are read: more than the longest token needs, however it is encoded."""


class BodyNegotiation(FixedNegotiation):
    """Parse the body by its content type; answer in the view's only format."""

    def select_parser(  # type: ignore[override]  # DRF allows None, its types do not
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        """Return the parser for the body's content type; DRF answers 415 where there is none."""
        return DefaultContentNegotiation().select_parser(request, parsers)


def read_parameter(request: Request, name: str) -> str:
    """Return the parameter of this name; raise ParseError (400) unless it is there once, as text.

    Raise ContentTooLarge (413) for a body that is longer than `MAX_BODY`. RFC 6749, 3.2: parameters
    are sent once, and one without a value counts as not sent.
    """
    read_body(request, MAX_BODY)
    data = request.data
    values = [data[name]] if isinstance(data, Mapping) and name in data else []
    if isinstance(data, MultiValueDict):
        values = data.getlist(name)
    if len(values) > 1:
        raise ParseError(f'The parameter "{name}" was sent more than once.')
    if not values or not values[0]:
        raise ParseError(f'The parameter "{name}" is missing.')
    if not isinstance(values[0], str):
        raise ParseError(f'The parameter "{name}" is not a text.')
    return values[0]
