"""What an import does for each list of a site; a module a kind says what is special about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from django.db import connections, models, router

from drupal_jwt_auth.auth.missing_hashers import Missing
from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.content_log import Action, note
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.transfer.site_users import SiteUsers

Row = Mapping[str, Any]
Rows = Collection[Row]
"""The entries of a list, gone through as often as needed: in memory, or on disk."""
Site = Mapping[str, Any]
"""What `read_site` returns: the lists by their names."""
Progress = Callable[[str, int, int], None]

KNOWN = "known"
"""Under which name a site has the names of all entries, by part, where some are left out."""
STATE = "state"
"""Under which name a site has what the next import is to know of this one."""
LEFT_OUT = "left_out"
"""Under which name `read_site` tells what of a site is not loaded."""
WAY_OUT = "Import the site into an empty database, or delete what is here first."


class ImportRun:
    """What an import works with, and what it tells afterwards.

    ``counts`` tells how many rows of which kind were loaded, ``removed`` how many were removed,
    ``users`` under which keys the users
    are here, ``without_password`` the names of those whose hash no hasher can read, ``missing``
    what the others need to log in, and ``other_paths`` the aliases that nothing is served at:
    (alias, path). ``kept_fields`` are those of its bundles that it does not name. ``without_room``
    names the private files whose bytes there is no storage for, ``left_out`` the parts of the site
    that there is no place for. ``progress`` is called with (kind, done, all) as it goes on.

    ``undo`` has what takes back what no database does, such as files that were stored, and
    ``closing`` what is done in any case in the end.
    """

    users: SiteUsers
    before: Mapping[str, Any] = MappingProxyType({})
    """What the last import has left, as its ``brought``."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.progress = progress or (lambda _kind, _done, _count: None)
        self.other_paths: list[tuple[str, str]] = []
        self.kept_fields: list[str] = []
        self.counts: Counter[str] = Counter()
        self.removed: Counter[str] = Counter()
        self.without_password: list[str] = []
        self.missing: set[Missing] = set()
        self.without_room: list[str] = []
        self.left_out: list[str] = []
        self.undo = ExitStack()
        self.closing = ExitStack()
        # What was loaded is looked at where it is: a copy of the database does not have it yet.
        self.using = router.db_for_write(Node)

    @cached_property
    def folder(self) -> Path:
        """Return a folder for what is kept until all is loaded."""
        return Path(self.closing.enter_context(TemporaryDirectory()))

    def save(
        self,
        model: type[models.Model],
        kind: str,
        key: dict[str, Any],
        values: Mapping[str, Any],
        **values_when_new: Any,
    ) -> Any:
        """Make or update a row, count it and return it; one that is as described is not saved."""
        self.counts[kind] += 1
        defaults = {name: value for name, value in values.items() if name not in key}
        stored = model._default_manager.using(self.using).filter(**key).first()
        if stored and all(getattr(stored, name) == defaults[name] for name in defaults):
            return stored
        row, _made = model._default_manager.update_or_create(
            **key, defaults=defaults, create_defaults={**defaults, **values_when_new}
        )
        return row


class Named(NamedTuple):
    """Where an entry names another one: the property, what the other is, and its name."""

    property: str
    noun: str
    name: Any


class Loader(ABC):
    """How the entries of one list of a site come into the database.

    ``part`` is the name of the list, ``noun`` what an entry is, ``model`` the table, ``key`` the
    property that an entry is known by, ``unique`` the properties of which no two entries may have
    the same value.
    """

    part: ClassVar[str]
    noun: ClassVar[str]
    model: ClassVar[type[models.Model]]
    key: ClassVar[str]
    unique: ClassVar[Collection[str]]

    def __init__(self, run: ImportRun, site: Site) -> None:
        self.run = run
        self.site = site
        self.rows: Rows = site[self.part]

    def names(self) -> set[Any]:
        """Return the names under which others may name the entries."""
        known: Mapping[str, Set[Any]] = self.site.get(KNOWN, {})
        return {*known.get(self.part, ()), *(row[self.key] for row in self.rows)}

    def named(self, row: Row) -> Iterator[Named]:
        """Yield what an entry names."""
        return iter(())

    def conflicts(self) -> Iterator[str]:
        """Yield place and reason for what cannot be loaded beside what is here."""
        return iter(())

    def faults(self) -> Iterator[str]:
        """Yield place and reason for what cannot be loaded anywhere."""
        return iter(())

    def last_numbers(self) -> Iterator[tuple[type[models.Model], int]]:
        """Yield tables with their last number of the entries: nobody else may get one up to it."""
        return iter(())

    @abstractmethod
    def load(self) -> None:
        """Load the entries."""

    def brought(self) -> Any:
        """Return what the next import is to know of the entries, as JSON has it."""
        return None


