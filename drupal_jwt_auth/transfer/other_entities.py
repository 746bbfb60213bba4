"""Entities of types beside those that each site has, as apps of their own bring them.

What a site has of them is in its lists ``<type>`` and ``<type>_bundles``, in which an entry is the
same whatever the type: its items by the names of its fields, base fields and others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import Model

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.drupal_tables import DrupalTables
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.revisionable import snapshot_of
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.entities import EntityLoader
from drupal_jwt_auth.transfer.loader import Loader, Named, Row, Site, upsert


def other_types() -> Iterator[tuple[ContentEntityType, DrupalTables]]:
    """Yield the types of which it is known where Drupal has their entities."""
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.drupal_tables is not None:
            yield entity_type, entity_type.drupal_tables


def bundles_part(entity_type: str) -> str:
    """Return the name of the list of the bundles of a type."""
    return f"{entity_type}_bundles"


def other_loaders(site: Site) -> Iterator[type[Loader]]:
    """Yield what loads the bundles and the entities of the types that a site has."""
    for entity_type, tables in other_types():
        if entity_type.id in site:
            of_type: dict[str, Any] = {
                "entity_type": entity_type.id,
                "part": bundles_part(entity_type.id),
                "noun": f"{entity_type.label} type",
                "model": entity_type.bundle_model,
                "content": entity_type.id,
            }
            bundles: Any = type("OtherBundleLoader", (OtherBundleLoader,), of_type)
            yield bundles
            yield type(
                "OtherEntityLoader",
                (OtherEntityLoader,),
                {
                    "bundles": bundles,
                    "part": entity_type.id,
                    "noun": entity_type.label,
                    "model": entity_type.model,
                    "revision_model": tables.revision_model,
                },
            )


class OtherBundleLoader(BundleLoader):
    """The bundles of such a type."""

    key = "id"
    unique = ("id", "uuid")
    content_key = "id"

    def load(self) -> None:
        """Load the bundles."""
        for row in self.rows:
            values = {name: row[name] for name in ("uuid", "name", "description")}
            self.run.save(self.model, self.noun + "s", {"id": row["id"]}, values)
            self.load_fields(row)


class OtherEntityLoader(EntityLoader):
    """The entities of such a type, with their older revisions."""

    key = "id"
    unique = ("id", "uuid", "revision_id")
    bundle = "bundle"
    revision_model: ClassVar[type[Model]]

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the bundle of an entity."""
        yield Named("bundle", self.bundles.noun, row["bundle"])

    def with_values(self) -> Iterator[tuple[str, Row, Row]]:
        """Yield each entity as it is, and as it was at its older revisions."""
        for index, row in enumerate(self.rows):
            yield f"{self.part}[{index}].", row, row
            for number, revision in enumerate(row["revisions"]):
                yield f"{self.part}[{index}].revisions[{number}].", row, revision

    def last_numbers(self) -> Iterator[tuple[type[Model], int]]:
        """Yield the last number of the entities, and that of their revisions."""
        yield from super().last_numbers()
        if self.rows:
            yield self.revision_model, max(row["revision_id"] for _, _, row in self.with_values())

    def load(self) -> None:
        """Load the entities."""
        entity_type = ENTITY_TYPES.content(self.part)
        bundles = get_structure(None).bundles_of(entity_type)
        key, done = str(self.model._meta.pk.name), 0
        for batch in batches(self.rows):
            entities = [
                self._entity(entity_type, row, row, bundles[row["bundle"]]) for row in batch
            ]
            upsert(self.model, entities, key)
            revisions = [
                self.revision_model(
                    revision_id=revision["revision_id"],
                    entity_id=row["id"],
                    snapshot=None
                    if revision is row
                    else self._snapshot(entity_type, row, revision, bundles[row["bundle"]]),
                )
                for row in batch
                for revision in (row, *row["revisions"])
            ]
            for some in batches(revisions):
                upsert(self.revision_model, some, "revision_id", "entity")
            done += len(batch)
            self.run.progress(self.part, done, len(self.rows))
        self.run.counts[self.part] += done

    def _entity(self, entity_type: ContentEntityType, row: Row, holder: Row, bundle: Bundle) -> Any:
        """Return an entity as it is, or was at a revision."""
        entity: Any = self.model(pk=row["id"], uuid=row["uuid"])
        for field in entity_type.base_fields:
            if items := holder["base"].get(field.name):
                field.store(entity, field.restore(self.run.users.items(field, items)))
        entity.fields = self.values(holder, bundle)
        return entity

    def _snapshot(
        self, entity_type: ContentEntityType, row: Row, revision: Row, bundle: Bundle
    ) -> dict[str, Any]:
        """Return the items of all fields that revisions differ in."""
        entity = self._entity(entity_type, row, revision, bundle)
        return snapshot_of(entity, entity_type.base_fields)
