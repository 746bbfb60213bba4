"""What is stored of a field: the nodes and older revisions that hold values of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import router
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.models import FieldConfig, FieldStorage, Node, Revision


def _holders(name: str, bundles: Collection[str]) -> tuple[tuple[QuerySet[Any], str], ...]:
    """Return the rows of some content types that hold items of a field, and in which attribute."""
    # What is decided on them is written to them.
    using = router.db_for_write(Node)
    nodes = Node.objects.using(using).filter(type__in=bundles).order_by()
    revisions = Revision.objects.using(using).filter(node__type__in=bundles).order_by()
    return (
        (nodes.filter(fields__has_key=name), "fields"),
        (revisions.filter(snapshot__has_key=name), "snapshot"),
    )


def with_values(storage: FieldStorage) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the nodes that hold an item of a field, and the older revisions."""
    bundles = storage.configs.values_list("bundle", flat=True)
    nodes, revisions = (
        rows.annotate(items=KeyTransform(storage.name, attribute)).exclude(items=[])
        for rows, attribute in _holders(storage.name, list(bundles))
    )
    return nodes, revisions


def has_values(storage: FieldStorage) -> bool:
    """Tell whether a node holds an item of a field, or did at an older revision."""
    return any(rows.exists() for rows in with_values(storage))


def purge(config: FieldConfig) -> None:
    """Remove the values of a field, so that another one of its name does not begin with them."""
    for holding, attribute in _holders(config.name, [config.bundle]):
        rows = holding.model._default_manager.order_by("pk")
        keys = sorted(holding.values_list("pk", flat=True))
        for some in batches(keys):
            batch = rows.select_for_update().filter(pk__in=some)
            for row in batch:
                (getattr(row, attribute) or {}).pop(config.name, None)
            rows.bulk_update(batch, [attribute])
