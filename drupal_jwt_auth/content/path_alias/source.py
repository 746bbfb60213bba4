"""The alias of an entity as a field of it, which is kept in a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import router

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.sources import Source
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.path_alias import ITEM, NO_LANGUAGE


class NewestAlias(Source):
    """The alias that is shown of an entity of a type; there is always an item, maybe of none."""

    is_beside = True

    def __init__(self, entity_type_id: str) -> None:
        self.entity_type_id = entity_type_id

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entities."""
        return ENTITY_TYPES.content(self.entity_type_id)

    def get(self, entity: Any) -> list[Item]:
        """Return the item."""
        return [self.entity_type.storage.alias_item(entity)]

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Leave the entity as it is: its key has to be known."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save the alias, and return its item with the number that it has got."""
        return [self.save_item(entity, items[0])] if items else None

    def save_item(self, entity: Any, item: Item) -> Item:
        """Save an item: an alias, new or changed, or that there is none.

        As in Drupal, an alias without its id becomes another one of the entity, and one that is
        empty is removed only with its id. Return the item with the id of the alias.
        """
        alias, pid = item["alias"], item["pid"]
        path = self.entity_type.path_with(str(entity.pk))
        aliases = PathAlias.objects.using(router.db_for_write(PathAlias, instance=entity))
        own = aliases.filter(path=path, pid=pid).first() if pid is not None else None
        vars(entity).pop("newest_alias", None)
        if alias and own is None:
            langcode = self.entity_type.storage.langcode_of(entity)
            own = aliases.create(path=path, alias=alias, langcode=langcode)
            if langcode != NO_LANGUAGE:
                entity.newest_alias = {name: getattr(own, name) for name in ITEM}
        elif alias and own:
            own.change(alias)
        elif own:
            own.delete()
        return {**item, "pid": own.pid if own and alias else pid}
