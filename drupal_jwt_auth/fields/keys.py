"""Primary keys as clients see them: a number, or the text of any other kind of key.

A model may have any primary key that Django allows. Where that is no whole number, what JSON holds
of it is its text: that of `str`, which the key's field reads again.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from drupal_jwt_auth.fields.primitives import is_scalar, to_integer, to_text
from drupal_jwt_auth.http.paths import read_entity_id

NO_VALUE = (ArithmeticError, TypeError, ValueError, ValidationError)
"""What fields raise for a text that is no value of theirs; Django's raise the last one."""


def shown_key(key: Any) -> int | str:
    """Return a key as JSON holds it."""
    return key if isinstance(key, int) else str(key)


class KeyReader:
    """Reads the keys of a model: ``field`` is its primary key."""

    def __init__(self, field: Any) -> None:
        self._field = field

    @cached_property
    def are_numbers(self) -> bool:
        """Tell whether the keys are whole numbers."""
        return isinstance(self._to_python("1"), int)

    def in_json(self, value: Any) -> Any:
        """Return the key that a value of a client's stands for, None for what can be nobody's."""
        if self.are_numbers:
            return to_integer(value)
        return self.in_text(to_text(value)) if is_scalar(value) else None

    def in_path(self, segment: str) -> Any:
        """Return the key that a segment of a path stands for, None where it can be nobody's."""
        return read_entity_id(segment) if self.are_numbers else self.in_text(segment)

    def in_text(self, text: str) -> Any:
        """Return the key that a text stands for, or None.

        The key's own text may be another one: UUIDs can be written in capitals.
        """
        if self.are_numbers:
            return to_integer(text)
        return self._to_python(text) if text and "\0" not in text else None

    def _to_python(self, text: str) -> Any:
        try:
            return self._field.to_python(text)
        except NO_VALUE:
            return None
