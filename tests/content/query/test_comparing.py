"""Values that stand for nothing, and keys of each kind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models
from django.db.models import F

from drupal_jwt_auth.content.entity.places import Column, Kind
from drupal_jwt_auth.content.query.comparing import NEVER, compare
from drupal_jwt_auth.content.query.keys import refers_to


class Odd(models.Field):  # type: ignore[type-arg]
    """A column of a project's own, to which some texts are nothing."""

    def to_python(self, value: Any) -> Any:
        return None if value == "nothing" else value


@pytest.mark.parametrize("value", ["a\0", "nothing"])
@pytest.mark.parametrize("operator", ["=", "<", ">="])
def test_what_no_column_has_is_nothing(value: str, operator: str) -> None:
    column = Column(F("key"), Kind.OTHER, Odd())
    assert compare(column, operator, [value]) == NEVER
    assert compare(column, operator, ["other"]) != NEVER


WHOLE = (
    "CASE WHEN <Q: (AND: GreaterThanOrEqual(Number(F(x)), Decimal('-9223372036854775807')), "
    "LessThanOrEqual(Number(F(x)), Decimal('9223372036854775807')))> "
    "THEN Cast(Number(F(x))), ELSE Value(None)"
)


@pytest.mark.parametrize(
    ("key", "column", "told"),
    [
        # An index of whole numbers is of use for nothing else, and there is a largest one.
        (models.BigAutoField(), Column(F("x"), Kind.TEXT), WHOLE),
        (models.BigAutoField(), Column(F("x"), Kind.NUMBER), "Cast(F(x))"),
        (models.BigAutoField(), Column(F("x"), Kind.NUMBER, models.BigAutoField()), "F(x)"),
        (models.CharField(), Column(F("x"), Kind.TEXT), "F(x)"),
        (models.UUIDField(), Column(F("x"), Kind.OTHER), "F(x)"),
        # Of a UUID not every database has the hyphens.
        (
            models.UUIDField(),
            Column(F("x"), Kind.TEXT),
            "Lower(Replace(Cast(F(x)), Value('-'), Value('')))",
        ),
    ],
)
def test_a_key_is_compared_as_the_column_has_it(key: Any, column: Column, told: str) -> None:
    target: Any = SimpleNamespace(model=SimpleNamespace(_meta=SimpleNamespace(pk=key)))
    (lookup,) = refers_to(target, column).children
    right: Any = lookup
    assert str(right.rhs) == told
