"""Queries that are made once and run many times, with other values.

To make a query and its SQL costs Django more than to run it: for the few that each request needs,
this would be most of the time that the request takes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler


class Parameter(Expression):
    """What stands in a query for a value that each run has its own of: one of ``field``."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Return a placeholder, and the parameter itself in place of its value."""
        return "%s", [self]

    def prepare(self, values: Mapping[str, Any], connection: Any) -> Any:
        """Return the value as the database takes it to compare with, not to store."""
        value = self.output_field.get_prep_value(values[self.name])
        return self.output_field.get_db_prep_value(value, connection, prepared=True)


class Prepared:
    """The query that ``make`` returns, whose parameters get their values when it is run.

    ``make`` is called once: nothing that it looks at may change while the process runs.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._made: Any = None

    def run(self, using: str | None = None, /, **values: Any) -> Iterator[Any]:
        """Yield what the query finds with these values, on the database that is named or routed."""
        if self._made is None:
            made: Any = self._make()
            prepared: Any = made.query.chain(_PreparedQuery)
            prepared.compiled = {}
            self._made = made, prepared
        queryset, prepared = self._made
        query = copy.copy(prepared)
        query.values_of_parameters = values
        # No clone of the queryset, which would copy all that the query is made of.
        run = type(queryset)(queryset.model, query, using or queryset._db)
        return iter(queryset._iterable_class(run))


class _PreparedQuery(Query):
    """A query that keeps what its compiler has made of it for each database."""

    compiled: dict[str, tuple[SQLCompiler, str, Any]]
    values_of_parameters: Mapping[str, Any]

    def get_compiler(self, using: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Return a compiler whose work is done already but for the values."""
        alias = using or DEFAULT_DB_ALIAS
        if alias not in self.compiled:
            made = super().get_compiler(alias)
            self.compiled[alias] = made, *made.as_sql()
        made, sql, parameters = self.compiled[alias]
        compiler: Any = copy.copy(made)
        compiler.connection = connections[alias]
        values = [
            each.prepare(self.values_of_parameters, compiler.connection)
            if isinstance(each, Parameter)
            else each
            for each in parameters
        ]
        compiler.as_sql = lambda: (sql, values)
        return compiler
