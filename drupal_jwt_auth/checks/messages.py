"""Check messages made of exceptions: the exception's own text, with an id and a hint."""

from __future__ import annotations

from collections.abc import Mapping

from django.core import checks
from django.core.checks import CheckMessage

Advice = Mapping[type[Exception], tuple[str, str]]
"""Id and hint by the class of an exception; a class stands before the classes it inherits from."""


def error_message(error: Exception, advice: Advice) -> CheckMessage:
    """Return the error for an exception, with the id and hint of the first class that fits."""
    identifier, hint = next(each for kind, each in advice.items() if isinstance(error, kind))
    return checks.Error(str(error), hint=hint, id=identifier)
