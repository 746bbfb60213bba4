"""Where nodes are found, and what a new one begins with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import router, transaction
from django.db.models import QuerySet, prefetch_related_objects

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.accounts import user_target
from drupal_jwt_auth.content.entity.revisionable import RevisionableStorage, snapshot_of
from drupal_jwt_auth.content.entity.storage import Values
from drupal_jwt_auth.fields import Item, Reference, Target
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.models import Node, Revision
from drupal_jwt_auth.prepared import Prepared
from drupal_jwt_auth.transactions import locked

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
    from drupal_jwt_auth.content.entity.structure import Bundle


class NodeStorage(RevisionableStorage):
    """Nodes, each with its current revision and its newest alias."""

    is_own = False

    def __init__(self, entity_type: ContentEntityType) -> None:
        super().__init__(entity_type)
        self._locked = Prepared(lambda: self.by_key(Node.objects.select_for_update().order_by()))

    def query(self) -> QuerySet[Node]:
        """Return all nodes, each with what is shown of it."""
        return Node.objects.complete().order_by()

    @contextmanager
    def to_delete(self, path: str | None, key: Any) -> Iterator[Node | None]:
        """Open a transaction with the row of the node, which is locked by being read.

        What else belongs to it cannot be told in the same query: where that has to wait for the
        lock, databases answer with what there was before.
        """
        with locked(Node):
            yield self.find(self._locked, path, key, router.db_for_write(Node))

    def complete(self, entities: Sequence[Node]) -> None:
        """Fetch together what `query` would have brought along with each node.

        UUIDs are left out: whoever refers to users looks them up.
        """
        alone = (node for node in entities if node.pk and not hasattr(node, "newest_alias"))
        for batch in batches(alone):
            prefetch_related_objects(batch, "revision")
            self.fetch_aliases(batch)

    def known_targets(self, entity: Node, root: str) -> Iterator[tuple[Reference, Target]]:
        """Yield the authors who are users, whose UUIDs have come with the node."""
        if hasattr(entity, "author_uuid"):
            key, by = entity.uid_id, entity.revision_uid_id
            if key is not None:
                yield _user(key, entity.author_uuid, entity.author_alias, root)
            if by is not None and by != key:
                yield _user(by, entity.revision_author_uuid, entity.revision_author_alias, root)

    def place_at(self, older: Node, revision: Revision) -> None:
        """Let a node that has become what it was be at that revision."""
        older.revision = revision
        # What has come along is of the newest one.
        vars(older).pop("author_uuid", None)

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

    def revise(
        self, entity: Node, values: Values, *, bundle: Bundle, account: Account
    ) -> dict[str, list[Item]]:
        """Save a change as a new revision, if the content type says so.

        The one before keeps what the node is until now. What was noted on that is noted on the new
        one as well, until something else is.
        """
        if not bundle.config.new_revision:
            return super().revise(entity, values, bundle=bundle, account=account)
        before = entity.get_revision()
        made = Revision(node=entity, current_for=entity, revision_log=before.revision_log)
        made.revision_uid_id = account.key or None
        with transaction.atomic(using=entity._state.db, savepoint=False):
            if not before._state.adding:
                before.retire(snapshot_of(entity, self.entity_type.base_fields))
            made.make(entity._state.db)
            entity.revision = made
            entity.revision_translation_affected = None
            return self._update(entity, values, {"revision_translation_affected"})

    def touch(self, entity: Node) -> Set[str]:
        """Let a node have changed now, and with that in the revision that it is at."""
        columns = super().touch(entity)
        if entity.revision_translation_affected is not None:
            return columns
        entity.revision_translation_affected = True
        return {*columns, "revision_translation_affected"}


def _user(key: Any, uuid: str | None, alias: str | None, root: str) -> tuple[Reference, Target]:
    return Reference("user", wire_key(key)), user_target(key, uuid, alias, root)
