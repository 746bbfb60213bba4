"""Rows that are searched by their names: titles of content, names of terms, files and users.

A search is for words anywhere in a name, for which a database goes through all names. Where it has
indexes of their parts it is asked before which rows may be meant: if these are few, no others are
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections, router
from django.db.models import Model

from drupal_jwt_auth.content.search.name_index import INDEXES, NameIndex
from drupal_jwt_auth.content.user.columns import email_column, username_column
from drupal_jwt_auth.models import Comment, File, Node, Term

FEW = 1000
"""How many rows are few: of more that have a part, an index does not say which these are."""

TRIED = 3
"""Of how many terms it is asked which rows have them."""

_NAMES: dict[type[Model], tuple[str, ...]] = {
    Node: ("title",),
    Term: ("name",),
    Comment: ("subject", "name", "mail"),
    File: ("filename",),
}


def names_of(model: type[Model]) -> tuple[str, ...]:
    """Return the columns that hold the names of a model's rows."""
    if model is get_user_model():
        columns = dict.fromkeys((username_column(), email_column()))
        return tuple(name for name in columns if name is not None)
    return _NAMES.get(model, ())


def name_indexes() -> Iterator[tuple[str, NameIndex]]:
    """Yield the indexes that there can be, each after the database that has the column."""
    for model in (*_NAMES, get_user_model()):
        using = router.db_for_write(model)
        for name in names_of(model):
            found = name_index(model, name, using)
            if found is not None:
                yield using, found


def name_index(model: type[Model], name: str, using: str) -> NameIndex | None:
    """Return the index that a column can have, None where it can have none.

    That is so for one of another table, whose rows may have other keys.
    """
    make = INDEXES.get(connections[using].vendor)
    column = model._meta.get_field(name)
    return None if make is None or column.model is not model else make(column, using)


def keys_by_names(
    model: type[Model], names: Iterable[str], terms: Iterable[str], using: str
) -> set[Any] | None:
    """Return the keys of a few rows, among which are all that have each of the terms in a name.

    They have the longest of the terms that few rows have. Where there is no such term, or not an
    index of each of the names, None is returned.
    """
    longest = sorted(terms, key=len, reverse=True)[:TRIED]
    indexes = [*_made(model, names, using)] if longest else []
    if None in indexes or not indexes:
        return None
    for term in longest:
        found_by = [_few(index, term, using) for index in indexes if index is not None]
        keys = {key for found in found_by for key in found or ()}
        if None not in found_by and len(keys) <= FEW:
            return keys
    return None


def _made(model: type[Model], names: Iterable[str], using: str) -> Iterator[NameIndex | None]:
    """Yield the index of each of the names, or None, that it is not there to be asked."""
    for name in names:
        found = name_index(model, name, using) if name in names_of(model) else None
        is_there = found is not None and found.keys and found.index.is_made(using)
        yield found if is_there else None


def _few(index: NameIndex, part: str, using: str) -> set[Any] | None:
    """Return the keys of the rows that may have a part, None where they are not few."""
    for piece in index.pieces(part):
        try:
            with connections[using].cursor() as cursor:
                cursor.execute(index.keys, [piece, FEW + 1])
                keys = [key for (key,) in cursor.fetchall()]
        except DatabaseError:
            # Somebody drops the index in this moment, or makes it anew.
            return None
        if len(keys) <= FEW:
            return {*keys}
    return None
