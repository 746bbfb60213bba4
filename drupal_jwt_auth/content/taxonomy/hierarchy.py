"""What becomes of the terms below one that is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.models import Term, TermParent
from drupal_jwt_auth.transactions import lock


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
    using: str, *, to_write: bool, **those: Collection[int]
) -> Iterable[tuple[int, int | None]]:
    rows = TermParent.objects.using(using).order_by("pk")
    if to_write:
        # So that a database shows what others have committed since its first look.
        rows = rows.select_for_update()
    ((lookup, keys),) = those.items()
    for batch in batches(keys):
        yield from rows.filter(**{lookup: batch}).values_list("term", "parent")
