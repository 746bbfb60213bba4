"""The paths of entities by their keys, as databases make them: aliases are found by these."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import Func, Value

_PARTS_OF_UUID = (0, 8, 12, 16, 20, 32)


class SourcePath(Func):
    """A text and then the key in a column, ``/node/2``, as Python would write it; NULL for NULL.

    Keys of a project's own kinds may have another text in Python than in the database.
    """

    output_field = models.CharField()

    def __init__(self, prefix: str, key: Any) -> None:
        super().__init__(Value(prefix, models.CharField()), key)

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_kwargs: Any) -> Any:
        """Return the texts, joined."""
        return self._join("({})", " || ", compiler, connection)

    def as_mysql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Return the same where "||" is the logical or."""
        return self._join("CONCAT({})", ", ", compiler, connection)

    def _join(self, template: str, joint: str, compiler: Any, connection: Any) -> tuple[str, Any]:
        prefix, key = self.source_expressions
        first, parameters = compiler.compile(prefix)
        column, more = compiler.compile(key)
        parts = _parts(column, key.output_field, connection)
        text = f"{joint}'-'{joint}".join(parts)
        return template.format(f"{first}{joint}{text}"), (*parameters, *(more * len(parts)))


def _parts(column: str, field: Any, connection: Any) -> list[str]:
    """Return what has dashes between it in the text of a key: the parts of a UUID.

    Where the database has no such type, it keeps them without dashes.
    """
    while field.remote_field:
        field = field.target_field
    if isinstance(field, models.UUIDField) and not connection.features.has_native_uuid_field:
        return [
            f"SUBSTR({column}, {start + 1}, {end - start})"
            for start, end in pairwise(_PARTS_OF_UUID)
        ]
    return [f"CAST({column} AS {models.CharField().cast_db_type(connection)})"]
