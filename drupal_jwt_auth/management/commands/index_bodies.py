"""``manage.py index_bodies``: make the index that bodies of content are searched by, or drop it."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management.base import CommandError
from django.db import connections, router

from drupal_jwt_auth.content.node.body_index import body_index
from drupal_jwt_auth.content.search.index import SearchIndex
from drupal_jwt_auth.management.index_command import IndexCommand
from drupal_jwt_auth.models import Node


class Command(IndexCommand):
    """Let the database index the words of bodies, or let it forget them."""

    help = (
        "Makes a full-text index of the bodies of content, so that the list of content in the "
        "admin finds words in them, too. The database keeps it up to date from then on. While it "
        "is made, nobody can write content."
    )
    made = "Bodies are indexed."
    dropped = "Dropped the index of bodies."

    def indexes(self) -> Iterator[tuple[str, SearchIndex]]:
        """Yield the index."""
        using = router.db_for_write(Node)
        known = body_index(using)
        if known is None:
            raise CommandError(f"There is no such index for {connections[using].display_name}.")
        yield using, known.index
