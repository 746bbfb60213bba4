"""Where nodes are found, and what a new one begins with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from django.db import router, transaction
from django.db.models import QuerySet, prefetch_related_objects

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.accounts import user_target
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.storage import EntityStorage, Values
from drupal_jwt_auth.fields import Field, Item, Reference, Target
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.models import Node, Revision
from drupal_jwt_auth.prepared import Prepared
from drupal_jwt_auth.transactions import locked

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
    from drupal_jwt_auth.content.entity.structure import Bundle


class NodeStorage(EntityStorage):
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

    def holders(self, name: str, bundles: Collection[str]) -> Iterator[tuple[QuerySet[Any], str]]:
        """Yield the nodes that hold items of a field, and their older revisions."""
        yield from super().holders(name, bundles)
        revisions = Revision.objects.using(router.db_for_write(Node)).order_by()
        yield revisions.filter(node__type__in=bundles, snapshot__has_key=name), "snapshot"

    def older_items(self, entity: Node, field: Field) -> Iterator[Sequence[Item]]:
        """Yield the items of a field in each snapshot that older revisions have."""
        older = Revision.objects.filter(node=entity, snapshot__has_key=field.name).order_by("-vid")
        for revision in older.iterator(chunk_size=100):
            yield (revision.snapshot or {})[field.name]

    def at_revision(self, entity: Node, number: int, bundle: Bundle) -> Node | None:
        """Return what a node was at an older revision of its own, None for none that is kept.

        What is no part of a revision, as the statistics of comments, is as it is now.
        """
        revision = Revision.objects.filter(node=entity, pk=number).first()
        if revision is None or revision.snapshot is None:
            return None
        older = copy(entity)
        older._state = copy(entity._state)
        older._state.fields_cache = {}
        older.fields = dict(entity.fields)
        for field in bundle.fields.values():
            if not isinstance(field, BaseField):
                field.set(older, revision.snapshot.get(field.name, []))
            elif field.revisionable and field.name in revision.snapshot:
                field.set(older, revision.snapshot[field.name])
        older.revision = revision
        # What has come along is of the newest one.
        vars(older).pop("author_uuid", None)
        return older

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


def snapshot_of(node: Node, base_fields: Iterable[BaseField]) -> dict[str, Any]:
    """Return the stored items of all fields that revisions differ in, by the fields' names."""
    configurable: Any = node.fields
    base = {field.name: field.get(node) for field in base_fields if field.revisionable}
    return {**configurable, **base} if isinstance(configurable, dict) else base


def _user(key: Any, uuid: str | None, alias: str | None, root: str) -> tuple[Reference, Target]:
    return Reference("user", wire_key(key)), user_target(key, uuid, alias, root)
