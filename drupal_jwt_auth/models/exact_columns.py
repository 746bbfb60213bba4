"""Columns whose texts are the same only where each character is: names, and UUIDs of any text.

SQLite and PostgreSQL compare all texts so. To MySQL and MariaDB those of most collations are the
same in upper and lower case, with and without accents, or with spaces at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from drupal_jwt_auth.models.text_columns import AnyCharField

if TYPE_CHECKING:
    CharField = models.CharField[Any, str]
else:
    CharField = models.CharField

COLLATIONS = {"MariaDB": "utf8mb4_nopad_bin", "MySQL": "utf8mb4_0900_bin"}
ORDERED_COLLATIONS = {**COLLATIONS, "PostgreSQL": "C"}


class ExactMixin:
    """A column that is compared byte by byte; foreign keys to it are too."""

    collations: ClassVar[Mapping[str, str]] = COLLATIONS

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """Return what the column is made of."""
        column: Any = super()  # That which this is mixed into.
        return {
            **column.db_parameters(connection),
            "collation": self.collations.get(connection.display_name),
        }


class ExactCharField(ExactMixin, CharField):
    """A line of text that is compared byte by byte."""


class OrderedCharField(ExactCharField):
    """A line of text that is compared byte by byte, and comes before others so too."""

    collations = ORDERED_COLLATIONS


class ExactAnyCharField(ExactMixin, AnyCharField):
    """A line of text that may hold any character, and is compared byte by byte."""
