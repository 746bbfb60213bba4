"""Where Drupal's database has the entities of a type, for an import that finds them there."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Model


class DrupalTables(NamedTuple):
    """The tables of an entity type that has revisions and translations, and its bundles.

    ``base`` has a row for each entity, ``data`` one for each language it is in, ``revision_data``
    one for each revision and language. Their columns are the base fields of the type, and the keys
    of it are called the same. ``bundles`` is what the names of the configuration objects of its
    bundles begin with. Revisions become rows of ``revision_model``: ``revision_id``, ``entity``
    and ``snapshot``, None for the one that an entity is at; see `RevisionableStorage`.
    """

    base: str
    data: str
    revision_data: str
    bundles: str
    revision_model: type[Model]
