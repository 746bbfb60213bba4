"""The lists that there are: those of the project, and those of the site that was imported.

Read whole, and kept until the stamp of the content model changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import router

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure
from drupal_jwt_auth.content.lists.declaration import EntityList
from drupal_jwt_auth.content.lists.list_fields import ListFields
from drupal_jwt_auth.content.lists.registry import LISTS
from drupal_jwt_auth.content.lists.views import displays, read_display
from drupal_jwt_auth.models import ConfigObject

VIEW, DATE_FORMAT = "view", "date_format"
"""The types of configuration that lists are made of."""


@dataclass(frozen=True)
class KnownList:
    """A list, where it comes from, and what keeps it from being served.

    ``view`` is the machine name of the view that it was imported with, None for one of the project.
    """

    declared: EntityList
    name: str
    faults: Sequence[str]
    view: str | None = None


@dataclass(frozen=True)
class KnownLists:
    """All lists, and how dates are shown in the formats of the site, as they were at a stamp.

    ``own`` are those that the project had declared by then.
    """

    stamp: str | None
    own: Sequence[EntityList]
    lists: Sequence[KnownList]
    date_formats: Mapping[str, str]

    def at(self, path: str) -> tuple[KnownList, list[str]] | None:
        """Return the list at a path, and what the path has for its contextual filters.

        Of several the first one: the project's own, and paths that have no parts in braces.
        """
        for known in self.lists:
            arguments = known.declared.arguments(path)
            if arguments is not None:
                return known, arguments
        return None


_known = KnownLists(stamp=None, own=(), lists=(), date_formats={})


def known_lists(structure: Structure) -> KnownLists:
    """Return the lists that there are as the content model is, read anew where it has changed."""
    # One for the process: who replaces it replaces all of it at once.
    global _known  # noqa: PLW0603
    now = structure.stamp, tuple(LISTS)
    if structure.stamp is None or now != (_known.stamp, _known.own):
        _known = _read(structure)
    return _known


def _read(structure: Structure) -> KnownLists:
    prefixes = {name: ENTITY_TYPES.config(name).prefix for name in (VIEW, DATE_FORMAT)}
    # Where it is written, as the structure is.
    objects = ConfigObject.objects.using(router.db_for_write(ConfigObject))
    stored = dict(
        objects.beginning_with(map(str, prefixes.values()))
        .order_by("pk")
        .values_list("name", "data")
    )
    views = [data for name, data in stored.items() if name.startswith(f"{prefixes[VIEW]}.")]
    lists = [*_declared(structure), *_imported(views, structure)]
    lists.sort(key=lambda known: (known.view is not None, known.declared.path.count("{")))
    date_formats = {
        name.removeprefix(f"{prefixes[DATE_FORMAT]}."): str(data.get("pattern", ""))
        for name, data in stored.items()
        if name.startswith(f"{prefixes[DATE_FORMAT]}.")
    }
    return KnownLists(structure.stamp, tuple(LISTS), lists, date_formats)


def _declared(structure: Structure) -> Iterator[KnownList]:
    for declared in LISTS:
        yield KnownList(declared, declared.label, ListFields(declared, structure).faults())


def _imported(views: Sequence[Mapping[str, object]], structure: Structure) -> Iterator[KnownList]:
    for view in views:
        view_id = str(view.get("id"))
        for name, display in displays(view):
            declared, unsupported = read_display(display, structure)
            faults = unsupported or ListFields(declared, structure).faults()
            yield KnownList(declared, f"{view_id}:{name}", faults, view_id)
