"""Items in columns of JSON as the databases read them, each in its own way.

A column holds an object, and that the items of each field as a list of objects:
``{"field_tags": [{"target_id": 1}]}``. Names are those of fields and of properties, which have no
quotes; texts are as `models.text_columns` stores them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, DecimalField, Expression, Func, TextField

NUMBER = r"^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$"

Compiled = tuple[str, Any]


class Number(Func):
    """A text as a number, NULL for one that is none; truth is 1, and 0."""

    output_field = DecimalField(max_digits=65, decimal_places=20)
    template = "CAST(%(expressions)s AS NUMERIC)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Compiled:
        """Return the SQL of PostgreSQL, which refuses what is no number."""
        sql, parameters = compiler.compile(self.get_source_expressions()[0])
        number = f"WHEN {sql} ~ '{NUMBER}' THEN ({sql})::numeric"
        truth = f"WHEN {sql} = 'true' THEN 1 WHEN {sql} = 'false' THEN 0"
        return f"CASE {number} {truth} END", [*parameters] * 4

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Compiled:
        """Return the SQL of MariaDB and MySQL."""
        sql, parameters = compiler.compile(self.get_source_expressions()[0])
        truth = f"WHEN {sql} = 'true' THEN 1 WHEN {sql} = 'false' THEN 0"
        number = f"WHEN {sql} REGEXP '{NUMBER}' THEN CAST({sql} AS DECIMAL(65,20))"
        return f"CASE {truth} {number} END", [*parameters] * 4


class ItemAt(Func):
    """A property of the item that a field has at a place, as a text; NULL where there is none."""

    output_field = TextField()
    arity = 1

    def __init__(self, column: Any, name: str, delta: int, item_property: str) -> None:
        super().__init__(column)
        self.name = name
        self.delta = delta
        self.property = item_property

    @property
    def path(self) -> str:
        """Return the path of the property, as SQLite, MariaDB and MySQL have it."""
        return f"$.{self.name}[{self.delta}].{self.property}"

    def column_sql(self, compiler: Any) -> Compiled:
        """Return the SQL of the column."""
        compiled: Compiled = compiler.compile(self.get_source_expressions()[0])
        return compiled

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Compiled:
        """Return the SQL of SQLite."""
        sql, parameters = self.column_sql(compiler)
        return f"json_extract({sql}, %s)", [*parameters, self.path]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Compiled:
        """Return the SQL of PostgreSQL: an index of the same expression serves it."""
        sql, parameters = self.column_sql(compiler)
        return f"({sql} #>> '{{{self.name},{self.delta},{self.property}}}')", parameters

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Compiled:
        """Return the SQL of MariaDB and MySQL, to which the null of JSON is a text."""
        sql, parameters = self.column_sql(compiler)
        value = f"JSON_EXTRACT({sql}, '{self.path}')"
        return (
            f"CASE JSON_TYPE({value}) WHEN 'NULL' THEN NULL ELSE JSON_UNQUOTE({value}) END",
            [*parameters] * 2,
        )


class ItemProperty(Expression):
    """A property of one of the items that an expression around it goes through, as a text."""

    output_field = TextField()

    def __init__(self, alias: str, item_property: str) -> None:
        super().__init__()
        self.alias = alias
        self.property = item_property

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        """Return the SQL of MariaDB and MySQL."""
        return f"{self.alias}.p_{self.property}", []

    def as_sqlite(self, compiler: Any, connection: Any) -> Compiled:
        """Return the SQL of SQLite."""
        return f"json_extract({self.alias}.value, '$.{self.property}')", []

    def as_postgresql(self, compiler: Any, connection: Any) -> Compiled:
        """Return the SQL of PostgreSQL."""
        return f"({self.alias}.value ->> '{self.property}')", []


class OverItems(Func):
    """A subquery over the items of a field, whose properties are `ItemProperty` inside.

    The first expression is the column, the second what is asked of each item.
    """

    arity = 2

    def __init__(
        self, column: Any, asked: Any, *, name: str, alias: str, properties: Sequence[str]
    ) -> None:
        super().__init__(column, asked)
        self.name = name
        self.alias = alias
        self.properties = properties

    def compiled(self, compiler: Any, connection: Any) -> tuple[Compiled, Compiled]:
        """Return the SQL of what is asked, and that of the items as a table."""
        column, asked = map(compiler.compile, self.get_source_expressions())
        items, times = self.items(connection.vendor, column[0])
        return asked, (items, [*column[1]] * times)

    def items(self, vendor: str, column: str) -> tuple[str, int]:
        """Return the SQL of the items, and how often it has that of the column."""
        if vendor == "sqlite":
            return f"json_each({column}, '$.{self.name}') AS {self.alias}", 1
        if vendor == "postgresql":
            items = f"{column} -> '{self.name}'"
            # Code may have written what is no list, of which PostgreSQL makes an error.
            items = f"CASE jsonb_typeof({items}) WHEN 'array' THEN {items} END"
            return f"jsonb_array_elements({items}) AS {self.alias}(value)", 2
        columns = ", ".join(f"p_{each} LONGTEXT PATH '$.{each}'" for each in self.properties)
        return f"JSON_TABLE({column}, '$.{self.name}[*]' COLUMNS ({columns})) AS {self.alias}", 1


class AnyItem(OverItems):
    """Whether there is an item that a condition is true of."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Compiled:
        """Return the subquery."""
        (asked, asked_of), (items, items_of) = self.compiled(compiler, connection)
        sql = f"EXISTS (SELECT 1 FROM {items} WHERE {asked})"  # noqa: S608  all of it is compiled
        return sql, [*items_of, *asked_of]


FLAGS = {"MIN": "BOOL_AND", "MAX": "BOOL_OR"}
"""What PostgreSQL calls the smallest and the largest of several flags."""


class BestItem(OverItems):
    """The smallest or the largest value of the items, NULL where there is none."""

    def __init__(self, column: Any, asked: Any, *, is_largest: bool, **items: Any) -> None:
        super().__init__(column, asked, **items)
        self.aggregate = "MAX" if is_largest else "MIN"

    def _resolve_output_field(self) -> Any:
        return self.get_source_expressions()[1].output_field

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Compiled:
        """Return the subquery."""
        return self._best(self.aggregate, compiler, connection)

    def as_postgresql(self, compiler: Any, connection: Any) -> Compiled:
        """Return that of PostgreSQL, to which flags are nothing small or large."""
        is_flag = isinstance(self.output_field, BooleanField)
        return self._best(
            FLAGS[self.aggregate] if is_flag else self.aggregate, compiler, connection
        )

    def _best(self, aggregate: str, compiler: Any, connection: Any) -> Compiled:
        (asked, asked_of), (items, items_of) = self.compiled(compiler, connection)
        sql = f"(SELECT {aggregate}({asked}) FROM {items})"  # noqa: S608  all of it is compiled
        return sql, [*asked_of, *items_of]
