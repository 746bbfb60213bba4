"""``manage.py prune_jwt_auth``: delete what is of no use any more."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import router
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.timezone import now

from drupal_jwt_auth.conf import MAX_LEEWAY, app_settings
from drupal_jwt_auth.content.content_log import Way, acting
from drupal_jwt_auth.models import (
    AuditEntry,
    ContentEntry,
    FailedLogin,
    File,
    RefreshToken,
    RevokedToken,
    UploadName,
)
from drupal_jwt_auth.models.upload_name import KEPT
from drupal_jwt_auth.transactions import locked

GRACE = MAX_LEEWAY
"""How long tokens are kept after their end.

So one that is used again shortly after is still known, clocks may differ, and what is deleted is no
good again if ``LEEWAY`` gets longer.
"""

BATCH = 1000


class Command(BaseCommand):
    """Delete old entries of the logs, tokens and failed logins of the past, unused files."""

    help = (
        "Deletes entries of the audit log and of the content log that are older than "
        "AUDIT_RETENTION, revoked and refresh tokens of which nothing has been good for a day, "
        "failed logins that count no more, and temporary files that nothing has used for "
        "TEMPORARY_FILE_LIFETIME. Run it once a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an option to look only."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be deleted, and delete nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many of each."""
        counts = [
            f"{rows.count() if options['dry_run'] else delete(rows)} {name}"
            for name, rows in outdated()
        ]
        files = unused_files()
        count = files.count() if options["dry_run"] else delete_files(files)
        if not options["dry_run"]:
            # Those of uploads that broke off with the server, or have long been those of files.
            _all(UploadName).filter(since__lt=now() - KEPT).delete()
        counts.append(f"{count} temporary files")
        if options["verbosity"] > 0:
            verb = "Would delete" if options["dry_run"] else "Deleted"
            self.stdout.write(f"{verb} {', '.join(counts)}.")


def outdated() -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield what is of no use any more, with what it is called."""
    yield "entries of the audit log", _outdated_entries(AuditEntry)
    # With the leeway a token is good after its end, so that it must be known as revoked.
    end = now() - GRACE - app_settings.LEEWAY
    # While one of them is kept, something of its login may be good.
    of_login = _all(RefreshToken).filter(session=OuterRef("key"), kept_until__gte=end)
    yield "revoked tokens", _all(RevokedToken).filter(~Exists(of_login), expires_at__lt=end)
    yield "refresh tokens", _all(RefreshToken).filter(kept_until__lt=end)
    yield "failed logins", _all(FailedLogin).filter(until__lt=time.time())
    yield "entries of the content log", _outdated_entries(ContentEntry)


def _outdated_entries(log: type[Model]) -> QuerySet[Any]:
    """Return the entries of a log that were kept for long enough."""
    retention, entries = app_settings.AUDIT_RETENTION, _all(log)
    return entries.none() if retention is None else entries.filter(timestamp__lt=now() - retention)


def unused_files() -> QuerySet[File]:
    """Return the temporary files that nothing uses, and nobody has touched for long."""
    lifetime, files = app_settings.TEMPORARY_FILE_LIFETIME, _all(File)
    if lifetime is None:
        return files.none()
    return files.filter(status=False, usages=None, changed__lt=now() - lifetime)


def delete(rows: QuerySet[Any]) -> int:
    """Delete rows in batches, so that none locks the table for long, and return how many."""
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        deleted, _ = rows.filter(pk__in=keys).delete()
        count += deleted
    return count


def delete_files(files: QuerySet[File]) -> int:
    """Delete files one by one, and return how many; their bytes go with them.

    One that somebody begins to use at the same moment stays: whoever comes first has it locked,
    and what it is, is asked then.
    """
    count = 0
    for key in list(files.order_by().values_list("pk", flat=True)):
        with locked(File, key):
            file = files.filter(pk=key).first()
            if file is not None:
                with acting(lambda: None, Way.PRUNING):
                    file.delete()
                count += 1
    return count


def _all(model: type[Model]) -> QuerySet[Any]:
    """Return all rows, where they are written: a copy may not know yet what was deleted."""
    return model._default_manager.using(router.db_for_write(model))