class ContentLoader(Loader):
    """A list of what has a number and a UUID."""

    def conflicts(self) -> Iterator[str]:
        """Yield where a number is here under another UUID, or a UUID under another number."""
        here = self.model._default_manager.using(self.run.using)
        place = 0
        for batch in batches(self.rows):
            numbers, uuids = ([row[name] for row in batch] for name in (self.key, "uuid"))
            uuid_of = dict(here.filter(pk__in=numbers).values_list("pk", "uuid"))
            number_of = dict(here.filter(uuid__in=uuids).values_list("uuid", "pk"))
            for index, (number, uuid) in enumerate(zip(numbers, uuids, strict=True), start=place):
                if uuid_of.get(number, uuid) != uuid:
                    yield (
                        f"{self.part}[{index}].{self.key}: there is a {self.noun} {number} "
                        f"already, with the UUID {uuid_of[number]!r} instead of {uuid!r}. {WAY_OUT}"
                    )
                if number_of.get(uuid, number) != number:
                    yield (
                        f"{self.part}[{index}].uuid: there is a {self.noun} with the UUID {uuid!r} "
                        f"already, with the number {number_of[uuid]} instead of {number}. {WAY_OUT}"
                    )
            place += len(batch)

    def remove(self) -> None:
        """Remove what the last import has brought and the site has no more."""
        here = self.model._default_manager.using(self.run.using)
        for batch in batches(sorted(self._numbers_before() - self.names())):
            for row in here.filter(pk__in=batch):
                row.delete()
                self.run.removed[self.part] += 1

    def brought(self) -> Any:
        """Return the numbers that are the site's, also of what has gone and stays."""
        numbers = self._numbers_before() | {row[self.key] for row in self.rows}
        if not numbers:
            return []
        here = self.model._default_manager.using(self.run.using)
        return runs(
            key for key in here.order_by("pk").values_list("pk", flat=True) if key in numbers
        )

    def _numbers_before(self) -> set[int]:
        before = self.run.before.get(self.part, ())
        return {number for first, last in before for number in range(first, last + 1)}

    def last_numbers(self) -> Iterator[tuple[type[models.Model], int]]:
        """Yield the table with the last number, if there is an entry."""
        if self.rows:
            yield self.model, max(row[self.key] for row in self.rows)


class ConfigLoader(Loader):
    """A list of what goes by a machine name, and has a UUID."""

    def conflicts(self) -> Iterator[str]:
        """Yield where the UUID of an entry is here under another name."""
        name_of = self.names_by_uuid()
        for index, row in enumerate(self.rows):
            name = self.name_here(row)
            other = name_of.get(row["uuid"], name)
            if other != name:
                yield (
                    f"{self.part}[{index}].uuid: {other!r} has the UUID {row['uuid']!r} "
                    "here already."
                )

    def brought(self) -> list[str]:
        """Return the names of the entries."""
        return sorted(row[self.key] for row in self.rows)

    def gone(self) -> set[str]:
        """Return the names of what the last import has brought, and the site has no more."""
        return {*self.run.before.get(self.part, ())} - {row[self.key] for row in self.rows}

    def name_here(self, row: Row) -> str:
        """Return the name that an entry has here."""
        return str(row[self.key])

    def names_by_uuid(self) -> dict[str, str]:
        """Return the names of what is here, by the UUIDs."""
        here = self.model._default_manager.using(self.run.using)
        return dict(here.values_list("uuid", self.key))


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Return ascending numbers as the first and the last one of each run without a hole."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def upsert(
    model: type[models.Model],
    rows: Sequence[models.Model],
    key: str,
    owner: str = "uuid",
    keep: Set[str] = frozenset(),
) -> None:
    """Make rows, or update those that are there under the same key with the same owner.

    The key of another owner, which it may have got just now, is an IntegrityError. It waits for
    whoever has locked a row. Fields to ``keep`` are not described: those of a row that is there
    stay.

    MySQL cannot be told which value decides whether a row is there: it would overwrite one that
    has any unique value in common. So it is asked to update only where there is one with the key.
    """
    fields = {field.name for field in model._meta.concrete_fields}
    alias = router.db_for_write(model)
    manager = model._default_manager.using(alias)
    known = set(manager.filter(pk__in=[row.pk for row in rows]).values_list(key, owner))
    column: Any = model._meta.get_field(owner)
    there = {row.pk for row in rows if (row.pk, getattr(row, column.attname)) in known}
    new = [row for row in rows if row.pk not in there]
    old = [row for row in rows if row.pk in there]
    manager.bulk_create(new)
    can_be_told = connections[alias].features.supports_update_conflicts_with_target
    manager.bulk_create(
        old,
        update_conflicts=True,
        unique_fields=[key] if can_be_told else None,
        update_fields=sorted(fields - keep - {key}),
    )
    # Django tells nobody of rows that are written together.
    note(model, new, Action.CREATED)
    note(model, old, Action.UPDATED)
