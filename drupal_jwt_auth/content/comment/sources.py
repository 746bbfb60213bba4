"""Where base fields of comments live that are no columns like others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drupal_jwt_auth.content.comment.host import host_key
from drupal_jwt_auth.content.entity.sources import Attribute
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.user_keys import wire_key


class HostKey(Attribute):
    """The key of what a comment is on, which may be of any kind: the column has its text."""

    def __init__(self) -> None:
        super().__init__("entity_id", "target_id")

    def get(self, entity: Any) -> list[Item]:
        """Return the item, with the key as JSON holds it; the text where it is no key any more."""
        key = host_key(entity)
        return [{"target_id": entity.entity_id if key is None else wire_key(key)}]

    def write(self, value: Any) -> str:
        """Return the text."""
        return str(value)


class OfGuest(Attribute):
    """What a guest says of themselves; a comment of somebody with an account has none of it."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item]:
        """Return the items as they were saved."""
        return self.get(entity)
