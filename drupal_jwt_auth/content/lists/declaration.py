"""What a list is: a declaration of which entities it has, in which order, and what it shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

Values = Sequence[str | timedelta]
"""Texts as clients send them; a ``timedelta`` stands for a moment, so long after that of asking."""


@dataclass(frozen=True)
class Filter:
    """Which entities are in a list: those whose field is to ``values`` as ``operator`` says.

    ``operator`` is one of the query layer's: ``=``, ``<>``, ``IN``, ``CONTAINS``, ``>=``, ``IS
    NULL`` and so on. ``property`` is that of an item, the main one of the field for None.

    One that is ``exposed_as`` a parameter is for clients: their value takes the place of
    ``values``, which hold as long as none is sent. What they may choose is told by the field:
    choices of a list, bundles, and what they may see of what is referred to are options, of which
    they may send several where ``is_multiple``; any other value lists nothing. ``bundles`` are
    those of the entities that are options. Where it ``is_required``, nothing is listed without.

    Filters of a ``group`` hold together, or any of them does (`EntityList.any_groups`).
    """

    field: str
    operator: str = "="
    values: Values = ()
    property: str | None = None
    exposed_as: str | None = None
    is_multiple: bool = False
    is_required: bool = False
    bundles: Sequence[str] | None = None
    group: int = 1


@dataclass(frozen=True)
class SortBy:
    """The field that a list is sorted by; by name for clients that may choose, if it is exposed."""

    field: str
    is_descending: bool = False
    property: str | None = None
    exposed_as: str | None = None


@dataclass(frozen=True)
class ContextualFilter:
    """A part of the path as a filter: entities whose field has it as value.

    ``lifted_by`` is the value for all entities. With ``entity_type`` it is the key of an entity of
    that type, of one of the ``bundles``, which the account may see if ``checks_access``. Without
    such an entity, as without any value where the path may end before it, the answer is what
    ``otherwise`` says: ``not found`` (404), ``empty`` for no entities, ``ignore`` for all.
    """

    field: str
    property: str | None = None
    operator: str = "="
    lifted_by: str = "all"
    entity_type: str | None = None
    bundles: Sequence[str] | None = None
    checks_access: bool = True
    otherwise: str = "not found"


OTHERWISE = ("not found", "empty", "ignore")


@dataclass(frozen=True)
class Pager:
    """Which of its entities a list shows: ``size`` after the first ``offset``, None for all.

    Where it ``has_pages``, the parameter ``page`` counts them from 0. ``sizes`` are those that
    clients may choose as ``items_per_page``, ``All`` among them if it ``offers_all``; they may
    choose another ``offset`` where that is exposed. ``number`` is which of several pagers of a page
    it is: clients send the pages of all, separated by commas.
    """

    size: int | None = 10
    offset: int = 0
    has_pages: bool = True
    sizes: Sequence[int] = ()
    offers_all: bool = False
    offset_is_exposed: bool = False
    number: int = 0


@dataclass(frozen=True)
class Shown:
    """A field of the rows of a list: formatted HTML, or the raw value.

    ``formatter`` is the id of one of Drupal's formatters, with its ``settings``; None for what
    fields of the type have by default. Items are joined by the ``separator``, ``empty`` is shown
    where there is none. ``property`` is one of an item as it is shown elsewhere, for itself.
    """

    field: str
    alias: str | None = None
    is_raw: bool = False
    formatter: str | None = None
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    separator: str = ", "
    empty: str = ""
    property: str | None = None

    def name(self) -> str:
        """Return what it is called in rows."""
        return self.alias or self.field


class EntityList:
    """A list of entities of a type at a path, as Drupal's views have them with a REST export.

    ``path`` begins with a slash; what is in braces in it are ``contextual_filters``, in order, and
    the path may end before those that it does not have. Rows are entities as GET of one shows them,
    or objects of ``fields`` if there are any. The first of the exposed sorts holds where a client
    chooses none; it may choose the direction where ``order_is_exposed``. Who lacks the
    ``permission`` is refused; where ``roles`` are named, so is who has none of these, and the
    permission does not count.

    ``any_groups`` are the groups of filters of which any has to hold; ``is_any`` where any of the
    groups has to.
    """

    path: str = ""
    entity_type: str = ""
    filters: Sequence[Filter] = ()
    any_groups: Sequence[int] = ()
    is_any: bool = False
    sorts: Sequence[SortBy] = ()
    order_is_exposed: bool = True
    contextual_filters: Sequence[ContextualFilter] = ()
    pager: Pager = Pager()
    fields: Sequence[Shown] = ()
    permission: str | None = "access content"
    roles: Sequence[str] | None = None

    needed: ClassVar[tuple[str, ...]] = ("path", "entity_type")

    def __init__(self, **declared: Any) -> None:
        """Declare a list without a class of its own."""
        vars(self).update(declared)

    @property
    def label(self) -> str:
        """Return what the class is called where something is told of it."""
        return f"{type(self).__module__}.{type(self).__qualname__}"

    @property
    def segments(self) -> list[str]:
        """Return the parts of the path."""
        return self.path.strip("/").split("/")

    def arguments(self, path: str) -> list[str] | None:
        """Return what a path has for the contextual filters, None where it is not the list's.

        Upper and lower case are the same in what is no argument.
        """
        own, asked = self.segments, path.strip("/").split("/")
        named = sum(map(is_argument, own))
        if not len(own) <= len(asked) <= len(own) + len(self.contextual_filters) - named:
            return None
        found = []
        for mine, other in zip(own, asked, strict=False):
            if is_argument(mine) and other:
                found.append(other)
            elif mine.lower() != other.lower():
                return None
        return found + asked[len(own) :]


def is_argument(segment: str) -> bool:
    """Tell whether a part of a path stands for any: a name in braces."""
    return segment.startswith("{") and segment.endswith("}")
