"""The keys of users as clients see them: a number, or the text of any other kind of key.

A user model may have any primary key that Django allows. Where that is no whole number, what JSON
holds of it, on the wire and in the database, is its text: that of `str`, which the key's field
reads again. 0 is the anonymous user, as in Drupal, whatever the keys are.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connections, router

from drupal_jwt_auth.fields.primitives import is_scalar, to_integer, to_text

ANONYMOUS_KEY = 0

_NO_KEY = (ArithmeticError, TypeError, ValueError, ValidationError)
"""What fields raise for a text that is no value of theirs, or that no database can look for."""


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
    """Return the key that a text stands for, or None; databases can be asked for what it returns.

    The key's own text may be another: "A" is a UUID as "a" is.
    """
    if are_numbers():
        return to_integer(text)
    if not text or "\0" in text:
        return None
    user_model = get_user_model()
    field: Any = user_model._meta.pk
    try:
        key = field.to_python(text)
        field.get_db_prep_value(key, connections[router.db_for_write(user_model)])
    except _NO_KEY:
        return None
    return key


def are_numbers() -> bool:
    """Tell whether the keys of the project's users are whole numbers."""
    field: Any = get_user_model()._meta.pk
    try:
        return isinstance(field.to_python("1"), int)
    except _NO_KEY:
        return False
