"""Conditions over the documents of configuration, which are few: they are asked of each in turn.

Source: Drupal core 10.6, the query of configuration, in which upper and lower case are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL, NEGATED
from drupal_jwt_auth.fields.primitives import is_scalar, to_text

Document = Mapping[str, Any]


def holds(document: Document, path: Sequence[str], operator: str, values: Sequence[str]) -> bool:
    """Tell whether a value in a document is to others as an operator says; ``*`` is any part."""
    found = [_text(value) for value in _values(document, path)]
    if operator in (IS_NULL, IS_NOT_NULL):
        return bool(found) is (operator == IS_NOT_NULL)
    wanted = [value.lower() for value in values]
    if operator in NEGATED:
        compare = _COMPARISONS[NEGATED[operator]]
        return any(not compare(value, wanted) for value in found)
    return any(_COMPARISONS[operator](value, wanted) for value in found)


def sort_value(document: Document, path: Sequence[str]) -> tuple[bool, str]:
    """Return what documents are sorted by: those without such a value come first."""
    found = next((_shown(value) for value in _values(document, path)), None)
    return found is not None, found or ""


def _values(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """Yield what a path leads to, where that is no object and no list."""
    if not path:
        if is_scalar(value):
            yield value
        return
    name, *rest = path
    if isinstance(value, list):
        value = {str(number): each for number, each in enumerate(value)}
    if isinstance(value, Mapping):
        inner = value.values() if name == "*" else [value[name]] if name in value else []
        for each in inner:
            yield from _values(each, rest)


def _shown(value: Any) -> str:
    """Return a value as a text: truth is 1, and 0, as filters have it."""
    return str(int(value)) if isinstance(value, bool) else to_text(value)


def _text(value: Any) -> str:
    return _shown(value).lower()


def _less(one: str, other: str) -> bool:
    """Tell whether a text comes before another one, or a number where both are some."""
    try:
        return float(one) < float(other)
    except ValueError:
        return one < other


_COMPARISONS: Mapping[str, Callable[[str, Sequence[str]], bool]] = {
    "=": lambda value, wanted: value == wanted[0],
    "IN": lambda value, wanted: value in wanted,
    "<": lambda value, wanted: _less(value, wanted[0]),
    ">": lambda value, wanted: _less(wanted[0], value),
    "<=": lambda value, wanted: not _less(wanted[0], value),
    ">=": lambda value, wanted: not _less(value, wanted[0]),
    "BETWEEN": lambda value, wanted: not (_less(value, wanted[0]) or _less(wanted[1], value)),
    "STARTS_WITH": lambda value, wanted: value.startswith(wanted[0]),
    "CONTAINS": lambda value, wanted: wanted[0] in value,
    "ENDS_WITH": lambda value, wanted: value.endswith(wanted[0]),
}
