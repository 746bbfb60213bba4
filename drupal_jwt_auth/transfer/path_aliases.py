"""Path aliases of a described site."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.path_alias import PATH_MAX_LENGTH, alias_key, stored_alias
from drupal_jwt_auth.transfer.description_fields import IdField, uuid_field
from drupal_jwt_auth.transfer.loader import ContentLoader, Row, upsert


class PathAliasDescription(serializers.Serializer[Any]):
    """The alias of an entity's path, or of any other."""

    pid = IdField()
    revision_id = IdField(default=None, allow_null=True)
    uuid = uuid_field()
    path = serializers.RegexField(r"\A/", max_length=PATH_MAX_LENGTH)
    alias = serializers.CharField(max_length=ALIAS_MAX_LENGTH)
    langcode = serializers.CharField(max_length=12, default="en")
    status = serializers.BooleanField(default=True)


class PathAliasLoader(ContentLoader):
    """Aliases: those of entities, and those of paths that nothing is served at."""

    part, noun, model, key = "path_aliases", "URL alias", PathAlias, "pid"
    unique = ("pid", "uuid")

    def load(self) -> None:
        """Load the aliases."""
        for batch in batches(self.rows):
            upsert(PathAlias, [self._alias(row) for row in batch], "pid")
        others = self.run.other_paths
        self.run.counts["path aliases"] += len(self.rows) - len(others)
        if others:
            self.run.counts["aliases of other paths"] = len(others)

    def _alias(self, row: Row) -> PathAlias:
        alias, path = stored_alias(row["alias"]), self.run.users.path(row["path"])
        if ENTITY_TYPES.at(path) is None:
            self.run.other_paths.append((alias, path))
        return PathAlias(**{**row, "alias": alias, "key": alias_key(alias), "path": path})
