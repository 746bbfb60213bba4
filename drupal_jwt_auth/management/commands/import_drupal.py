"""``manage.py import_drupal --database URL``: move a Drupal site, read from its database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from os.path import isdir
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.timezone import is_naive, make_aware

from drupal_jwt_auth.management.commands import import_drupal_site
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase
from drupal_jwt_auth.transfer.drupal.dumps import restored
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.source import read_drupal
from drupal_jwt_auth.transfer.exceptions import SiteDescriptionError
from drupal_jwt_auth.transfer.progress import ProgressLines
from drupal_jwt_auth.transfer.site_import import SiteImporter, last_import

LAST = "last"
"""What stands for the moment at which the last import began to read."""


class Command(import_drupal_site.Command):
    """Load a site from its database, and say what becomes of all that there is no place for."""

    help = (
        "Moves a Drupal site here: reads its database, in which nothing is changed, and loads it, "
        "all of it or nothing. A second run brings what has changed since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where the site is, and what is to be done."""
        parser.add_argument(
            "--database",
            required=True,
            metavar="URL",
            help="mysql://user:password@host:3306/name, pgsql://..., or sqlite:///file. With "
            "--dump of MySQL or PostgreSQL: where it is restored to, a database that is made "
            "for it and deleted afterwards.",
        )
        parser.add_argument("--prefix", default="", help="What the names of all tables begin with.")
        parser.add_argument(
            "--dump", type=Path, metavar="FILE", help="Read a dump instead, .sql or .sql.gz."
        )
        parser.add_argument(
            "--files", type=Path, metavar="DIR", help="The folder sites/default/files."
        )
        parser.add_argument(
            "--private-files", type=Path, metavar="DIR", help="The folder of private files."
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="Write what was found there, as JSON."
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Read, report, say what would keep it from being loaded, and change nothing.",
        )
        parser.add_argument(
            "--since",
            metavar="TIME",
            help="Leave content that has not changed since: 2026-11-27T04:00, or 'last' for the "
            "last import.",
        )
        parser.add_argument(
            "--remove",
            action="store_true",
            help="Delete what the last import has brought and the site has no more.",
        )
        self.add_renumbering(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, and say what was found."""
        report = Report()
        importer = self.importer(options)
        progress = importer.progress if options["verbosity"] > 0 else None
        try:
            with (
                restored(options["dump"], options["database"]) as url,
                DrupalDatabase(url, options["prefix"]) as database,
            ):
                site = read_drupal(
                    database,
                    report,
                    files=_folder(options["files"]),
                    private_files=_folder(options["private_files"]),
                    since=moment(options["since"]),
                    progress=progress,
                )
            # What was read is on disk: the old site need not wait until all is loaded.
            self.progress.end()
            self.show_findings(report, options["report"], verbose=options["verbosity"] > 0)
            if options["dry_run"]:
                importer.check(site)
            else:
                importer.load(site)
        except SiteDescriptionError as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        finally:
            self.progress.end()
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")
        else:
            self.conclude(importer, verbose=options["verbosity"] > 0)

    def importer(self, options: Any) -> SiteImporter:
        """Return what loads the site, and tells how far it is."""
        self.progress = ProgressLines(self.stdout)
        return SiteImporter(
            self.progress if options["verbosity"] > 0 else None,
            renumber_users=options["renumber_users"],
            remove=options["remove"],
        )

    def show_findings(self, report: Report, path: Path | None, *, verbose: bool) -> None:
        """Say what was found, and write it to a file."""
        if path is not None:
            document = json.dumps(report.document(), indent=2, ensure_ascii=False)
            try:
                path.write_text(f"{document}\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(
                    f"The report cannot be written: {error}\nNothing was changed."
                ) from error
        if verbose:
            read = ", ".join(
                f"{count:,} {part.replace('_', ' ')}" for part, count in report.read.items()
            )
            self.stdout.write(f"Read {read} from Drupal {report.facts['drupal']}.")
            for line in report.lines():
                self.stdout.write(f"  {line}")


def _folder(path: Path | None) -> Path | None:
    """Return a folder; raise CommandError where there is none."""
    # Unlike a path, this says no of a folder in one that nobody lets us see.
    if path is not None and not isdir(path):
        raise CommandError(f"There is no folder {path}, or none that may be looked into.")
    return path


def moment(text: str | None) -> int:
    """Return a time in Unix time, 0 for none; raise CommandError."""
    if text is None:
        return 0
    if text == LAST:
        found = last_import()
        if found is None:
            raise CommandError("No database was imported before: leave --since out.")
        return found
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no time such as 2026-11-27T04:00.") from None
    return int((make_aware(at) if is_naive(at) else at).timestamp())
