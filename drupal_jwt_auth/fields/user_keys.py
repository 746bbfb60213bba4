"""The keys of users as clients see them: a number, or the text of any other kind of key.

A user model may have any primary key that Django allows. Where that is no whole number, what JSON
holds of it, on the wire and in the database, is its text: that of `str`, which the key's field
reads again. 0 is the anonymous user, as in Drupal, whatever the keys are.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from drupal_jwt_auth.fields.primitives import is_scalar, to_integer, to_text

ANONYMOUS_KEY = 0

_NO_KEY = (ArithmeticError, TypeError, ValueError, ValidationError)
"""What fields raise for a text that is no value of theirs; Django's raise the last one."""


def wire_key(key: Any) -> int | str:
    """Return the key of a user as JSON holds it; None is that of the anonymous user."""
    if key is None:
        return ANONYMOUS_KEY
    return key if isinstance(key, int) else str(key)


def to_user_key(value: Any) -> int | str | None:
    """Return the key that a value of a client's stands for as JSON holds it.

    None for what can be nobody's.
    """
    key = read_key(value)
    return None if key is None else wire_key(key)


def read_key(value: Any) -> Any:
    """Return the key that a value of a client's stands for as the user model has it.

    It is `ANONYMOUS_KEY` for 0, and None for what can be nobody's.
    """
    number = to_integer(value)
    if number == ANONYMOUS_KEY or are_numbers():
        return number
    return key_in_text(to_text(value)) if is_scalar(value) else None


def key_in_text(text: str) -> Any:
    """Return the key that a text stands for, or None.

    The key's own text may be another one: UUIDs can be written in capitals.
    """
    if are_numbers():
        return to_integer(text)
    if not text or "\0" in text:
        return None
    return _to_python(text)


def are_numbers() -> bool:
    """Tell whether the keys of the project's users are whole numbers."""
    return isinstance(_to_python("1"), int)


def _to_python(text: str) -> Any:
    field: Any = get_user_model()._meta.pk
    try:
        return field.to_python(text)
    except _NO_KEY:
        return None
