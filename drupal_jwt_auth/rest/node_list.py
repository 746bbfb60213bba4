"""Lists of nodes: all that they refer to is looked up together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Manager
from rest_framework.serializers import ListSerializer

from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.node import complete_all

if TYPE_CHECKING:
    from drupal_jwt_auth.rest.serializers import NodeSerializer


class NodeListSerializer(ListSerializer[Node]):
    """Shows many nodes, with as many queries for a hundred as for two; it takes none."""

    child: NodeSerializer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hasattr(self, "initial_data"):
            raise TypeError("Each node has a serializer of its own to be created or changed with.")

    def to_representation(self, data: Any) -> list[dict[str, list[Item]]]:
        """Return the wire form of each node of a manager, a queryset or a list."""
        nodes: list[Node] = list(data.all() if isinstance(data, Manager) else data)
        complete_all(nodes)
        self.child.look_up((node, self.child.visible_fields(node)) for node in nodes)
        return [self.child.to_representation(node) for node in nodes]
