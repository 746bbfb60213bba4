"""``manage.py index_names``: make the indexes that names are searched by, or drop them."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management.base import CommandError

from drupal_jwt_auth.content.search.index import SearchIndex
from drupal_jwt_auth.content.search.names import name_indexes
from drupal_jwt_auth.management.index_command import IndexCommand


class Command(IndexCommand):
    """Let the database index all parts of names and titles, or let it forget them."""

    help = (
        "Makes indexes of all parts of titles of content, of names of terms, files and users, and "
        "of subjects and authors of comments, so that the lists of the admin find rare words in "
        "them without a look at all rows. The database keeps them up to date from then on. While "
        "they are made, nobody can write these."
    )
    made = "Names are indexed."
    dropped = "Dropped the indexes of names."

    def indexes(self) -> Iterator[tuple[str, SearchIndex]]:
        """Yield the indexes of all columns that can have one."""
        known = [*name_indexes()]
        if not known:
            raise CommandError("There are no such indexes for this database.")
        for using, each in known:
            yield using, each.index
