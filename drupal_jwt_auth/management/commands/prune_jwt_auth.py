"""``manage.py prune_jwt_auth``: delete what is of no use any more."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import router
from django.db.models import Model, QuerySet
from django.utils.timezone import now

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import AuditEntry, RefreshToken, RevokedToken

GRACE = timedelta(days=1)
"""How long tokens are kept after their end: one that is used again shortly after is still known."""

BATCH = 1000


class Command(BaseCommand):
    """Delete old entries of the audit log, and tokens that have expired."""

    help = (
        "Deletes entries of the audit log that are older than AUDIT_RETENTION, and revoked and "
        "refresh tokens that expired more than a day ago. Run it once a day."
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
        if options["verbosity"] > 0:
            verb = "Would delete" if options["dry_run"] else "Deleted"
            self.stdout.write(f"{verb} {', '.join(counts)}.")


def outdated() -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield what is of no use any more, with what it is called."""
    retention = app_settings.AUDIT_RETENTION
    entries = _all(AuditEntry)
    kept_for_ever = entries.none()
    yield (
        "entries of the audit log",
        kept_for_ever if retention is None else entries.filter(timestamp__lt=now() - retention),
    )
    # With the leeway a token is good after its end, so that it must be known as revoked.
    end = now() - max(GRACE, app_settings.LEEWAY)
    yield "revoked tokens", _all(RevokedToken).filter(expires_at__lt=end)
    yield "refresh tokens", _all(RefreshToken).filter(expires_at__lt=end)


def delete(rows: QuerySet[Any]) -> int:
    """Delete rows in batches, so that none locks the table for long, and return how many."""
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        deleted, _ = _all(rows.model).filter(pk__in=keys).delete()
        count += deleted
    return count


def _all(model: type[Model]) -> QuerySet[Any]:
    """Return all rows, where they are written: a copy may not know yet what was deleted."""
    return model._default_manager.using(router.db_for_write(model))
