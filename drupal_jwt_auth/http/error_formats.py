"""The format of errors: JSON, XML or plain text, as ``_format`` names it.

Source: Drupal core 10.6, which writes errors in XML though nothing else is in XML, and the bare
text for a format that it does not know.
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
"""The characters that XML 1.0 cannot have."""


class XMLErrorRenderer(BaseRenderer):
    """Render an error as XML: ``<response><message>...</message></response>``."""

    media_type = "text/xml"
    format = "xml"
    charset = "UTF-8"

    def render(self, data: Mapping[str, str], *args: Any, **kwargs: Any) -> bytes:
        """Return the document; a text with markup in it is a CDATA section."""
        inner = "".join(f"<{name}>{_xml_text(text)}</{name}>" for name, text in data.items())
        return f'<?xml version="1.0"?>\n<response>{inner}</response>\n'.encode()


class TextErrorRenderer(BaseRenderer):
    """Render an error as its bare text."""

    media_type = "text/plain"
    format = "txt"
    charset = "UTF-8"

    def render(self, data: Mapping[str, str], *args: Any, **kwargs: Any) -> bytes:
        """Return the text."""
        return "\n".join(data.values()).encode(errors="replace")


def error_renderer(request: HttpRequest | Request) -> BaseRenderer:
    """Return the renderer of errors for the format that the request names, JSON by default."""
    try:
        named = request.GET.get("_format")
    except TooManyFieldsSent:
        # That may be the error that is to be rendered: no format can be read.
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
