"""Answers that DRF has no class for: Drupal answers 422 to a document that it cannot use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import OperationalError
from rest_framework.exceptions import APIException, ValidationError

from drupal_jwt_auth.contention import asks_to_try_again


class Violation(NamedTuple):
    """One fault of a document: where (``title.0.value``) and what."""

    path: str
    text: str


class Busy(APIException):
    """503: another request was in the way, and nothing of this one is done (RFC 9110, 15.6.4).

    ``wait`` is the number of seconds in ``Retry-After``.
    """

    status_code = 503
    default_detail = "The site is busy with another request. Please try again."
    default_code = "busy"
    wait = 1


class UnprocessableEntity(APIException):
    """422: the document is JSON, but no entity can be made of it."""

    status_code = 422
    default_detail = "Unprocessable Entity."
    default_code = "unprocessable_entity"


class EntityValidationError(ValidationError):
    """422: the entity that the document describes is not valid.

    ``detail`` lists the texts by path, as a serializer's ``errors``; ``message`` is Drupal's one
    text for all of them, a line each.
    """

    status_code = 422

    def __init__(self, violations: Sequence[Violation]) -> None:
        detail: dict[str, list[str]] = {}
        for path, text in violations:
            detail.setdefault(path, []).append(text)
        super().__init__(detail)
        self.message = "".join(
            ["Unprocessable Entity: validation failed.\n"]
            + [f"{path}: {text}\n" for path, text in violations]
        )


def as_api_exception(exc: Exception) -> Exception:
    """Return DRF's exception for one of Django's that a client has to be told of."""
    if isinstance(exc, OperationalError) and asks_to_try_again(exc):
        return Busy()
    return exc
