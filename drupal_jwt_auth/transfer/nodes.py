"""Nodes of a described site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.content.node.revisions import snapshot
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import Node, Revision
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    MachineNameField,
    UnixTimeField,
    user_field,
    uuid_field,
)
from drupal_jwt_auth.transfer.entities import EntityLoader
from drupal_jwt_auth.transfer.fields import values_field
from drupal_jwt_auth.transfer.loader import WAY_OUT, Named, Row, Rows, upsert
from drupal_jwt_auth.transfer.node_types import NodeTypeLoader


class RevisionDescription(serializers.Serializer[Any]):
    """What a node was at a revision; ``uid`` is 0 for the anonymous user."""

    vid = IdField()
    langcode = serializers.CharField(max_length=LANGCODE_MAX_LENGTH, default="en")
    title = serializers.CharField(max_length=255, allow_blank=True, trim_whitespace=False)
    uid = user_field()
    status = serializers.BooleanField(default=True)
    promote = serializers.BooleanField(default=False)
    sticky = serializers.BooleanField(default=False)
    created = UnixTimeField()
    changed = UnixTimeField()
    revision_timestamp = UnixTimeField()
    revision_uid = user_field()
    revision_log = serializers.CharField(
        allow_blank=True, allow_null=True, required=False, trim_whitespace=False
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {**super().get_fields(), "fields": values_field()}


class NodeDescription(RevisionDescription):
    """A node as it is now, with its older ``revisions``."""

    nid = IdField()
    uuid = uuid_field()
    type = MachineNameField()
    revisions = RevisionDescription(many=True, default=list)


class NodeLoader(EntityLoader):
    """Nodes, each with its current revision."""

    part, noun, model, key = "nodes", "node", Node, "nid"
    unique = ("nid", "uuid")
    bundles, bundle = NodeTypeLoader, "type"

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the type of a node, and who has written it and its revisions."""
        yield Named("type", "content type", row["type"])
        for place, revision in _revisions(row):
            yield Named(f"{place}uid", "user", revision["uid"])
            yield Named(f"{place}revision_uid", "user", revision["revision_uid"])

    def conflicts(self) -> Iterator[str]:
        """Yield where a node is another one here, and where a revision is that of another node."""
        yield from super().conflicts()
        here = Revision.objects.using(self.run.using)
        for batch in batches(self.with_values()):
            vids = [revision["vid"] for _place, _row, revision in batch]
            node_of = dict(here.filter(pk__in=vids).values_list("pk", "node"))
            for place, row, revision in batch:
                nid = node_of.get(revision["vid"], row["nid"])
                if nid != row["nid"]:
                    yield (
                        f"{place}vid: there is a revision {revision['vid']} already, of node "
                        f"{nid} instead of {row['nid']}. {WAY_OUT}"
                    )

    def faults(self) -> Iterator[str]:
        """Yield where a revision is there twice, and where values have no field, or a wrong one."""
        places: dict[int, str] = {}
        for place, _row, revision in self.with_values():
            other = places.setdefault(revision["vid"], place)
            if other != place:
                yield f"{place}vid: {other.rstrip('.')} has {revision['vid']!r} too."
        yield from super().faults()

    def with_values(self) -> Iterator[tuple[str, Row, Row]]:
        """Yield where each revision is, its node, and what is described of it."""
        for index, row in enumerate(self.rows):
            for place, revision in _revisions(row):
                yield f"nodes[{index}].{place}", row, revision

    def last_numbers(self) -> Iterator[tuple[type[Model], int]]:
        """Yield the last number of the nodes, and that of their revisions."""
        yield from super().last_numbers()
        if self.rows:
            yield Revision, max(revision["vid"] for _, _, revision in self.with_values())

    def load(self) -> None:
        """Load the nodes."""
        bundles = get_structure(None).bundles_of("node")
        done = 0
        for batch in batches(self.rows):
            nodes = [self._node(row, row, bundles[row["type"]]) for row in batch]
            upsert(Node, nodes, "nid", keep={"default_langcode", "revision_translation_affected"})
            Revision.objects.filter(current_for__in=[row["nid"] for row in batch]).exclude(
                pk__in=[row["vid"] for row in batch]
            ).update(current_for=None)
            self._load_revisions(batch, bundles)
            done += len(nodes)
            self.run.progress("nodes", done, len(self.rows))
        self.run.counts["nodes"] += len(self.rows)

    def _load_revisions(self, rows: Rows, bundles: Mapping[str, Bundle]) -> None:
        described = (
            (self._revision(row, revision, bundles[row["type"]]), "revision_log" in revision)
            for row in rows
            for _place, revision in _revisions(row)
        )
        for batch in batches(described):
            for has_log, keep in ((True, frozenset[str]()), (False, {"revision_log"})):
                revisions = [revision for revision, told in batch if told is has_log]
                upsert(Revision, revisions, "vid", "node", keep=keep)

    def _node(self, row: Row, revision: Row, bundle: Bundle) -> Node:
        """Return a node as it is now, or was at a revision."""
        names = ("langcode", "title", "status", "promote", "sticky")
        return Node(
            nid=row["nid"],
            uuid=row["uuid"],
            type_id=row["type"],
            uid_id=self.run.users.key(revision["uid"]),
            missing_uid=revision.get("missing_uid"),
            created=from_unix(revision["created"]),
            changed=from_unix(revision["changed"]),
            fields=self.values(revision, bundle),
            **{name: revision[name] for name in names},
        )

    def _revision(self, row: Row, revision: Row, bundle: Bundle) -> Revision:
        """Return a revision: the current one, or an older one with what the node was."""
        is_current = revision is row
        return Revision(
            vid=revision["vid"],
            node_id=row["nid"],
            current_for_id=row["nid"] if is_current else None,
            revision_timestamp=from_unix(revision["revision_timestamp"]),
            revision_uid_id=self.run.users.key(revision["revision_uid"]),
            revision_log=revision.get("revision_log"),
            snapshot=None if is_current else snapshot(self._node(row, revision, bundle)),
        )


def _revisions(row: Row) -> Iterator[tuple[str, Row]]:
    """Yield what is described of each revision of a node, and where; the current one first."""
    yield "", row
    for index, revision in enumerate(row["revisions"]):
        yield f"revisions[{index}].", revision
