"""How a file that somebody has sent is served, so that nothing in it runs as a page of the site."""

from __future__ import annotations

import mimetypes
import re

UNKNOWN_TYPE = "application/octet-stream"

_SHOWN = re.compile(
    r"image/(?:avif|bmp|gif|jpeg|png|webp|x-icon|vnd\.microsoft\.icon)|audio/.+|video/.+|text/plain"
)
"""The media types that hold nothing that runs. SVG and PDF are not among them, nor is HTML."""


def media_type(name: str) -> str:
    """Return the media type that a file's name stands for; the content is not asked."""
    # With a slash before it, it is no URL.
    return mimetypes.guess_type(f"/{name}")[0] or UNKNOWN_TYPE


def file_headers(name: str) -> dict[str, str]:
    """Return the headers that the file of this name is served with, besides its media type.

    Browsers must not look for another type in the content. Whatever could run is downloaded, and
    would not run with the rights of the site; pages may show an SVG as an image nevertheless.
    """
    headers = {"X-Content-Type-Options": "nosniff"}
    if not _SHOWN.fullmatch(media_type(name)):
        headers |= {"Content-Disposition": "attachment", "Content-Security-Policy": "sandbox"}
    return headers
