"""Nodes of a described site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import Node, Revision
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    MachineNameField,
    UnixTimeField,
    user_field,
    uuid_field,
)
from drupal_jwt_auth.transfer.entities import EntityLoader
from drupal_jwt_auth.transfer.fields import values_field
from drupal_jwt_auth.transfer.loader import WAY_OUT, Named, Row, upsert
from drupal_jwt_auth.transfer.node_types import NodeTypeLoader


class NodeDescription(serializers.Serializer[Any]):
    """A node; ``uid`` is 0 for the anonymous user."""

    nid = IdField()
    vid = IdField()
    uuid = uuid_field()
    type = MachineNameField()
    langcode = serializers.CharField(max_length=12, default="en")
    title = serializers.CharField(max_length=255, allow_blank=True, trim_whitespace=False)
    uid = user_field()
    status = serializers.BooleanField(default=True)
    promote = serializers.BooleanField(default=False)
    sticky = serializers.BooleanField(default=False)
    created = UnixTimeField()
    changed = UnixTimeField()
    revision_timestamp = UnixTimeField()
    revision_uid = user_field()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {**super().get_fields(), "fields": values_field()}


class NodeLoader(EntityLoader):
    """Nodes, each with its current revision."""

    part, noun, model, key = "nodes", "node", Node, "nid"
    unique = ("nid", "vid", "uuid")
    bundles = NodeTypeLoader

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the type of a node, and who has written it."""
        yield Named("type", "content type", row["type"])
        yield Named("uid", "user", row["uid"])
        yield Named("revision_uid", "user", row["revision_uid"])

    def conflicts(self) -> Iterator[str]:
        """Yield where a node is another one here, and where a revision is that of another node."""
        yield from super().conflicts()
        here = Revision.objects.using(self.run.using)
        place = 0
        for batch in batches(self.rows):
            vids = [row["vid"] for row in batch]
            node_of = dict(here.filter(pk__in=vids).values_list("pk", "node"))
            for index, row in enumerate(batch, start=place):
                nid = node_of.get(row["vid"], row["nid"])
                if nid != row["nid"]:
                    yield (
                        f"nodes[{index}].vid: there is a revision {row['vid']} already, of node "
                        f"{nid} instead of {row['nid']}. {WAY_OUT}"
                    )
            place += len(batch)

    def last_numbers(self) -> Iterator[tuple[type[Model], int]]:
        """Yield the last number of the nodes, and that of their revisions."""
        yield from super().last_numbers()
        if self.rows:
            yield Revision, max(row["vid"] for row in self.rows)

    def load(self) -> None:
        """Load the nodes."""
        bundles = get_structure(None).bundles_of("node")
        done = 0
        for batch in batches(self.rows):
            nodes = [self._node(row, bundles[row["type"]]) for row in batch]
            revisions = [self._revision(row) for row in batch]
            upsert(Node, nodes, "nid", keep={"default_langcode", "revision_translation_affected"})
            Revision.objects.filter(current_for__in=[row["nid"] for row in batch]).exclude(
                pk__in=[row["vid"] for row in batch]
            ).update(current_for=None)
            upsert(Revision, revisions, "vid", "node", keep={"revision_log"})
            done += len(nodes)
            self.run.progress("nodes", done, len(self.rows))
        self.run.counts["nodes"] += len(self.rows)

    def _node(self, row: Row, bundle: Bundle) -> Node:
        names = ("nid", "uuid", "langcode", "title", "status", "promote", "sticky")
        return Node(
            type_id=row["type"],
            uid_id=self.run.users.key(row["uid"]),
            created=from_unix(row["created"]),
            changed=from_unix(row["changed"]),
            fields=self.values(row, bundle),
            **{name: row[name] for name in names},
        )

    def _revision(self, row: Row) -> Revision:
        return Revision(
            vid=row["vid"],
            node_id=row["nid"],
            current_for_id=row["nid"],
            revision_timestamp=from_unix(row["revision_timestamp"]),
            revision_uid_id=self.run.users.key(row["revision_uid"]),
        )
