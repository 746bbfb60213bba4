"""A ``Content-Type`` that Django fails at, before any middleware or view.

Django parses it while it makes the request object. A charset that is not for text, or a very long
header, then end in 500, and so do too many parameters in the query beside any charset.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest

MAX_MEDIA_TYPE_LENGTH = 255
"""RFC 6838, 4.2: 127 characters on each side of the slash."""

MAX_LENGTH = 10_000
"""The length of the whole header, beyond which newer versions of Django fail."""


def keep_readable(environ: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """Cut such a header down to its media type: a receiver of ``request_started``."""
    header = (environ or {}).get("CONTENT_TYPE", "")
    if environ is None or not ("charset" in header.lower() or len(header) > MAX_MEDIA_TYPE_LENGTH):
        return
    if not _is_readable(environ, header):
        environ["CONTENT_TYPE"] = header.partition(";")[0][:MAX_MEDIA_TYPE_LENGTH]


def _is_readable(environ: dict[str, Any], header: str) -> bool:
    """Return True if Django can make a request object of it."""
    if len(header) > MAX_LENGTH:
        return False
    try:
        WSGIRequest(environ.copy())
    except Exception:  # Whatever is wrong, the view is to answer it.
        return False
    return True
