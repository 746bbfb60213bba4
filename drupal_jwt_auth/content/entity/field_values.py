"""What is stored of a field: the entities that hold values of it, and their older revisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import FieldConfig, FieldStorage


def with_values(storage: FieldStorage, bundle: str | None = None) -> list[QuerySet[Any]]:
    """Return the entities that hold an item of a field, of a bundle or all, then what else does."""
    bundles = [bundle] if bundle else list(storage.configs.values_list("bundle", flat=True))
    entities = ENTITY_TYPES.content(storage.entity_type).storage
    return [
        holding.annotate(items=KeyTransform(storage.name, attribute)).exclude(items=[])
        for holding, attribute in entities.holders(storage.name, bundles)
    ]


def has_values(storage: FieldStorage) -> bool:
    """Tell whether an entity holds an item of a field, or did at an older revision."""
    return any(rows.exists() for rows in with_values(storage))


def stored_values(storage: FieldStorage) -> Iterator[list[dict[str, Any]]]:
    """Yield the items of a field that each entity holds, or did at an older revision."""
    for rows in with_values(storage):
        for items in rows.values_list("items", flat=True).iterator():
            yield [item for item in items if isinstance(item, dict)]


def purge(config: FieldConfig) -> None:
    """Remove the values of a field, so that another one of its name does not begin with them."""
    entities = ENTITY_TYPES.content(config.entity_type).storage
    for holding, attribute in entities.holders(config.name, [config.bundle]):
        rows = holding.model._default_manager.order_by("pk")
        keys = sorted(holding.values_list("pk", flat=True))
        for some in batches(keys):
            batch = rows.select_for_update().filter(pk__in=some)
            for row in batch:
                (getattr(row, attribute) or {}).pop(config.name, None)
            rows.bulk_update(batch, [attribute])
