"""The keys of users as clients see them: 0 is the anonymous user, whatever the keys are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.fields.keys import KeyReader, shown_key
from drupal_jwt_auth.fields.primitives import to_integer

ANONYMOUS_KEY = 0


def wire_key(key: Any) -> int | str:
    """Return the key of a user as JSON holds it; None is that of the anonymous user."""
    return ANONYMOUS_KEY if key is None else shown_key(key)


def to_user_key(value: Any) -> int | str | None:
    """Return the key that a value of a client's stands for as JSON holds it.

    None for what can be nobody's.
    """
    key = read_key(value)
    return None if key is None else shown_key(key)


def read_key(value: Any) -> Any:
    """Return the key that a value of a client's stands for as the user model has it.

    It is `ANONYMOUS_KEY` for 0, and None for what can be nobody's.
    """
    return ANONYMOUS_KEY if to_integer(value) == ANONYMOUS_KEY else _keys().in_json(value)


def key_in_text(text: str) -> Any:
    """Return the key that a text stands for, or None."""
    return _keys().in_text(text)


def are_numbers() -> bool:
    """Tell whether the keys of the project's users are whole numbers."""
    return _keys().are_numbers


def _keys() -> KeyReader:
    return KeyReader(get_user_model()._meta.pk)
