"""API exceptions that DRF lacks, and those that exceptions of Django are answered with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import UnreadablePostError
from rest_framework.exceptions import APIException, ParseError, ValidationError

from drupal_jwt_auth.contention import asks_to_try_again

BROKEN_OFF = "The body of the request broke off."


class Violation(NamedTuple):
    """One fault of a document: its path, such as ``title.0.value``, and the text."""

    path: str
    text: str


class Busy(APIException):
    """503: the request conflicted with another one, and nothing was saved (RFC 9110, 15.6.4).

    ``wait`` is the number of seconds in ``Retry-After``.
    """

    status_code = 503
    default_detail = "The site is busy with another request. Please try again."
    default_code = "busy"
    wait = 1


class Conflict(APIException):
    """409: what else there is does not allow it (RFC 9110, 15.5.10)."""

    status_code = 409
    default_detail = "The request is in conflict with what there is."
    default_code = "conflict"


class NotSupported(APIException):
    """501: what the site has there is more than this server knows to do (RFC 9110, 15.6.2)."""

    status_code = 501
    default_detail = "This is not supported here."
    default_code = "not_supported"


class LengthRequired(APIException):
    """411: the server cannot read a body whose length is not known before (RFC 9110, 15.5.12)."""

    status_code = 411
    default_detail = "The body of the request needs a Content-Length here."
    default_code = "length_required"


class ContentTooLarge(APIException):
    """413: the body is too long, or has too many values (RFC 9110, 15.5.14)."""

    status_code = 413
    default_detail = "The body of the request is too large."
    default_code = "content_too_large"

    def __init__(self, limit: int | None = None, unit: str = "bytes") -> None:
        text = f"The body of the request has more than {limit} {unit}." if limit else None
        super().__init__(text)


class UnprocessableEntity(APIException):
    """422: the document is JSON, but does not describe an entity."""

    status_code = 422
    default_detail = "Unprocessable Entity."
    default_code = "unprocessable_entity"


class EntityValidationError(ValidationError):
    """422: the entity that the document describes is not valid.

    ``detail`` has lists of texts by path, as a serializer's ``errors``. ``message`` is Drupal's one
    text for all ``violations``, a line each. Without violations it has one general text.
    """

    status_code = 422

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = violations = violations or [Violation("", str(self.default_detail))]
        detail: dict[str, list[str]] = {}
        for path, text in violations:
            detail.setdefault(path, []).append(text)
        super().__init__(detail)
        self.message = "".join(
            ["Unprocessable Entity: validation failed.\n"]
            + [f"{path}: {text}\n" for path, text in violations]
        )


def as_api_exception(exc: Exception) -> Exception:
    """Return an API exception for one of Django's that a client must be told of, or itself.

    These are the exceptions for requests that are too large, which Django answers with an HTML
    page, or with 500 if it reads the body late, and for conflicts of transactions.
    """
    if isinstance(exc, RequestDataTooBig):
        return ContentTooLarge()
    if isinstance(exc, TooManyFieldsSent | TooManyFilesSent):
        return ParseError("The request has too many parameters.")
    if isinstance(exc, UnreadablePostError):
        return ParseError(BROKEN_OFF)
    if isinstance(exc, OperationalError) and asks_to_try_again(exc):
        return Busy()
    return exc
