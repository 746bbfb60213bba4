"""Where nodes are found, and what a new one begins with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import QuerySet

from drupal_jwt_auth.content.entity.accounts import user_target
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.fields import Reference, Target
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, wire_key
from drupal_jwt_auth.models import Node, Revision
from drupal_jwt_auth.models.node import complete_all, node_path
from drupal_jwt_auth.transactions import locked

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext
    from drupal_jwt_auth.content.entity.structure import Bundle


class NodeStorage(EntityStorage):
    """Nodes, each with its current revision and its newest alias."""

    def query(self) -> QuerySet[Node]:
        """Return all nodes, each with what is shown of it."""
        return Node.objects.complete().order_by()

    def at(self, path: str, key: Any, using: str | None = None) -> Node | None:
        """Return the node with a path as its alias, or else the one with a number."""
        return Node.objects.using(using).at(path, key)

    @contextmanager
    def to_delete(self, path: str, key: Any) -> Iterator[Node | None]:
        """Open a transaction with the row of the node, which is locked by being read."""
        with locked(Node):
            yield Node.objects.using(router.db_for_write(Node)).locked_at(path, key)

    def path_of(self, entity: Node, root: str) -> str:
        """Return the path of a node: its alias, or that with its number."""
        return node_path(entity, root)

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to nodes point to, by the nodes' numbers."""
        nodes = Node.objects.filter(pk__in=keys).with_alias().order_by()
        return {
            node.pk: Target(node.uuid, node_path(node, site.root), node.type_id, node.status)
            for node in nodes
        }

    def complete(self, entities: Iterable[Node]) -> None:
        """Fetch what is missing of many nodes at once."""
        complete_all(entities)

    def known_targets(self, entity: Node, root: str) -> Iterator[tuple[Reference, Target]]:
        """Yield the authors, whose UUIDs have come with the node."""
        if hasattr(entity, "author_uuid"):
            for key, uuid in (
                (entity.revision_uid_id, entity.revision_author_uuid),
                (entity.uid_id, entity.author_uuid),
            ):
                author = Reference("user", wire_key(key))
                yield author, user_target(key or ANONYMOUS_KEY, uuid, root)

    def holders(self, name: str, bundles: Collection[str]) -> Iterator[tuple[QuerySet[Any], str]]:
        """Yield the nodes that hold items of a field, and their older revisions."""
        yield from super().holders(name, bundles)
        revisions = Revision.objects.using(router.db_for_write(Node)).order_by()
        yield revisions.filter(node__type__in=bundles, snapshot__has_key=name), "snapshot"

    def new(self, bundle: Bundle, account: Account) -> Node:
        """Return a new node of the account's, with the defaults of its content type."""
        node_type = bundle.config
        node = Node(
            type=node_type,
            uid_id=account.key or None,
            status=node_type.status,
            promote=node_type.promote,
            sticky=node_type.sticky,
        )
        node.newest_alias = None
        return node
