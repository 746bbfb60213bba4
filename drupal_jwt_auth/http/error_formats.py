"""In which format an error is told: the one that ``_format`` names, though nothing else is in it.

Source: Drupal core 10.6. Its serializer knows JSON and XML, and whatever else is named is answered
with the bare text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from drupal_jwt_auth.http.json import DrupalJSONRenderer
from drupal_jwt_auth.http.negotiation import NO_FORMAT

_NO_CHARACTER = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


class XMLErrorRenderer(BaseRenderer):
    """An error as XML: ``<response><message>...</message></response>``."""

    media_type = "text/xml"
    format = "xml"
    charset = "UTF-8"

    def render(
        self,
        data: Mapping[str, str],
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the document; a text with markup in it is a CDATA section."""
        inner = "".join(f"<{name}>{_xml_text(text)}</{name}>" for name, text in data.items())
        return f'<?xml version="1.0"?>\n<response>{inner}</response>\n'.encode()


class TextErrorRenderer(BaseRenderer):
    """An error as its bare text."""

    media_type = "text/plain"
    format = "txt"
    charset = "UTF-8"

    def render(
        self,
        data: Mapping[str, str],
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the text."""
        return "\n".join(data.values()).encode(errors="replace")


def error_renderer(request: HttpRequest | Request) -> BaseRenderer:
    """Return what writes an error in the format that was asked for; JSON, if none was."""
    try:
        named = request.GET.get("_format")
    except TooManyFieldsSent:
        # This may be the error: it is in no format that somebody has asked for.
        named = None
    if named in (*NO_FORMAT, DrupalJSONRenderer.format):
        return DrupalJSONRenderer()
    return XMLErrorRenderer() if named == XMLErrorRenderer.format else TextErrorRenderer()


def _xml_text(text: str) -> str:
    """Return a text as the content of an element, as Symfony's encoder writes it."""
    text = _NO_CHARACTER.sub("\ufffd", text)
    if not re.search("[<>&]", text):
        return text
    if "]]>" in text:
        return escape(text)
    return f"<![CDATA[{text}]]>"
