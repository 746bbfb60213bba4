"""The body of a request: read once, and only up to the length that it may have."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.request import Request, is_form_media_type

from drupal_jwt_auth.http.exceptions import BROKEN_OFF, ContentTooLarge, LengthRequired

NO_NUMBER = "The length of the body is not a number of bytes."


def read_body(request: Request, limit: int) -> bytes:
    """Read the body and return it; afterwards ``request.data`` and ``request.body`` have it too.

    Raise ContentTooLarge (413) for more than ``limit`` bytes: without reading anything if
    ``Content-Length`` says so, else after one byte too many. Raise ParseError (400) for a body that
    breaks off. Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE`` does not apply.
    """
    django_request: Any = request._request
    if not hasattr(django_request, "_body"):
        if django_request._read_started and is_form_media_type(request.content_type):
            # A middleware has read the form through Django, and DRF takes it from there.
            return b""
        length = _declared_length(django_request)
        if length is not None and length > limit:
            raise ContentTooLarge(limit)
        try:
            django_request._body = _stream(django_request, length).read(limit + 1)
        except Exception as error:  # Each server has another one for a client that breaks off.
            raise ParseError(BROKEN_OFF) from error
        django_request._stream = BytesIO(django_request._body)
    body: bytes = django_request._body
    if len(body) > limit:
        raise ContentTooLarge(limit)
    # The header may have been missing or wrong.
    django_request.META["CONTENT_LENGTH"] = str(len(body))
    return body


def open_body(request: Request) -> tuple[Any, int | None]:
    """Return the body as a stream that nothing has read of, and the length that it is said to have.

    For what is too long to be in memory. The length is None for a body in chunks. Raise ParseError
    (400) for a length that is none, LengthRequired (411) where the server hands no chunks on.
    """
    django_request: Any = request._request
    length = _declared_length(django_request)
    if length is None and django_request.META.get("CONTENT_LENGTH"):
        raise ParseError(NO_NUMBER)
    if length is None:
        meta = django_request.META
        if "HTTP_TRANSFER_ENCODING" not in meta:
            length = 0
        elif "wsgi.input" in meta and not meta.get("wsgi.input_terminated"):
            raise LengthRequired
    if length is not None and length < 0:
        raise ParseError(NO_NUMBER)
    return _stream(django_request, length), length


def forget_body(request: HttpRequest) -> None:
    """Drop the body, as the request may be referred to after its answer, such as by messages."""
    django_request: Any = request
    if hasattr(django_request, "_body"):
        django_request._body = b""
        django_request._stream = BytesIO()


def _declared_length(request: Any) -> int | None:
    """Return the number in ``Content-Length``, or None."""
    try:
        return int(request.META.get("CONTENT_LENGTH", ""))
    except ValueError:
        return None


def _stream(request: Any, length: int | None) -> Any:
    """Return the stream to read the body from.

    Under WSGI, Django reads nothing of a body in chunks, as it has no length. A server such as
    gunicorn ends the stream itself and says so: then it can be read directly.
    """
    meta = request.META
    if length is None and "HTTP_TRANSFER_ENCODING" in meta and meta.get("wsgi.input_terminated"):
        return meta["wsgi.input"]
    return request
