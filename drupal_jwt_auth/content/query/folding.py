"""Texts that all databases compare alike: character by character, in any case or in the same."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, TextField

FUNCTION = "drupal_jwt_auth_fold"


class Exactly(Func):
    """A text that comes before others character by character, capitals first."""

    output_field = TextField()
    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the SQL of PostgreSQL: an index of the same expression serves it."""
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")')

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the SQL of MariaDB and MySQL, for columns of any encoding."""
        template = "(CONVERT(%(expressions)s USING utf8mb4) COLLATE utf8mb4_bin)"
        return self.as_sql(compiler, connection, template=template)


class Folded(Func):
    """A text in lower case, which comes before others character by character."""

    output_field = TextField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the SQL of SQLite, whose own function knows no letters but English ones."""
        return self.as_sql(compiler, connection, function=FUNCTION)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the SQL of PostgreSQL: an index of the same expression serves it."""
        return self.as_sql(compiler, connection, template='(LOWER(%(expressions)s) COLLATE "C")')

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the SQL of MariaDB and MySQL, for columns of any encoding."""
        template = "(CONVERT(LOWER(%(expressions)s) USING utf8mb4) COLLATE utf8mb4_bin)"
        return self.as_sql(compiler, connection, template=template)


def add_function(connection: Any, **kwargs: Any) -> None:
    """Let a connection to SQLite fold texts: a receiver of ``connection_created``."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _fold, deterministic=True)


def _fold(value: Any) -> Any:
    return value if value is None else str(value).lower()
