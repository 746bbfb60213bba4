"""Queries that are made once and run many times, with other values.

To make a query and its SQL costs Django more than to run it: for the few that each request needs,
this would be most of the time that the request takes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import zip_longest
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


class PreparedByKeys:
    """A query for the rows with some keys: one is prepared for each power of two of them.

    ``make`` gets the parameters that stand for the keys, which are values of ``field``.
    """

    def __init__(
        self,
        make: Callable[[Any], QuerySet[Any, Any]],
        field: Callable[[], Field[Any, Any]],
    ) -> None:
        self._make = make
        self._field = field
        self._of_size: dict[int, Prepared] = {}

    def run(self, keys: Collection[Any], using: str | None = None) -> Iterator[Any]:
        """Yield what the query finds for keys, of which a statement can take only so many."""
        some = list(keys)
        size = 1 << (len(some) - 1).bit_length()
        names = [f"key{number}" for number in range(size)]
        if size not in self._of_size:
            parameters = [Parameter(name, self._field()) for name in names]
            self._of_size[size] = Prepared(lambda: self._make(parameters))
        # What is left over finds the last one again.
        values = dict(zip_longest(names, some, fillvalue=some[-1]))
        return self._of_size[size].run(using, **values)


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
