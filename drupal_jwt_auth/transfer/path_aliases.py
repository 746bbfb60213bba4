"""Path aliases of a described site."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.models import Node, PathAlias
from drupal_jwt_auth.models.path_alias import alias_key, stored_alias
from drupal_jwt_auth.transfer.description_fields import IdField, uuid_field
from drupal_jwt_auth.transfer.loader import ContentLoader, Row, upsert

_NODE_PATH = re.compile(r"/node/([1-9][0-9]{0,9})")


class PathAliasDescription(serializers.Serializer[Any]):
    """The alias of a node, or of any other path."""

    pid = IdField()
    uuid = uuid_field()
    path = serializers.RegexField(r"\A/", max_length=ALIAS_MAX_LENGTH)
    alias = serializers.CharField(max_length=ALIAS_MAX_LENGTH)
    langcode = serializers.CharField(max_length=12, default="en")


class PathAliasLoader(ContentLoader):
    """Aliases: those of nodes, and those of paths that nothing is served at."""

    part, noun, model, key = "path_aliases", "URL alias", PathAlias, "pid"
    unique = ("pid", "uuid")

    def load(self) -> None:
        """Load the aliases."""
        for batch in batches(self.rows):
            nodes = Node.objects.using(self.run.using)
            there = set(
                nodes.filter(pk__in=filter(None, map(_nid, batch))).values_list("pk", flat=True)
            )
            upsert(PathAlias, [self._alias(row, there) for row in batch], "pid")
        others = self.run.other_paths
        self.run.counts["path aliases"] += len(self.rows) - len(others)
        if others:
            self.run.counts["aliases of other paths"] = len(others)

    def _alias(self, row: Row, there: Set[int]) -> PathAlias:
        nid, alias, path = _nid(row), stored_alias(row["alias"]), ""
        if nid not in there:
            nid, path = None, self.run.users.path(row["path"])
            self.run.other_paths.append((alias, path))
        return PathAlias(
            pid=row["pid"],
            uuid=row["uuid"],
            node_id=nid,
            path=path,
            alias=alias,
            key=alias_key(alias),
            langcode=row["langcode"],
        )


def _nid(row: Row) -> int | None:
    """Return the number of the node that an alias is for, None for one of another path."""
    found = _NODE_PATH.fullmatch(row["path"])
    return int(found[1]) if found else None
