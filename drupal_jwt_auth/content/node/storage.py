"""Where nodes are found to be written: in one transaction, locked, as they are then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import router, transaction

from drupal_jwt_auth.models import Node
from drupal_jwt_auth.transactions import lock, locked


@contextmanager
def node_to_write(path: str, nid: int | None) -> Iterator[Node | None]:
    """Open a transaction with the node that has a path as its alias, or else this number.

    Nobody else writes to the node until the transaction ends, so what the block decides on is what
    there is; None where there is no such node. An exception undoes all that the block has done.
    """
    using = router.db_for_write(Node)
    key = nid
    while True:
        with transaction.atomic(using=using):
            is_locked = key is not None and lock(Node, key, using=using)
            node = Node.objects.using(using).at(path, nid)
            if node is None or (is_locked and node.pk == key):
                yield node
                return
        # The path is an alias: which node's is known now.
        key = node.pk


@contextmanager
def node_to_delete(path: str, nid: int | None) -> Iterator[Node | None]:
    """Do the same for who needs only the row of the node, which is locked by being read."""
    with locked(Node):
        yield Node.objects.using(router.db_for_write(Node)).locked_at(path, nid)
