"""Prepared queries: built and compiled once, and run many times with other values.

Django takes longer to build a query and its SQL than to run it. For the few queries of each
request, that would be most of the time that the request takes.
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
    """A named placeholder for a value of ``field``; `Prepared.run` supplies its value."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Return a placeholder, with the parameter itself instead of a value."""
        return "%s", [self]

    def prepare(self, values: Mapping[str, Any], connection: Any) -> Any:
        """Return the value as the database compares with it."""
        value = self.output_field.get_prep_value(values[self.name])
        return self.output_field.get_db_prep_value(value, connection, prepared=True)


class Prepared:
    """The query that ``make`` returns, in which each run replaces the parameters by values.

    ``make`` is called once, so its query must be the same as long as the process runs.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._made: Any = None

    def run(self, using: str | None = None, /, **values: Any) -> Iterator[Any]:
        """Yield the results for these values, from this database or the one of the routers."""
        if self._made is None:
            made: Any = self._make()
            prepared: Any = made.query.chain(_PreparedQuery)
            prepared.compiled = {}
            self._made = made, prepared
        queryset, prepared = self._made
        query = copy.copy(prepared)
        query.values_of_parameters = values
        # A new queryset, as cloning one would copy the whole query.
        run = type(queryset)(queryset.model, query, using or queryset._db)
        return iter(queryset._iterable_class(run))


class PreparedByKeys:
    """A prepared query for rows by any number of keys: one for each power of two.

    ``make`` gets a list of parameters for the keys, which are values of ``field``.
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
        """Yield the results for these keys, no more than a statement can have parameters."""
        some = list(keys)
        size = 1 << (len(some) - 1).bit_length()
        names = [f"key{number}" for number in range(size)]
        if size not in self._of_size:
            parameters = [Parameter(name, self._field()) for name in names]
            self._of_size[size] = Prepared(lambda: self._make(parameters))
        # The parameters that are left over get the last key again.
        values = dict(zip_longest(names, some, fillvalue=some[-1]))
        return self._of_size[size].run(using, **values)


class _PreparedQuery(Query):
    """A query that keeps its compiled SQL for each database."""

    compiled: dict[str, tuple[SQLCompiler, str, Any]]
    values_of_parameters: Mapping[str, Any]

    def get_compiler(self, using: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Return a compiler with the SQL that is known, and the values of this run."""
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
