"""Filters and sorts: what a query asks for of the members of a collection.

Source: JSON:API 1.0, and Drupal core 10.6 for the forms that filters have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from drupal_jwt_auth.content.query.comparing import IS_NOT_NULL, IS_NULL, OPERATORS
from drupal_jwt_auth.jsonapi.query import Values, array_of, parameters, text_of

MAX_CONDITIONS = 50
MAX_VALUES = 200
"""How many values a condition may have."""
MAX_GROUP_DEPTH = 8
MAX_SORTS = 10

ROOT = "@root"
"""What Drupal calls the group of all that are in none."""

LISTS = {"IN", "NOT IN"}
PAIRS = {"BETWEEN", "NOT BETWEEN"}
NO_CONDITION = (
    "You must provide a valid filter condition. Check that you have set the required keys for "
    "your filter."
)


class Asked(NamedTuple):
    """A condition as it was sent: the path is a text."""

    path: str
    operator: str
    values: Sequence[str]


class AskedGroup(NamedTuple):
    """A group as it was sent."""

    members: Sequence[Asked | AskedGroup]
    is_any: bool


class AskedSort(NamedTuple):
    """What is to be sorted by as it was sent."""

    path: str
    is_descending: bool


def read_filter(request: Request) -> AskedGroup:
    """Return the conditions of a request; raise ParseError (400)."""
    conditions: list[tuple[str, Asked]] = []
    groups: dict[str, tuple[str, bool]] = {}
    for name, value in array_of(request, "filter").items():
        expanded = _expanded(name, value)
        if "group" in expanded:
            groups[name] = _read_group(expanded["group"])
        else:
            conditions.append(_read_condition(expanded.get("condition")))
    if len(conditions) + len(groups) > MAX_CONDITIONS:
        raise ParseError(f"A filter may have {MAX_CONDITIONS} conditions and groups at most.")
    return _Groups(conditions, groups).built(ROOT, is_any=False)


def read_sorts(request: Request) -> list[AskedSort]:
    """Return what is to be sorted by; raise ParseError (400)."""
    sort = parameters(request).get("sort")
    if sort is None:
        return []
    if not sort:
        raise ParseError("You need to provide a value for the sort parameter.")
    if isinstance(sort, str):
        found = [AskedSort(each.removeprefix("-"), each[:1] == "-") for each in sort.split(",")]
    else:
        found = [_read_sort(value) for value in sort.values()]
    if len(found) > MAX_SORTS:
        raise ParseError(f"A request may sort by {MAX_SORTS} fields at most.")
    if not all(each.path for each in found):
        raise ParseError("You need to provide a field name for the sort parameter.")
    return found


def _read_sort(value: str | Values) -> AskedSort:
    if isinstance(value, str):
        return AskedSort(value.removeprefix("-"), value[:1] == "-")
    path = text_of(value, "path")
    if path is None:
        raise ParseError("You need to provide a field name for the sort parameter.")
    return AskedSort(path, (text_of(value, "direction") or "").upper() == "DESC")


def _expanded(name: str, value: str | Values) -> Mapping[str, Any]:
    """Return a filter in its long form: ``filter[title]=x`` is a condition."""
    if not isinstance(value, str) and value.keys() & {"condition", "group"}:
        return value
    if name.isdecimal():
        raise ParseError("No field name was provided for the filter.")
    if isinstance(value, str):
        value = {"value": value}
    if not value.keys() & {"value", "operator"}:
        value = {"value": value}
    return {"condition": {"path": name, **value}}


def _read_group(group: Any) -> tuple[str, bool]:
    """Return the group that a group is in, and whether any of its members is enough."""
    conjunction = text_of(group, "conjunction") if isinstance(group, dict) else None
    if conjunction not in ("AND", "OR"):
        raise ParseError("A group needs the conjunction AND or OR.")
    return text_of(group, "memberOf") or ROOT, conjunction == "OR"


def _read_condition(condition: Any) -> tuple[str, Asked]:
    """Return the group that a condition is in, and the condition."""
    if not isinstance(condition, dict) or "path" not in condition:
        raise ParseError(NO_CONDITION)
    path, operator = text_of(condition, "path"), text_of(condition, "operator") or "="
    if operator not in OPERATORS:
        raise ParseError(f"The '{operator}' operator is not allowed in a filter parameter.")
    if not path:
        raise ParseError("No field name was provided for the filter.")
    values = [] if operator in (IS_NULL, IS_NOT_NULL) else _values(condition, operator)
    return text_of(condition, "memberOf") or ROOT, Asked(path, operator, values)


def _values(condition: Values, operator: str) -> list[str]:
    """Return the values of a condition, as many as its operator takes."""
    value = condition.get("value")
    if value is None:
        raise ParseError(NO_CONDITION)
    values = [value] if isinstance(value, str) else list(value.values())
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) != len(values) or not texts:
        raise ParseError(f"The '{operator}' operator takes texts.")
    if operator in PAIRS and len(texts) != len(PAIRS):
        raise ParseError(f"The '{operator}' operator takes two values.")
    if operator not in LISTS | PAIRS and not isinstance(value, str):
        raise ParseError(f"The '{operator}' operator takes one value.")
    if len(texts) > MAX_VALUES:
        raise ParseError(f"A condition may have {MAX_VALUES} values at most.")
    return texts


class _Groups:
    """Puts conditions and groups into the groups that they are members of."""

    def __init__(
        self, conditions: Sequence[tuple[str, Asked]], groups: Mapping[str, tuple[str, bool]]
    ) -> None:
        self.conditions = conditions
        self.groups = groups
        for name in (*(group for group, _ in conditions), *(of for of, _ in groups.values())):
            if name != ROOT and name not in groups:
                raise ParseError(f"There is no group `{name}` in the filter.")
        for name in groups:
            self.check_depth(name)

    def check_depth(self, name: str) -> None:
        """Raise ParseError (400) for a group that is in itself, or in too many others."""
        for _level in range(MAX_GROUP_DEPTH):
            if name == ROOT:
                return
            name = self.groups[name][0]
        raise ParseError(f"Groups may be {MAX_GROUP_DEPTH} levels deep at most, and in no circle.")

    def built(self, name: str, *, is_any: bool) -> AskedGroup:
        """Return a group with what is in it."""
        inner = [
            self.built(each, is_any=any_of)
            for each, (of, any_of) in self.groups.items()
            if of == name
        ]
        own = [condition for group, condition in self.conditions if group == name]
        return AskedGroup([*own, *(each for each in inner if each.members)], is_any)
