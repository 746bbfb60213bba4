"""Orders as Django's queries have them: what comes first of many values, and of none.

What refers to nothing comes first, what refers to something that the account does not see last:
where it stands says nothing of what is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db.models import Case, Func, IntegerField, Q, Value, When

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.places import Column
from drupal_jwt_auth.content.query.comparing import sort_key
from drupal_jwt_auth.content.query.compiling import Asked, Compiler, TooComplexError
from drupal_jwt_auth.content.query.conditions import Hop, Sort
from drupal_jwt_auth.content.query.subqueries import subquery
from drupal_jwt_auth.content.query.ways import AnItem, Nothing, Row, Way, parts_of, parts_to

MAX_SORT_DEPTH = 6
"""How deep subqueries may stand inside one another: each level asks for its value twice."""


class Term(Func):
    """What is sorted by, and may turn out to be a constant, which is no order to PostgreSQL."""

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Return what is an expression to the parser, and to the planner as it was."""
        return self.as_sql(compiler, connection, template="COALESCE(%(expressions)s)")


class Sorter:
    """Makes Django's orders of those that are asked for."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._numbers = count(1)

    def orders(self, sort: Sort, row: Row) -> Iterator[Any]:
        """Yield what rows are ordered by; raise `UnsearchableError`, `TooComplexError`."""
        hops = sort.path.hops
        visible = [self.visible(sort, hop) for hop in hops]
        hidden = [
            Asked(row, parts_of(hops[: number + 1]), of_row=~condition)
            for number, condition in enumerate(visible)
            if condition
        ]
        if hidden:
            is_hidden = Compiler().any_of(hidden, 0)
            last: Any = Case(When(is_hidden, then=1), default=0, output_field=IntegerField())
            yield last.desc() if sort.is_descending else last.asc()
        way = Way(row, parts_to(sort.path))
        value = self.value(way, iter(visible), sort)
        column = _column(way.advanced())
        # Told of NULL where there is none, PostgreSQL has no use for an index.
        may_be_null: Any = True if column is None or not column.is_never_null else None
        if not hops and sort.path.step.seen:
            may_be_null, value = True, Case(When(sort.path.step.seen, then=value))
        if isinstance(value, Case | Value):
            value = Term(value)
        if sort.is_descending:
            yield value.desc(nulls_last=may_be_null)
        else:
            yield value.asc(nulls_first=may_be_null)

    def visible(self, sort: Sort, hop: Hop) -> Q:
        """Return the condition for what a reference leads to to be sorted by."""
        keys, access = hop.target.keys, hop.target.access
        if hop is sort.path.hops[-1] and not sort.path.step.seen:
            if sort.path.step.field.name == keys.uuid:
                return Q()  # Which is told of all that is referred to.
            if sort.path.step.field.name == keys.label:
                return access.labels_visible_to(self.account)
        seen = sort.path.step.seen if hop is sort.path.hops[-1] else Q()
        return access.visible_to(self.account) & seen

    def value(self, way: Way, visible: Iterator[Q], sort: Sort) -> Any:
        """Return the value that a way leads to: the first one in the order that is asked for."""
        way = way.advanced()
        if isinstance(way.origin, Nothing):
            return Value(None, IntegerField())
        column = _column(way)
        if column is not None:
            return sort_key(column, is_folded=sort.is_folded)
        if way.origin.depth >= MAX_SORT_DEPTH:
            raise TooComplexError
        over = subquery(way, next(self._numbers), way.origin.depth)
        condition = next(visible) if isinstance(over.origin, Row) else Q()
        inner = self.value(way.from_within(over.origin), visible, sort)
        return over.best(inner, condition, is_largest=sort.is_descending)


def _column(way: Way) -> Column | None:
    """Return the column that a way leads to, None where it takes a subquery to get there."""
    if way.key is None and isinstance(way.origin, AnItem):
        return way.origin.column(str(way.parts[0]))
    return None
