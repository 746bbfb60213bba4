"""``manage.py import_drupal_site FILE``: load a site that was described by an export."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drupal_jwt_auth.conf import SETTING_NAME
from drupal_jwt_auth.transfer.exceptions import SiteDescriptionError
from drupal_jwt_auth.transfer.lists import unserved_lists
from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter

SHOWN = 20
"""How many users or fields are named."""


class Command(BaseCommand):
    """Load roles, users, text formats, content types, terms, nodes and aliases."""

    help = (
        "Loads a Drupal site from a JSON description, all of it or nothing. "
        "A second run updates what the first has made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="The JSON file.")
        self.add_renumbering(parser)

    def add_renumbering(self, parser: ArgumentParser) -> None:
        """Take whether users get other numbers where theirs are taken."""
        parser.add_argument(
            "--renumber-users",
            action="store_true",
            help="Give a user whose number somebody else in this project has another number: "
            "clients see that as the uid. The accounts that are here stay as they are.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file and say what was loaded."""
        verbose = options["verbosity"] > 0
        progress = self.show_progress if verbose else None
        importer = SiteImporter(progress, renumber_users=options["renumber_users"])
        try:
            importer.load(self.read(options["file"]))
        except SiteDescriptionError as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        self.conclude(importer, verbose=verbose)

    def conclude(self, importer: SiteImporter, *, verbose: bool) -> None:
        """Say what was loaded, and what is to be done for the rest."""
        for missing in sorted(importer.missing):
            text = f"Some users cannot log in. {missing.text} {missing.hint}"
            self.stderr.write(self.style.WARNING(text))
        if verbose:
            self.show_result(importer)
        self.name_users_without_password(importer.without_password)
        self.name_unserved_lists()
        self.name_files_without_room(importer.without_room)

    def read(self, path: Path) -> dict[str, Any]:
        """Return the description in a file; raise SiteDescriptionError."""
        return read_site(path)

    def show_result(self, importer: SiteImporter) -> None:
        """Say what was loaded, and what is otherwise here than on the site."""
        loaded = ", ".join(f"{count} {kind}" for kind, count in importer.counts.items())
        self.stdout.write(f"Loaded {loaded or 'nothing'}.")
        for kind, count in importer.removed.items():
            what = kind.replace("_", " ")
            self.stdout.write(f"Removed {count} {what}, which the site has no more.")
        for uid, key in importer.users.renumbered.items():
            self.stdout.write(f"User {uid} of the site has the number {key} here.")
        if importer.kept_fields:
            self.stdout.write(
                "Fields that the file says nothing of were kept; delete them in the admin where "
                f"nobody needs them: {_shown(importer.kept_fields)}."
            )
        if importer.left_out:
            self.stdout.write(
                f"There is no place for these parts of the site: {_shown(importer.left_out)}."
            )
        for alias, path in importer.other_paths[:1]:
            self.stdout.write(
                f"Nothing is served at aliases of other paths, such as {alias} for {path}. "
                "They are kept, and listed in the admin under URL aliases."
            )

    def name_users_without_password(self, names: Sequence[str]) -> None:
        """Say whose hash was not kept, quiet or not: they cannot log in."""
        if names:
            shown = _shown(list(map(repr, names)))
            self.stderr.write(
                f"No password was kept for {len(names)} user(s), whose hash is neither Drupal's "
                f"nor of one of PASSWORD_HASHERS, or takes too long to verify: {shown}."
            )

    def name_unserved_lists(self) -> None:
        """Say which views of the site are not served, and why, quiet or not."""
        unserved = list(unserved_lists())
        if unserved:
            self.stderr.write(
                f"{len(unserved)} view(s) with a REST export are not served, but answered 501 "
                "where nothing else is at their path:"
            )
            for each in unserved:
                self.stderr.write(f"  {each}")

    def name_files_without_room(self, names: Sequence[str]) -> None:
        """Say which files are not here, quiet or not."""
        if names:
            self.stderr.write(
                f"There is no storage for {len(names)} private file(s): {_shown(names)}. Name one "
                f"of STORAGES in {SETTING_NAME}['PRIVATE_STORAGE'], and import the site again."
            )

    def show_progress(self, kind: str, done: int, count: int) -> None:
        """Say how far a long load is."""
        if done < count:
            self.stdout.write(f"{done} of {count} {kind} ...")
            self.stdout.flush()


def _shown(names: Sequence[str]) -> str:
    """Return the first of some names as a text."""
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
