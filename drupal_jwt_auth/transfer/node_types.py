"""Content types of a described site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.models import NodeType
from drupal_jwt_auth.models.node_type import TITLE_LABEL
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.configuration import config_value
from drupal_jwt_auth.transfer.description_fields import MachineNameField, uuid_field
from drupal_jwt_auth.transfer.fields import FieldDescription, refuse_namesakes


class NodeFieldDescription(FieldDescription):
    """A configurable field of a content type."""

    entity_type = "node"


class DefaultsDescription(serializers.Serializer[Any]):
    """What new nodes of a type are."""

    status = serializers.BooleanField(default=True)
    promote = serializers.BooleanField(default=True)
    sticky = serializers.BooleanField(default=False)


class NodeTypeDescription(serializers.Serializer[Any]):
    """A content type with its configurable fields."""

    type = MachineNameField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(allow_blank=True, allow_null=True, default=None)
    title_label = serializers.CharField(max_length=255, default="")
    new_revision = serializers.BooleanField(default=True)
    defaults = DefaultsDescription(default=dict)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {**super().get_fields(), "fields": NodeFieldDescription(many=True, default=list)}

    def validate_fields(self, value: list[Any]) -> list[Any]:
        """Return the fields; refuse two of one name."""
        refuse_namesakes(value)
        return value


def complete(row: dict[str, Any], config: Mapping[str, Any]) -> None:
    """Take what a content type does not say from the configuration objects of its site."""
    name = row["type"]
    if not row["title_label"]:
        title = config_value(config, f"core.base_field_override.node.{name}.title", "label")
        row["title_label"] = str(title or TITLE_LABEL)
    if row["description"] is None:
        row["description"] = str(config_value(config, f"node.type.{name}", "description") or "")


class NodeTypeLoader(BundleLoader):
    """Content types with their fields."""

    part, noun, model, key = "node_types", "content type", NodeType, "type"
    unique = ("type", "uuid")
    entity_type, content, content_key = "node", "nodes", "nid"

    def load(self) -> None:
        """Load the content types."""
        for row in self.rows:
            names = ("name", "uuid", "description", "title_label", "new_revision")
            values = {name: row[name] for name in names} | row["defaults"]
            self.run.save(NodeType, "content types", {"type": row["type"]}, values)
            self.load_fields(row)
