"""The alias of an entity as a field of it, which is kept in a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drupal_jwt_auth.content.entity.sources import Source
from drupal_jwt_auth.fields import Item


class NewestAlias(Source):
    """The newest alias that leads to an entity; there is always an item, which may name none."""

    def get(self, entity: Any) -> list[Item]:
        """Return the item."""
        return [entity.path]

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Leave the entity as it is: its key has to be known."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save the alias, and return its item with the number that it has got."""
        return [entity.save_path(items[0])] if items else None
