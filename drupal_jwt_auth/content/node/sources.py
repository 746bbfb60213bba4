"""What a node has from its current revision, which has a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drupal_jwt_auth.content.entity.sources import Attribute, Author, Moment, Source
from drupal_jwt_auth.fields import Item


class OfRevision(Source):
    """A source in the row of the current revision; that of a new node is saved with it."""

    name: str

    @property
    def columns(self) -> frozenset[str]:
        """Return no attribute: none of the node's own columns holds the items."""
        return frozenset()

    @property
    def path(self) -> str:
        """Return the lookup that leads from the node to the column."""
        return f"revision__{self.name}"

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save the revision."""
        if not created:
            entity.save_revision_columns(self.name)
        return None


class NodeAuthor(Author):
    """The author of a node; of one who was missing where it comes from, the number is left."""

    @property
    def columns(self) -> frozenset[str]:
        """Return both attributes."""
        return super().columns | {"missing_uid"}

    def get(self, entity: Any) -> list[Item]:
        """Return the item."""
        missing = entity.uid_id is None and entity.missing_uid
        return [{"target_id": missing}] if missing else super().get(entity)

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Set the author: the one who is missing is so no longer."""
        super().set(entity, items)
        entity.missing_uid = None


class RevisionAttribute(OfRevision, Attribute):
    """An attribute of the current revision."""


class RevisionMoment(OfRevision, Moment):
    """A time of the current revision."""


class RevisionAuthor(OfRevision, Author):
    """The user who made the current revision."""
