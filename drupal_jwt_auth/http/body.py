"""The body of a request: read once, and no further than it may be long."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.request import Request, is_form_media_type

from drupal_jwt_auth.http.exceptions import BROKEN_OFF, ContentTooLarge


def read_body(request: Request, limit: int) -> bytes:
    """Return the body, of which ``request.data`` and ``request.body`` know from then on.

    Raise ContentTooLarge (413) for more than ``limit`` bytes: nothing is read of a body whose
    ``Content-Length`` says so, and one byte too many of any other, whatever it says. Raise
    ParseError (400) for one that breaks off. Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE`` is for those
    who read without a limit of their own, and changes nothing here.
    """
    django_request: Any = request._request
    if not hasattr(django_request, "_body"):
        if django_request._read_started and is_form_media_type(request.content_type):
            # A middleware has asked Django for the form, and so does DRF.
            return b""
        length = _declared_length(django_request)
        if length is not None and length > limit:
            raise ContentTooLarge(limit)
        try:
            django_request._body = _stream(django_request, length).read(limit + 1)
        except Exception as error:  # Each server has its own for a client that breaks off.
            raise ParseError(BROKEN_OFF) from error
        django_request._stream = BytesIO(django_request._body)
    body: bytes = django_request._body
    if len(body) > limit:
        raise ContentTooLarge(limit)
    # What was said of it before need not have been right.
    django_request.META["CONTENT_LENGTH"] = str(len(body))
    return body


def forget_body(request: HttpRequest) -> None:
    """Empty a body that was read: the request may outlive its answer, Django's messages hold it."""
    django_request: Any = request
    if hasattr(django_request, "_body"):
        django_request._body = b""
        django_request._stream = BytesIO()


def _declared_length(request: Any) -> int | None:
    """Return what ``Content-Length`` says, None where it is no number."""
    try:
        return int(request.META.get("CONTENT_LENGTH", ""))
    except ValueError:
        return None


def _stream(request: Any, length: int | None) -> Any:
    """Return what to read the body from.

    Of one that comes in chunks Django reads nothing under WSGI; where the server says that it ends
    the body itself, as gunicorn does, there is no need of a length.
    """
    meta = request.META
    if length is None and "HTTP_TRANSFER_ENCODING" in meta and meta.get("wsgi.input_terminated"):
        return meta["wsgi.input"]
    return request
