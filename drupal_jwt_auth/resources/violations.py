"""What a project's own rules say, in the form in which Drupal tells faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import as_serializer_error
from rest_framework.settings import api_settings

from drupal_jwt_auth.http.exceptions import EntityValidationError, Violation


def as_entity_error(error: ValidationError | DjangoValidationError) -> EntityValidationError:
    """Return the error (422) that says what one of Django's or DRF's says, which may be nested.

    What is said of no field, but of the whole document, has an empty path.
    """
    if isinstance(error, EntityValidationError):
        return error
    return EntityValidationError(list(_violations("", as_serializer_error(error))))


def _violations(path: str, detail: Any) -> Iterator[Violation]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name in (api_settings.NON_FIELD_ERRORS_KEY, NON_FIELD_ERRORS)
            yield from _violations(path if whole else f"{path}.{name}".lstrip("."), inner)
    elif isinstance(detail, list):
        for delta, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _violations(f"{path}.{delta}" if nested else path, inner)
    else:
        yield Violation(path, str(detail))
