"""The paths of lists: what else is there, so that a list is not served."""

from __future__ import annotations

from collections.abc import Iterator

from drupal_jwt_auth.content.lists.declaration import is_argument
from drupal_jwt_auth.content.lists.known import KnownList, KnownLists
from drupal_jwt_auth.rest.aliases import without_aliases


def reasons(known: KnownList, lists: KnownLists) -> list[str]:
    """Return why a list is not served where it should be; none for one that is.

    It uses what is not known here, the project has something else at its path, or another list is
    there, which comes before it.
    """
    return [*known.faults, *_others(known, lists)]


def _others(known: KnownList, lists: KnownLists) -> Iterator[str]:
    path = "/".join("1" if is_argument(each) else each for each in known.declared.segments)
    if without_aliases(None).match(path):
        yield "something else is at this path"
    first = lists.at(path)
    if first is not None and first[0] is not known:
        yield f"the list {first[0].name} is at this path"
