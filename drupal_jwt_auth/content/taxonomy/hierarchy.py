"""The hierarchy of terms: a vocabulary as a tree, and what becomes of the terms below others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.models import Term, TermParent
from drupal_jwt_auth.transactions import lock


class Placed(NamedTuple):
    """A term in one of its places, and how many others are above it there."""

    term: Term
    depth: int


def walk(vocabulary: str, using: str | None = None) -> Iterator[Placed]:
    """Yield the terms of a vocabulary as a tree: the lightest first, each before what is below it.

    A term is there once for each of its parents, so take no more than are needed. One that is below
    itself, as Drupal lets clients put it, comes last, as if it was below the root.
    """
    terms = Term.objects.using(using).filter(vid=vocabulary).order_by("weight", "name", "pk")
    listed = list(terms.only("pk", "name", "status", "weight", "vid"))
    places = TermParent.objects.using(using).filter(term__vid=vocabulary)
    parents: dict[int, set[int | None]] = defaultdict(set)
    for tid, parent in places.values_list("term", "parent"):
        parents[tid].add(parent)
    children: dict[int | None, list[Term]] = defaultdict(list)
    for each in listed:
        for above in parents[each.pk] or {None}:
            children[above].append(each)
    seen: set[int] = set()
    for root in children[None]:
        yield from _walk_below(root, children, seen)
    for root in listed:
        # What there is no way to from the root is reached from the first of its circle.
        if root.pk not in seen:
            yield from _walk_below(root, children, seen)


def _walk_below(
    root: Term, children: Mapping[int | None, Sequence[Term]], seen: set[int]
) -> Iterator[Placed]:
    """Yield a term and what is below it, and note what was seen; a circle ends where it began."""
    path: list[int] = []
    levels = [iter([root])]
    while levels:
        term = next(levels[-1], None)
        if term is None:
            levels.pop()
            del path[-1:]
        elif term.pk not in path:
            seen.add(term.pk)
            yield Placed(term, len(levels) - 1)
            path.append(term.pk)
            levels.append(iter(children.get(term.pk, ())))


def descendants(tid: int, using: str) -> set[int]:
    """Return the numbers of the terms below a term."""
    found: set[int] = set()
    level = {tid}
    while level:
        level = {term for term, _ in _places(using, parent__in=level)} - found
        found |= level
    return found


class Below(NamedTuple):
    """The terms below some others: those that go with these, and those that lose a parent."""

    orphans: set[int]
    others: set[int]


def find_below(tids: Collection[int], using: str, *, to_write: bool = False) -> Below:
    """Return what is below terms that are deleted; locked ``to_write``, level by level.

    What has no other parent goes with them, and so does what is below that. Another place below the
    root is a parent as well.
    """
    gone, touched, level = set(tids), set(), set(tids)
    while level:
        children = {term for term, _ in _places(using, parent__in=level, to_write=to_write)} - gone
        if to_write:
            for batch in batches(sorted(children)):
                lock(Term, *batch, using=using)
        # As they are now that nobody else can move them.
        parents: dict[int, set[int | None]] = defaultdict(set)
        for term, parent in _places(using, term__in=children, to_write=to_write):
            parents[term].add(parent)
        touched |= {term for term in parents if parents[term] & gone}
        level = {term for term in parents if parents[term] <= gone}
        gone |= level
    return Below(gone - set(tids), touched - gone)


def _places(
    using: str, *, to_write: bool = False, **those: Collection[int]
) -> Iterable[tuple[int, int | None]]:
    rows = TermParent.objects.using(using).order_by("pk")
    if to_write:
        # So that a database shows what others have committed since its first look.
        rows = rows.select_for_update()
    ((lookup, keys),) = those.items()
    for batch in batches(keys):
        yield from rows.filter(**{lookup: batch}).values_list("term", "parent")
