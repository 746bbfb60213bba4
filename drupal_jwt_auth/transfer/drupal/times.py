"""Points in time of a Drupal site, whose columns take any number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from drupal_jwt_auth.fields.clocks import is_shown_by_all
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.transfer.drupal.database import Row
from drupal_jwt_auth.transfer.drupal.report import Report

TIMES = ("created", "changed", "access", "login", "revision_timestamp", "revision_created")
"""What is a point in time in the description of an entity, or of a revision."""


def with_times(rows: Iterable[Row], part: str, report: Report) -> Iterator[Row]:
    """Yield the entries of a part with times that can be kept."""
    for row in rows:
        for holder in (row, *row.get("revisions", ())):
            for name in TIMES:
                if name in holder:
                    holder[name] = kept_time(holder[name], f"{part} {row['uuid']}", report)
        yield row


def kept_time(seconds: Any, entity: str, report: Report) -> int:
    """Return a time that each database has, and a page in any time zone shows; note others."""
    try:
        if is_shown_by_all(from_unix(seconds)):
            return int(seconds)
    except (OverflowError, TypeError):
        pass
    report.note(
        "Values", "times of entities that are none", "kept as 1970.", f"{entity}: {seconds}"
    )
    return 0
