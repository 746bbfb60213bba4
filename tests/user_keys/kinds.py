"""The kinds of keys."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field


@dataclass(frozen=True)
class Code:
    """A key that is an object: ``U-12``."""

    number: int

    def __str__(self) -> str:
        return f"U-{self.number}"


class CodeField(Field):
    """A field of a project's own: a `Code`, kept as a number."""

    def get_internal_type(self) -> str:
        return "IntegerField"

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Code):
            return value
        prefix, _, number = str(value).partition("-")
        if prefix != "U" or not (number.isascii() and number.isdecimal()):
            raise ValidationError("This is no code.")
        return Code(int(number))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Code(value)

    def get_prep_value(self, value: Any) -> Any:
        # Related lookups prepare what is prepared already.
        return value if value is None or isinstance(value, int) else self.to_python(value).number


class Kind(NamedTuple):
    """A kind of key: the field, and the key of the user with a number."""

    field: Callable[[], Any]
    key: Callable[[int], Any]


KINDS = {
    "uuid": Kind(
        lambda: models.UUIDField(primary_key=True, default=uuid.uuid4),
        lambda number: uuid.UUID(int=0xABCDEF << 96 | number),
    ),
    "text": Kind(
        lambda: models.CharField(max_length=60, primary_key=True),
        lambda number: f"zoë/{number} ?_",
    ),
    "huge": Kind(
        lambda: models.BigAutoField(primary_key=True), lambda number: 2**63 - 1000 + number
    ),
    "decimal": Kind(
        lambda: models.DecimalField(max_digits=9, decimal_places=0, primary_key=True),
        lambda number: Decimal(100 + number),
    ),
    "person": Kind(
        lambda: models.OneToOneField("user_keys.Person", models.CASCADE, primary_key=True),
        lambda number: uuid.UUID(int=number),
    ),
    "code": Kind(lambda: CodeField(primary_key=True), Code),
}
