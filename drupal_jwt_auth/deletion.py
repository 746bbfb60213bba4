"""Deleting a node together with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connections, models, router, transaction
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
    using = router.db_for_write(Node, instance=node)
    if connections[using].settings_dict["ATOMIC_REQUESTS"]:
        # The database tells of an alias that was overlooked when the request is over: too late.
        _delete_with(Collector(using=using, origin=node), node)
        return
    try:
        _delete_with(NodeCollector(using=using, origin=node), node)
    except IntegrityError:
        # It has got an alias since it was read. While it is locked it gets no other.
        with transaction.atomic(using=using):
            Node.objects.using(using).select_for_update().order_by().filter(pk=node.pk).first()
            _delete_with(Collector(using=using, origin=node), node)


def _delete_with(collector: Collector, node: Node) -> None:
    collector.collect([node])
    collector.delete()
