"""What the commands for indexes do alike: make them, or drop them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from drupal_jwt_auth.content.search.index import SearchIndex


class IndexCommand(BaseCommand, ABC):
    """Make indexes, or drop them; ``made`` and ``dropped`` say which it has done."""

    made: str
    dropped: str

    @abstractmethod
    def indexes(self) -> Iterator[tuple[str, SearchIndex]]:
        """Yield the indexes, each after its database; raise CommandError if there can be none."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an option to undo it."""
        parser.add_argument("--drop", action="store_true", help="Drop the index again.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the indexes, or drop them; raise CommandError where the database refuses it."""
        for using, index in self.indexes():
            change = index.drop_from if options["drop"] else index.make_on
            try:
                change(using)
            except DatabaseError as error:
                raise CommandError(f"The database refuses: {error}") from error
        if options["verbosity"] > 0:
            self.stdout.write(self.dropped if options["drop"] else self.made)
