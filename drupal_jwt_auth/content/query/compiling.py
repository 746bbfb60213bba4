"""Conditions as Django's queries have them: subqueries over items, and over what these refer to.

Where entities have many items of a field, all conditions over these are about the same item: they
are asked in one subquery, into which the groups are moved that they are in. What such a group says
of something outside is told there by how many levels deeper it stands.

Where there is no item, and nothing that one refers to, all properties are NULL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import count
from operator import and_, or_
from typing import Any

from django.db.models import Q

from drupal_jwt_auth.content.query.comparing import ALWAYS, IS_NULL, NEVER, compare
from drupal_jwt_auth.content.query.conditions import Group
from drupal_jwt_auth.content.query.keys import lifted
from drupal_jwt_auth.content.query.subqueries import subquery
from drupal_jwt_auth.content.query.ways import Nothing, Origin, Row, Way, parts_to

MAX_SUBQUERIES = 100
"""How many a condition may take; those that are about nothing are asked in two ways."""
MAX_NESTED = 16
"""How deep they may stand inside one another: no path alone takes more."""

Key = tuple[Any, ...]


class TooComplexError(Exception):
    """Conditions hang together in more ways than a database should be asked for."""


@dataclass(frozen=True)
class Asked(Way):
    """A condition over the property that a way leads to, or over the row at its end."""

    operator: str = ""
    values: Sequence[str] = ()
    of_row: Q = field(default_factory=Q, compare=False)


@dataclass(frozen=True)
class Tree:
    """Conditions that hold all, or any of which does."""

    members: Sequence[Asked | Tree]
    is_any: bool = False

    @property
    def leaves(self) -> Iterator[Asked]:
        """Yield all conditions inside."""
        for member in self.members:
            yield from member.leaves if isinstance(member, Tree) else (member,)


Node = Asked | Tree


def tree_of(group: Group, row: Row) -> Tree:
    """Return what a group asks of the entity of a row."""
    return Tree(
        [
            tree_of(member, row)
            if isinstance(member, Group)
            else Asked(row, parts_to(member.path), member.operator, member.values)
            for member in group.members
        ],
        group.is_any,
    )


class Compiler:
    """Makes one condition of Django's of a tree."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._nested = 0

    def all_of(self, nodes: Sequence[Node], depth: int = 0) -> Q:
        """Return the condition that all hold, as it is written so many levels inside."""
        conditions: list[Q] = []
        waiting: list[Node] = []
        for node in map(_advanced, _flat(nodes)):
            if isinstance(node, Asked) and node.key is None:
                conditions.append(_at_end(node, depth))
            else:
                waiting.append(node)
        for key, together in _components(waiting):
            only = together[0]
            if isinstance(only, Tree) and len(together) == 1:
                conditions.append(self.any_of(only.members, depth))
            else:
                conditions.append(self.inside(key, together, depth))
        return reduce(and_, conditions) if conditions else ALWAYS

    def any_of(self, nodes: Sequence[Node], depth: int) -> Q:
        """Return the condition that any holds."""
        return reduce(or_, (self.all_of([node], depth) for node in nodes), NEVER)

    def inside(self, key: Key, nodes: Sequence[Node], depth: int) -> Q:
        """Return the condition that all hold, those with a key in one subquery.

        Raise `TooComplexError` where there are more than a database should be asked for.
        """
        number = next(self._numbers)
        self._nested += 1
        if number > MAX_SUBQUERIES or self._nested > MAX_NESTED:
            raise TooComplexError
        example = next(asked for asked in Tree(nodes).leaves if asked.key == key)
        over = subquery(example, number, depth)
        there = over.exists(self.all_of(_moved(nodes, key, over.origin), over.depth))
        nothing = _moved(nodes, key, over.otherwise)
        if all(map(_may_hold_of_nothing, nothing)):
            there |= ~over.exists(ALWAYS) & self.all_of(nothing, depth)
        self._nested -= 1
        return there


def _flat(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield what has to hold, without the groups that say no more than that."""
    for node in nodes:
        if isinstance(node, Tree) and (not node.is_any or len(node.members) == 1):
            yield from _flat(node.members)
        else:
            yield node


def _components(nodes: Sequence[Node]) -> Iterator[tuple[Key, list[Node]]]:
    """Yield what hangs together, as it has a subquery in common, and what tells that."""
    keys = [{asked.key for asked in Tree([node]).leaves if asked.key} for node in nodes]
    left = list(range(len(nodes)))
    while left:
        together = [left.pop(0)]
        known = keys[together[0]]
        found: list[int] | None = None
        while found != []:
            found = [each for each in left if keys[each] & known]
            together += found
            left = [each for each in left if each not in found]
            known = known.union(*(keys[each] for each in found))
        times = Counter(key for each in together for key in keys[each])
        members = [nodes[each] for each in sorted(together)]
        yield times.most_common(1)[0][0] if times else (), members


def _moved(nodes: Sequence[Node], key: Key, origin: Origin) -> list[Node]:
    """Return what is asked where the ways with a key go on from what they lead to."""
    return [
        replace(node, members=_moved(node.members, key, origin))
        if isinstance(node, Tree)
        else _from_within(node, origin)
        if node.key == key
        else node
        for node in nodes
    ]


def _from_within(asked: Asked, origin: Origin) -> Asked:
    within: Any = asked.from_within(origin)
    moved: Asked = within
    return moved


def _may_hold_of_nothing(node: Node) -> bool:
    """Tell whether something may hold, given that what is asked of nothing is known."""
    if isinstance(node, Tree):
        held = map(_may_hold_of_nothing, node.members)
        return any(held) if node.is_any else all(held)
    return not isinstance(node.origin, Nothing) or node.operator == IS_NULL


def _advanced(node: Node) -> Node:
    """Return what is asked where its ways have gone as far as they do without a subquery."""
    if isinstance(node, Tree):
        return replace(node, members=[_advanced(each) for each in node.members])
    advanced: Any = node.advanced()
    asked: Asked = advanced
    return asked


def _at_end(asked: Asked, depth: int) -> Q:
    """Return the condition over a property or a row, as it is written so many levels inside."""
    if isinstance(asked.origin, Nothing):
        return ALWAYS if asked.operator == IS_NULL else NEVER
    if isinstance(asked.origin, Row):
        return asked.of_row or ALWAYS
    column = asked.origin.column(str(asked.parts[0]))
    expression = lifted(column.expression, depth - asked.origin.depth)
    return compare(column._replace(expression=expression), asked.operator, asked.values)
