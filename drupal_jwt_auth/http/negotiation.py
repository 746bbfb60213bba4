"""Content negotiation: Drupal reads ``_format`` alone, and ignores ``Accept``."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

NO_FORMAT = (None, "", "0")
"""The values of ``_format`` that name no format: to PHP they are false."""


class FixedNegotiation(BaseContentNegotiation):
    """Answer in the view's only format, whatever the client asks for."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the view's only parser; the view has checked ``Content-Type`` itself."""
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
    """Answer in the format that ``?_format=`` names, or without it in the view's first one."""

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
    """Return the last ``_format`` of the query, or None if it is missing or one of `NO_FORMAT`.

    Raise ParseError (400) for ``_format[]=json``, which PHP reads as an array.
    """
    if any(name.startswith("_format[") for name in request.GET):
        raise ParseError('Input value "_format" contains a non-scalar value.')
    wanted = request.GET.get("_format")
    return None if wanted in NO_FORMAT else wanted


def media_type_of(content_type: str) -> str:
    """Return the media type of a ``Content-Type`` header, without its parameters."""
    return content_type.partition(";")[0].strip()
