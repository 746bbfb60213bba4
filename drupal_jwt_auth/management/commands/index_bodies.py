"""``manage.py index_bodies``: make the index that bodies of content are searched by, or drop it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections, router

from drupal_jwt_auth.content.node.body_index import create_index, drop_index, index_of
from drupal_jwt_auth.models import Node


class Command(BaseCommand):
    """Let the database index the words of bodies, or let it forget them."""

    help = (
        "Makes a full-text index of the bodies of content, so that the list of content in the "
        "admin finds words in them, too. The database keeps it up to date from then on. While it "
        "is made, nobody can write content."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an option to undo it."""
        parser.add_argument(
            "--drop", action="store_true", help="Drop the index: bodies are searched no longer."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the index, or drop it."""
        using = router.db_for_write(Node)
        index = index_of(using)
        if index is None:
            name = connections[using].display_name
            raise CommandError(f"There is no such index for {name}.")
        if options["drop"]:
            drop_index(index, using)
        else:
            create_index(index, using)
        if options["verbosity"] > 0:
            done = "Dropped the index of bodies." if options["drop"] else "Bodies are indexed."
            self.stdout.write(done)
