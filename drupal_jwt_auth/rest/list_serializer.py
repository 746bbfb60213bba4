"""Lists of entities: all that they refer to is looked up together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Manager
from rest_framework.serializers import ListSerializer

from drupal_jwt_auth.fields import Item

if TYPE_CHECKING:
    from drupal_jwt_auth.rest.serializers import EntitySerializer


class EntityListSerializer(ListSerializer[Any]):
    """Shows many entities, with as many queries for a hundred as for two; it takes none."""

    child: EntitySerializer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hasattr(self, "initial_data"):
            raise TypeError("Each entity is created or changed with a serializer of its own.")

    def to_representation(self, data: Any) -> list[dict[str, list[Item]]]:
        """Return the wire form of each entity of a manager, a queryset or a list."""
        entities: list[Any] = list(data.all() if isinstance(data, Manager) else data)
        self.child.entity_type.storage.complete(entities)
        self.child.look_up((entity, self.child.visible_fields(entity)) for entity in entities)
        return [self.child.to_representation(entity) for entity in entities]
