"""The terms that a term is below, as a field of it, which is kept in rows of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import router
from django.db.models import Model

from drupal_jwt_auth.content.entity.places import ItemRows, Place, column_of
from drupal_jwt_auth.content.entity.sources import Source
from drupal_jwt_auth.fields import Context, Field, Item, Reference
from drupal_jwt_auth.fields.base import Faults
from drupal_jwt_auth.fields.entity_reference import ZeroReferenceType
from drupal_jwt_auth.models import TermParent

ROOT = 0
"""What stands for the root where a client sends it, and where it is stored."""


class ParentType(ZeroReferenceType):
    """A reference to a term; the root, which is no term, is shown as none."""

    configurable = False

    def reference(self, item: Item, field: Field) -> Reference | None:
        """Return the term, None for the root."""
        reference = super().reference(item, field)
        return None if reference is None or reference.key == ROOT else reference

    def is_virtual(self, item: Item) -> bool:
        """Tell whether an item stands for the root, which clients are shown as none."""
        return item["target_id"] in (ROOT, None)

    def validate(self, item: Item, field: Field, context: Context) -> Faults:
        """Refuse what is no id."""
        found = super().reference(item, field)
        if found is None or found.key != ROOT:
            yield from super().validate(item, field, context)

    def normalize(self, item: Item, field: Field, context: Context) -> Item:
        """Return the reference with what its target is called."""
        is_root = item["target_id"] == ROOT
        return {"target_id": None} if is_root else super().normalize(item, field, context)


class Parents(Source):
    """The rows that tell the parents of a term."""

    def get(self, entity: Any) -> list[Item]:
        """Return an item for each."""
        return [{"target_id": parent or ROOT} for parent in entity.parents]

    def place(self, model: type[Model]) -> Place | None:
        """Return where the items are; a term without any row is below the root."""
        rows = TermParent.objects.order_by()
        parent = column_of(TermParent, "parent_id")._replace(nothing=ROOT)
        return ItemRows(rows, "term", {"target_id": parent}, implied={"target_id": ROOT})

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Note the parents, which are saved once the term is there."""
        entity.parents = [item["target_id"] or None for item in items]

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save the parents in place of those that there were."""
        rows = TermParent.objects.using(router.db_for_write(TermParent, instance=entity))
        if not created:
            rows.filter(term=entity.pk).delete()
        rows.make(entity.pk, entity.parents)
        return None
