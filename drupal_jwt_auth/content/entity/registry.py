"""The entity types that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db import router
from django.db.models import Model
from django.db.models.signals import post_delete
from django.dispatch import Signal

from drupal_jwt_auth.content.entity.columns import ENTITY_TYPE_IDS
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.entity_type import EntityType
from drupal_jwt_auth.fields.entity_reference import READERS
from drupal_jwt_auth.models import ConfigObject

entity_deleted = Signal()
"""Sent when the row of an entity was deleted, by whomever: ``sender`` is the type's only object."""


def _tell_of_deletion(sender: type[Model], instance: Model, using: str, **kwargs: Any) -> None:
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.model is sender:
            # What hangs on it may be in another database than a project's own model.
            is_own = entity_type.storage.is_own
            place = router.db_for_write(ConfigObject) if is_own else using
            entity_deleted.send(sender=entity_type, instance=instance, using=place)


Registered = TypeVar("Registered", bound=type[EntityType])


class EntityTypes:
    """The entity types that there are, by id."""

    def __init__(self) -> None:
        self._types: dict[str, EntityType] = {}
        self.refused: list[type[EntityType]] = []

    def __contains__(self, entity_type_id: str) -> bool:
        return entity_type_id in self._types

    def __getitem__(self, entity_type_id: str) -> EntityType:
        return self._types[entity_type_id]

    def get(self, entity_type_id: str) -> EntityType | None:
        """Return a type, None where there is none of this name."""
        return self._types.get(entity_type_id)

    def content(self, entity_type_id: str) -> ContentEntityType:
        """Return a type of content; raise KeyError."""
        found = self._types[entity_type_id]
        if not isinstance(found, ContentEntityType):
            raise KeyError(entity_type_id)
        return found

    def config(self, entity_type_id: str) -> ConfigEntityType:
        """Return a type of configuration; raise KeyError."""
        found = self._types[entity_type_id]
        if not isinstance(found, ConfigEntityType):
            raise KeyError(entity_type_id)
        return found

    def all_config(self) -> Iterator[ConfigEntityType]:
        """Yield the types of configuration that clients may ask for."""
        for each in self._types.values():
            if isinstance(each, ConfigEntityType) and each.prefix is not None:
                yield each

    def all_content(self) -> Iterator[ContentEntityType]:
        """Yield the types of content."""
        return (each for each in self._types.values() if isinstance(each, ContentEntityType))

    def at(self, path: str) -> tuple[ContentEntityType, Any] | None:
        """Return whose canonical path a path may be: a type, and the key of an entity of it."""
        for entity_type in self.all_content():
            key = entity_type.key_in(path)
            if key is not None:
                return entity_type, key
        return None

    def register(self, entity_type: Registered) -> Registered:
        """Make a type known: a decorator for its class.

        A subclass takes the place of the type that it extends. What cannot be a type is refused: it
        lacks something, or another type has its id; a check tells of it.
        """
        there = self._types.get(getattr(entity_type, "id", None) or "")
        if (
            entity_type.missing()
            or entity_type.unknown_keys()
            or (there and not issubclass(entity_type, type(there)))
        ):
            self.refused.append(entity_type)
        else:
            self.add(entity_type())
        return entity_type

    def add(self, entity_type: EntityType) -> None:
        """Make a type known, in place of one with the same id."""
        self._types[entity_type.id] = entity_type
        READERS[entity_type.id] = entity_type.reference_key
        if entity_type.model is not None:
            ENTITY_TYPE_IDS[entity_type.model._meta.label] = entity_type.id
        if isinstance(entity_type, ContentEntityType) and entity_type.may_be_followed:
            post_delete.connect(_tell_of_deletion, sender=entity_type.model)

    def unregister(self, entity_type_id: str) -> None:
        """Forget a type; raise KeyError where there is none."""
        forgotten = self._types.pop(entity_type_id)
        del READERS[entity_type_id]
        post_delete.disconnect(_tell_of_deletion, sender=forgotten.model)


ENTITY_TYPES = EntityTypes()
register = ENTITY_TYPES.register
