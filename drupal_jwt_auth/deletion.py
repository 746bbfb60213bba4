"""Deleting a node together with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, router
from django.db.models.deletion import Collector

from drupal_jwt_auth.models import Node, PathAlias


class NodeCollector(Collector):
    """Collects what is deleted with nodes, but no aliases of nodes that are known to have none."""

    def related_objects(
        self,
        related_model: type[models.Model],
        related_fields: Iterable[models.Field[Any, Any]],
        objs: Any,
    ) -> models.QuerySet[Any]:
        """Return what refers to the objects; nothing costs no query."""
        found = super().related_objects(related_model, related_fields, objs)
        if related_model is PathAlias and all(node.path["alias"] is None for node in objs):
            return found.none()
        return found


def delete_node(node: Node) -> None:
    """Delete a node with its aliases and revisions, and with what a project says goes with it."""
    collector = NodeCollector(using=router.db_for_write(Node, instance=node), origin=node)
    collector.collect([node])
    collector.delete()
