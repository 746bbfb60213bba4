"""Queries over the entities of a type, as far as an account sees.

What it does not see is neither found nor told of by a condition: that holds of the entities, of all
that a condition leads over, and of their fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, router
from django.db.models import Q, QuerySet
from django.db.models.lookups import IsNull

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.places import OneItem
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.query.compiling import Asked, Compiler, TooComplexError, tree_of
from drupal_jwt_auth.content.query.conditions import Group, Path, Sort
from drupal_jwt_auth.content.query.sorting import Sorter
from drupal_jwt_auth.content.query.ways import Parts, Row, UnsearchableError, parts_of

SQLITE_BOUNDS = ("parser stack overflow", "Expression tree is too large")
"""What SQLite says of subqueries that stand too deep inside one another for it, and of many moments
in several conditions of which one is enough."""


@dataclass(frozen=True)
class EntityQuery:
    """The entities of a type, or of one bundle, that hold conditions, in an order.

    Without a condition they are all there: whoever shows them leaves out what the account does not
    see. With ``seen`` they are those that this holds of, whatever else is asked. They come by
    revisions, or else by keys, where no other order is asked for, and those without a revision
    last.

    Raise `UnsearchableError` for what the database has no place to look in, and `TooComplexError`.
    """

    entity_type: ContentEntityType
    site: SiteContext
    bundle: str | None = None
    condition: Group = field(default_factory=Group)
    sorts: Sequence[Sort] = ()
    seen: Q | None = None

    @property
    def is_restricted(self) -> bool:
        """Tell whether entities are left out which the account does not see."""
        return self.seen is not None or any(self.condition.conditions)

    def rows(self) -> QuerySet[Any, Any]:
        """Return the rows of the entities, in the order."""
        self.check_databases()
        rows, column = self.entity_type.storage.rows, self.entity_type.bundle_column
        if column is not None and self.bundle is not None:
            rows = rows.filter(**{column.attname: self.bundle})
        row = Row(self.entity_type)
        if self.is_restricted:
            tree = tree_of(self.condition, row)
            rows = rows.filter(Compiler().all_of([tree, *self.access(row)]))
        sorter = Sorter(self.site.account)
        orders = (order for sort in self.sorts for order in sorter.orders(sort, row))
        return rows.order_by(*orders, *self.default_order)

    def check_databases(self) -> None:
        """Raise `UnsearchableError` where something leads into another database."""
        using = router.db_for_read(self.entity_type.model)
        paths = [condition.path for condition in self.condition.conditions]
        for path in (*paths, *(sort.path for sort in self.sorts)):
            for hop in path.hops:
                if router.db_for_read(hop.target.model) != using:
                    raise UnsearchableError(hop.step.field.name)

    def access(self, row: Row) -> Iterator[Asked]:
        """Yield that the account sees the entities, and all that the conditions lead over."""
        account = self.site.account
        seen = self.entity_type.access.visible_to(account) if self.seen is None else self.seen
        yield Asked(row, (), of_row=seen)
        paths = (condition.path for condition in self.condition.conditions)
        asked = {each: None for path in paths for each in _seen_on(path, account)}
        yield from (Asked(row, parts, of_row=seen) for parts, seen in asked if seen)

    @property
    def revision(self) -> Any | None:
        """Return the expression for the revisions of entities, None where they have none."""
        name = self.entity_type.keys.revision
        place = name and self.entity_type.place(self.entity_type.field(name))
        return place.columns["value"].expression if isinstance(place, OneItem) else None

    @property
    def default_order(self) -> tuple[Any, ...]:
        """Return what entities are ordered by where all else is equal."""
        return ("pk",) if self.revision is None else (self.revision.asc(nulls_last=True), "pk")

    def window(self, start: int, limit: int) -> list[Any]:
        """Return the entities of a window, with what is shown of them.

        Their keys are asked for first: what else is shown of entities is not looked for in vain.
        Those that have no row, and hold no condition, come before all others, or after them where
        the first order is a descending one.
        """
        rows = self.rows()
        others = [] if self.is_restricted else self.without_rows
        if self.sorts and self.sorts[0].is_descending and others:
            after = self.after(rows, others, start, limit)
            return [*self.loaded(rows, start, limit), *after]
        before = others[start : start + limit]
        begin = max(start - len(others), 0)
        return [*before, *self.loaded(rows, begin, limit - len(before))]

    @property
    def without_rows(self) -> list[Any]:
        """Return the entities that have no row, in the order of their keys."""
        return self.entity_type.storage.without_rows(self.site)

    def after(
        self, rows: QuerySet[Any, Any], others: Sequence[Any], start: int, limit: int
    ) -> Sequence[Any]:
        """Return those of the entities that come after all rows which are in a window."""
        begin = start - rows.count()
        return others[max(begin, 0) : max(begin + limit, 0)]

    def loaded(self, rows: QuerySet[Any, Any], start: int, limit: int) -> list[Any]:
        """Return the entities of a window of rows."""
        try:
            keys = self.keys(rows, start, limit)
        except OperationalError as error:
            if not any(bound in str(error) for bound in SQLITE_BOUNDS):
                raise
            raise TooComplexError from None
        found = self.entity_type.storage.query().in_bulk(keys)
        entities = [found[key] for key in keys if key in found]
        self.entity_type.storage.complete(entities)
        return entities

    def keys(self, rows: QuerySet[Any, Any], start: int, limit: int) -> list[Any]:
        """Return the keys of a window of rows.

        An index has all by their revisions, if those are asked for that have one: the others are
        looked for where these do not fill the window.
        """
        window, keys = slice(start, start + limit), rows.values_list("pk", flat=True)
        if self.revision is not None and not (self.sorts or any(self.condition.conditions)):
            found = list(keys.filter(IsNull(self.revision, rhs=False))[window])
            if len(found) == limit:
                return found
        return list(keys[window])


def _seen_on(path: Path, account: Account) -> Iterator[tuple[Parts, Q]]:
    """Yield where a path comes by, and the condition for the account to see that of it."""
    steps = (*(hop.step for hop in path.hops), path.step)
    for number, step in enumerate(steps):
        yield parts_of(path.hops[:number]), step.seen
    for number, hop in enumerate(path.hops, 1):
        yield parts_of(path.hops[:number]), hop.target.access.visible_to(account)
