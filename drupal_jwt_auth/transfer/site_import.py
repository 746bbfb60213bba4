"""Loading a described site into the database: ids, UUIDs and password hashes kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError, connections, router

from drupal_jwt_auth.content.content_log import Way, acting
from drupal_jwt_auth.models import ConfigObject, Node
from drupal_jwt_auth.models.numbering import continue_after
from drupal_jwt_auth.transactions import locked
from drupal_jwt_auth.transfer.comments import CommentLoader, CommentTypeLoader
from drupal_jwt_auth.transfer.configuration import ConfigurationLoader
from drupal_jwt_auth.transfer.exceptions import SiteConflictError, SiteDescriptionError
from drupal_jwt_auth.transfer.files import FileLoader
from drupal_jwt_auth.transfer.loader import (
    LEFT_OUT,
    STATE,
    ContentLoader,
    ImportRun,
    Loader,
    Progress,
    Site,
)
from drupal_jwt_auth.transfer.node_types import NodeTypeLoader
from drupal_jwt_auth.transfer.nodes import NodeLoader
from drupal_jwt_auth.transfer.other_entities import other_loaders
from drupal_jwt_auth.transfer.path_aliases import PathAliasLoader
from drupal_jwt_auth.transfer.roles import RoleLoader
from drupal_jwt_auth.transfer.site_users import SiteUsers
from drupal_jwt_auth.transfer.taxonomy import TermLoader, VocabularyLoader
from drupal_jwt_auth.transfer.text_formats import TextFormatLoader
from drupal_jwt_auth.transfer.users import UserFieldLoader, UserLoader

LOADERS: Sequence[type[Loader]] = (
    ConfigurationLoader,
    TextFormatLoader,
    VocabularyLoader,
    NodeTypeLoader,
    RoleLoader,
    UserFieldLoader,
    UserLoader,
    TermLoader,
    FileLoader,
    NodeLoader,
    PathAliasLoader,
    CommentTypeLoader,
    CommentLoader,
)
"""In the order in which they load: each after what its entries name."""


LAST_IMPORT = "drupal_jwt_auth.import"
"""The configuration object of what the last import of a database has left for the next one.

``read`` is when it began to read, in Unix time, ``brought`` what it has brought, by part.
"""


class SiteImporter(ImportRun):
    """Load a described site, all of it or nothing; what is there under the same ids is updated.

    ``renumber_users`` gives users of the site whose number somebody else has another one. With
    ``remove``, what the last import has brought and the site has no more is deleted; users of whom
    that is so are blocked, as any table may name them.
    """

    def __init__(
        self,
        progress: Progress | None = None,
        *,
        renumber_users: bool = False,
        remove: bool = False,
    ) -> None:
        super().__init__(progress)
        self.renumber_users = renumber_users
        self.remove = remove

    def load(self, site: Site) -> None:
        """Load a site as `read_site` returns it; raise SiteDescriptionError."""
        with unlogged(self.using), acting(lambda: None, Way.IMPORT), _refusing():
            self._load(site, self._checked(site))

    def check(self, site: Site) -> None:
        """Raise SiteDescriptionError for what would keep a site from being loaded; load nothing.

        What the database itself refuses is told only by a load.
        """
        with unlogged(self.using), _refusing():
            self._checked(site)

    def _checked(self, site: Site) -> list[Loader]:
        """Return what loads the parts of a site, each of which can be loaded."""
        self.left_out = site.get(LEFT_OUT, [])
        if STATE in site:
            state = ConfigObject.objects.using(self.using).data_of(LAST_IMPORT) or {}
            self.before = state.get("brought", {})
        loaders = [loader(self, site) for loader in (*LOADERS, *other_loaders(site))]
        _check_names(loaders)
        self.users = SiteUsers(site["users"], self.using, renumber=self.renumber_users)
        for loader in loaders:
            for fault in loader.conflicts():
                raise SiteConflictError(fault)
        for loader in loaders:
            for fault in loader.faults():
                raise SiteDescriptionError(fault)
        return loaders

    def _load(self, site: Site, loaders: Sequence[Loader]) -> None:
        # Databases do not take these back: what is refused must be so by now.
        for loader in loaders:
            for model, number in loader.last_numbers():
                continue_after(model, number, self.using)
        with self.closing, self.undo:
            with locked(Node):
                for loader in loaders:
                    loader.load()
                if self.remove:
                    # Each before what it names.
                    for loader in reversed(loaders):
                        if isinstance(loader, ContentLoader):
                            loader.remove()
                self._keep_state(site, loaders)
            # The database has it all: nothing is undone any more.
            self.undo.pop_all()

    def _keep_state(self, site: Site, loaders: Sequence[Loader]) -> None:
        """Keep what the next import is to know of this one."""
        if STATE in site:
            brought = {loader.part: loader.brought() for loader in loaders}
            # Of what this one has no place for, a later one may have one again.
            data = {**site[STATE], "brought": {**self.before, **brought}}
            ConfigObject.objects.update_or_create(name=LAST_IMPORT, defaults={"data": data})


@contextmanager
def unlogged(using: str) -> Iterator[None]:
    """Have queries be forgotten, which Django keeps while ``DEBUG`` is on.

    Those that load a large site would fill the memory.
    """
    connection = connections[using]
    before = connection.queries_log
    if settings.DEBUG:
        connection.queries_log = deque(maxlen=0)
    try:
        yield
    finally:
        connection.queries_log = before


@contextmanager
def _refusing() -> Iterator[None]:
    """Tell what a database refuses as what is wrong with the site."""
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise SiteDescriptionError(f"The site cannot be put into this database: {error}") from error


MARGIN = 3600
"""How long before an import began to read something may have changed that it has not seen.

Drupal notes when a request began, which may have been saved later, and by another clock.
"""


def last_import() -> int | None:
    """Return since when a site may have changed that was imported, in Unix time, or None."""
    data = ConfigObject.objects.using(router.db_for_write(ConfigObject)).data_of(LAST_IMPORT)
    return None if data is None else max(0, int(data["read"]) - MARGIN)


def _check_names(loaders: Sequence[Loader]) -> None:
    """Raise SiteDescriptionError for a name that stands twice, and for one of nothing."""
    for loader in loaders:
        for name in loader.unique:
            places: dict[Any, int] = {}
            for index, row in enumerate(loader.rows):
                value = row[name]
                if value is not None and value in places:
                    raise SiteDescriptionError(
                        f"{loader.part}[{index}].{name}: "
                        f"{loader.part}[{places[value]}] has {value!r} too."
                    )
                places[value] = index
    known = {loader.noun: loader.names() for loader in loaders}
    for loader in loaders:
        for index, row in enumerate(loader.rows):
            for named in loader.named(row):
                if named.name not in known[named.noun]:
                    raise SiteDescriptionError(
                        f"{loader.part}[{index}].{named.property}: "
                        f"there is no {named.noun} {named.name!r} in the site."
                    )
