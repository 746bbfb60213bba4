"""Entities that keep what they were: rows beside them, one for each revision."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import QuerySet

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.fields import Field, Item

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.structure import Bundle


class RevisionableStorage(EntityStorage):
    """Entities with ``revisions``: the rows that have a foreign key of this related name.

    The keys of their type name the base field with the number of the one that they are at. The
    primary key of a row is the number of the revision. Its ``snapshot`` has the items of all fields
    that revisions differ in, by the fields' names; it is None where that is not known, and for the
    revision that the entity is at.
    """

    def at_revision(self, entity: Any, number: int, bundle: Bundle) -> Any | None:
        """Return what an entity was at an older revision of its own, None for none that is kept.

        What is no part of a revision, as the statistics of comments, is as it is now.
        """
        revision = entity.revisions.filter(pk=number).first()
        if revision is None or revision.snapshot is None:
            return None
        older = copy(entity)
        older._state = copy(entity._state)
        older._state.fields_cache = {}
        older.fields = dict(entity.fields)
        for field in bundle.fields.values():
            if not isinstance(field, BaseField):
                field.set(older, revision.snapshot.get(field.name, []))
            elif field.revisionable and field.name in revision.snapshot:
                field.set(older, revision.snapshot[field.name])
        self.place_at(older, revision)
        return older

    def place_at(self, older: Any, revision: Any) -> None:
        """Let an entity that has become what it was say at which revision that is."""
        name = str(self.entity_type.keys.revision)
        setattr(older, self.entity_type.attribute(name), revision.pk)

    def holders(self, name: str, bundles: Collection[str]) -> Iterator[tuple[QuerySet[Any], str]]:
        """Yield the entities that hold items of a field, and their older revisions."""
        yield from super().holders(name, bundles)
        relation: Any = self.model._meta.get_field("revisions")
        revisions = relation.related_model._default_manager.using(router.db_for_write(self.model))
        bundle = f"{relation.field.name}__{self.entity_type.bundle_column.name}__in"
        yield revisions.order_by().filter(**{bundle: bundles}, snapshot__has_key=name), "snapshot"

    def older_items(self, entity: Any, field: Field) -> Iterator[Sequence[Item]]:
        """Yield the items of a field in each snapshot that older revisions have."""
        older = entity.revisions.filter(snapshot__has_key=field.name).order_by("-pk")
        for revision in older.iterator(chunk_size=100):
            yield (revision.snapshot or {})[field.name]


def snapshot_of(entity: Any, base_fields: Iterable[BaseField]) -> dict[str, Any]:
    """Return the stored items of all fields that revisions differ in, by the fields' names."""
    configurable: Any = entity.fields
    base = {field.name: field.get(entity) for field in base_fields if field.revisionable}
    return {**configurable, **base} if isinstance(configurable, dict) else base
