"""A Drupal database as a site to be loaded: read once, as one state, and kept on disk meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import time
from typing import Any

from drupal_jwt_auth.files.storage import PRIVATE, PUBLIC
from drupal_jwt_auth.transfer.drupal.configuration import SiteConfiguration, read_objects
from drupal_jwt_auth.transfer.drupal.content import SiteContent
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase, Row
from drupal_jwt_auth.transfer.drupal.leftovers import note_leftovers
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.times import with_times
from drupal_jwt_auth.transfer.drupal.version import check_version
from drupal_jwt_auth.transfer.loader import KNOWN, STATE, Progress
from drupal_jwt_auth.transfer.other_entities import bundles_part
from drupal_jwt_auth.transfer.site_description import describe
from drupal_jwt_auth.transfer.stored_rows import StoredRows


def read_drupal(
    database: DrupalDatabase,
    report: Report,
    *,
    files: Path | None = None,
    private_files: Path | None = None,
    since: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the site in an open database, as `SiteImporter.load` takes it.

    ``files`` and ``private_files`` are the folders in which Drupal keeps them; ``since`` is a time
    in Unix time, before which what was changed last is left as it is here. Raise
    DrupalDatabaseError for what is no site that can move in.
    """
    moment = int(time())
    check_version(database, report)
    configuration = SiteConfiguration(read_objects(database, report), report)
    described = configuration.described()
    content = SiteContent(database, configuration, described, report, since=since)
    folders = {PUBLIC: files, PRIVATE: private_files}
    readers = {
        "users": content.users(),
        "terms": content.terms(),
        "files": content.files({name: each for name, each in folders.items() if each is not None}),
        "nodes": content.nodes(),
        "comments": content.comments(),
        "path_aliases": content.path_aliases(),
    }
    site = describe({**described, "anonymous_uuid": content.anonymous_uuid()}, "The database")
    for part, rows in readers.items():
        total = len(content.numbers[part])
        whole = with_times(rows, part, report)
        site[part] = StoredRows(_watched(whole, part, total, progress))
        report.read[part] = len(site[part])
    for entity_type, tables, bundles in content.others:
        name = entity_type.id
        site[bundles_part(name)] = bundles
        rows = content.other(entity_type, tables, bundles)
        site[name] = StoredRows(_watched(rows, name, len(content.numbers[name]), progress))
        report.read[name] = len(site[name])
    site[KNOWN] = content.numbers
    site[STATE] = {"read": moment}
    note_leftovers(database, configuration, report)
    return site


def _watched(
    rows: Iterable[Row], part: str, total: int, progress: Progress | None
) -> Iterator[Row]:
    """Yield rows, and say now and then how many there were."""
    for count, row in enumerate(rows, start=1):
        yield row
        if progress is not None and count % STEP == 0:
            progress(f"{part} read", count, total)


STEP = 500
"""After how many rows it is said how far the reading is."""
