"""Which format an answer has: Drupal asks ``_format`` alone, and ignores ``Accept``."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

NO_FORMAT = (None, "", "0")
"""What names none: PHP takes these for false."""


class FixedNegotiation(BaseContentNegotiation):
    """Answer in the view's one format, whatever the client asks for."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the view's only parser; the view has looked at ``Content-Type`` itself."""
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the view's only renderer and its media type."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class FormatNegotiation(FixedNegotiation):
    """Answer in the format that ``?_format=`` names; without it, in the only one there is."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type; raise NotAcceptable (406)."""
        renderers = list(renderers)
        wanted = wanted_format(request)
        for renderer in renderers:
            if wanted is None or wanted == renderer.format:
                return renderer, renderer.media_type
        formats = ", ".join(renderer.format for renderer in renderers)
        raise NotAcceptable(
            f"No route found for the specified format. Supported formats: {formats}."
        )


def wanted_format(request: HttpRequest | Request) -> str | None:
    """Return the format that the query names last, or None: what PHP takes for false names none.

    Raise ParseError (400) for one that PHP reads as an array, ``_format[]=json``.
    """
    if any(name.startswith("_format[") for name in request.GET):
        raise ParseError('Input value "_format" contains a non-scalar value.')
    wanted = request.GET.get("_format")
    return None if wanted in NO_FORMAT else wanted


def media_type_of(content_type: str) -> str:
    """Return the media type of a ``Content-Type`` header, without its parameters."""
    return content_type.partition(";")[0].strip()
