"""Comparisons: an expression for a property and a value that a client has sent, as a condition.

What a value cannot stand for is equal to nothing, and neither less nor more. Texts are compared in
upper and lower case alike, moments by whole seconds since 1970.

Source: Drupal core 10.6, the operators of entity queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    FloatField,
    IntegerField,
    Q,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Lookup,
    StartsWith,
)

from drupal_jwt_auth.content.entity.places import Column, Kind
from drupal_jwt_auth.content.query.folding import Exactly, Folded
from drupal_jwt_auth.fields.keys import NO_VALUE
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models.text_columns import escape

ALWAYS = Q(Exact(Value(1), Value(1)))
NEVER = Q(Exact(Value(1), Value(0)))

IS_NULL, IS_NOT_NULL = "IS NULL", "IS NOT NULL"
ORDERS: Mapping[str, type[Lookup[Any]]] = {
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}
PATTERNS: Mapping[str, type[Lookup[Any]]] = {
    "STARTS_WITH": StartsWith,
    "CONTAINS": Contains,
    "ENDS_WITH": EndsWith,
}
NEGATED = {"<>": "=", "NOT IN": "IN", "NOT BETWEEN": "BETWEEN"}
OPERATORS = (*("=", "<>", "IN", "NOT IN", "BETWEEN", "NOT BETWEEN"), *ORDERS, *PATTERNS)
OPERATORS += (IS_NULL, IS_NOT_NULL)

FIRST_SECOND, LAST_SECOND = -62_135_510_400, 253_402_214_400
"""The moments that any database can compare with: a day within what Python has."""

_NUMBER = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?", re.ASCII)
_INTEGERS = range(-(2**63), 2**63)


def compare(column: Column, operator: str, values: Sequence[str]) -> Q:
    """Return the condition that a property is to values as an operator says."""
    if operator in (IS_NULL, IS_NOT_NULL):
        is_null = operator == IS_NULL
        if column.nothing is not None:
            return NEVER if is_null else ALWAYS
        return Q(IsNull(column.expression, is_null))
    if operator in NEGATED:
        return compare(column, IS_NOT_NULL, ()) & ~compare(column, NEGATED[operator], values)
    if operator == "BETWEEN":
        least, most = values
        return compare(column, ">=", [least]) & compare(column, "<=", [most])
    if operator in ("=", "IN"):
        return _any_of(_COMPARISONS[column.kind](column, "=", each) for each in values)
    return _COMPARISONS[column.kind](column, operator, values[0])


def _any_of(conditions: Iterable[Q]) -> Q:
    """Return the condition that any holds; equality to several values is one list of these.

    A database reads a list faster than as many conditions, and an expression but once for a row.
    """
    wanted: dict[Any, list[Any]] = {}
    others = []
    for condition in conditions:
        only: Any = condition.children[0]
        if len(condition.children) == 1 and type(only) is Exact and condition is not NEVER:
            wanted.setdefault(only.lhs, []).append(only.rhs)
        else:
            others.append(condition)
    listed = (
        Exact(side, values[0]) if len(values) == 1 else In(side, values)
        for side, values in wanted.items()
    )
    return reduce(or_, (*map(Q, listed), *others))


def sort_key(column: Column, *, is_folded: bool = False) -> Any:
    """Return the expression that values are sorted by."""
    if column.kind is not Kind.TEXT:
        return column.expression
    return (Folded if is_folded else Exactly)(column.expression)


def _texts(column: Column, operator: str, value: str) -> Q:
    prepared = escape(value) if column.field is None else column.field.get_prep_value(value)
    if "\0" in prepared:
        return NEVER  # No database has it in a text.
    wanted = Folded(Value(prepared, TextField()))
    lookup: Any = {"=": Exact, **ORDERS, **PATTERNS}[operator]
    return Q(lookup(Folded(column.expression), wanted))


def _numbers(column: Column, operator: str, value: str) -> Q:
    if operator in PATTERNS:
        text = Column(Cast(column.expression, CharField()), Kind.TEXT)
        return _texts(text, operator, value)
    number = _number(value)
    if number is None:
        return NEVER
    if operator == "=" and number == column.nothing:
        return Q(IsNull(column.expression, rhs=True)) | Q(Exact(column.expression, _typed(number)))
    expression = column.expression
    if operator != "=" and column.nothing is not None:
        expression = Coalesce(expression, Value(column.nothing))
    lookup: Any = {"=": Exact, **ORDERS}[operator]
    return Q(lookup(expression, _typed(number)))


def _flags(column: Column, operator: str, value: str) -> Q:
    wanted = _number(value)
    if operator == "=" and wanted in (0, 1):
        # As the column has it: of numbers made of it no database knows how many there are.
        return Q(Exact(column.expression, Value(bool(wanted), BooleanField())))
    number = column._replace(expression=Cast(column.expression, IntegerField()))
    return _numbers(number, operator, value)


def _moments(column: Column, operator: str, value: str) -> Q:
    seconds = _number(value)
    if operator in PATTERNS or not isinstance(seconds, int):
        return NEVER
    expression = column.expression
    if column.nothing is not None:
        expression = Coalesce(expression, _moment(column.nothing))
    begin = _moment(min(max(seconds, FIRST_SECOND), LAST_SECOND))
    end = Value(begin.value + timedelta(seconds=1), DateTimeField())
    if operator == "=":
        return Q(GreaterThanOrEqual(expression, begin)) & Q(LessThan(expression, end))
    # A second has parts.
    bound = {"<": begin, ">=": begin, "<=": end, ">": end}[operator]
    lookup = {"<": LessThan, "<=": LessThan}.get(operator, GreaterThanOrEqual)
    return Q(lookup(expression, bound))


def _others(column: Column, operator: str, value: str) -> Q:
    if operator in PATTERNS:
        text = Column(Cast(column.expression, CharField()), Kind.TEXT)
        return _texts(text, operator, value)
    try:
        wanted = column.field.to_python(value)
    except NO_VALUE:
        return NEVER
    if wanted is None or "\0" in value:
        return NEVER
    lookup: Any = {"=": Exact, **ORDERS}[operator]
    return Q(lookup(column.expression, Value(wanted, column.field)))


_COMPARISONS = {
    Kind.TEXT: _texts,
    Kind.NUMBER: _numbers,
    Kind.FLAG: _flags,
    Kind.MOMENT: _moments,
    Kind.OTHER: _others,
}


def _number(value: str) -> int | float | None:
    if not _NUMBER.fullmatch(value):
        return None
    number = float(value)
    if not number.is_integer():
        return number
    exact = int(value) if value.lstrip("+-").isdecimal() else int(number)
    return exact if exact in _INTEGERS else number


def _typed(number: float) -> Value:
    return Value(number, BigIntegerField() if isinstance(number, int) else FloatField())


def _moment(seconds: int) -> Value:
    return Value(from_unix(seconds), DateTimeField())
