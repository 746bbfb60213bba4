"""A ``Content-Type`` that Django cannot make a request of.

Django looks at it while it makes the request, before any middleware or view: a charset that is none
for text, or a very long header, then end in 500, and so do too many parameters in the query beside
any charset.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest

MAX_MEDIA_TYPE_LENGTH = 255
"""RFC 6838, 4.2: 127 characters on each side of the slash."""

MAX_LENGTH = 10_000
"""Of the whole header; newer versions of Django read no longer one."""


def keep_readable(environ: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """Leave only the media type of such a header: a receiver of ``request_started``."""
    header = (environ or {}).get("CONTENT_TYPE", "")
    if environ is None or not ("charset" in header.lower() or len(header) > MAX_MEDIA_TYPE_LENGTH):
        return
    if not _is_readable(environ, header):
        environ["CONTENT_TYPE"] = header.partition(";")[0][:MAX_MEDIA_TYPE_LENGTH]


def _is_readable(environ: dict[str, Any], header: str) -> bool:
    """Tell whether Django makes a request of it."""
    if len(header) > MAX_LENGTH:
        return False
    try:
        WSGIRequest(environ.copy())
    except Exception:  # Whatever is wrong with it, the view is to answer.
        return False
    return True
