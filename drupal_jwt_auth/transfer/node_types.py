"""Content types of a described site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.content.node.field_values import with_values
from drupal_jwt_auth.models import FieldConfig, NodeType
from drupal_jwt_auth.models.node_type import TITLE_LABEL
from drupal_jwt_auth.transfer.description_fields import MachineNameField, uuid_field
from drupal_jwt_auth.transfer.fields import (
    FieldDescription,
    described_field,
    field_values,
    refuse_namesakes,
)
from drupal_jwt_auth.transfer.loader import ConfigLoader


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


def title_label(config: Any, node_type: str) -> str:
    """Return the label in the configuration objects of a site, where Drupal keeps it."""
    name = f"core.base_field_override.node.{node_type}.title"
    override = config.get(name) if isinstance(config, Mapping) else None
    label = override.get("label") if isinstance(override, Mapping) else None
    return str(label or TITLE_LABEL)


class NodeTypeLoader(ConfigLoader):
    """Content types with their fields; fields that are not described stay."""

    part, noun, model, key = "node_types", "content type", NodeType, "type"
    unique = ("type", "uuid")

    def conflicts(self) -> Iterator[str]:
        """Yield where a UUID is another type's, and where a field's values are of another type."""
        yield from super().conflicts()
        configs = FieldConfig.objects.using(self.run.using)
        nids = {row["nid"] for row in self.site["nodes"]}
        for index, row in enumerate(self.rows):
            here = {config.name: config for config in configs.filter(node_type=row["type"])}
            for number, field in enumerate(row["fields"]):
                config = here.get(field["name"])
                if config is None or config.field_type == field["type"]:
                    continue
                nodes, revisions = with_values(config)
                # Those of the file get new values; their older revisions keep what they have.
                if revisions.exists() or set(nodes.values_list("pk", flat=True)) - nids:
                    yield (
                        f"node_types[{index}].fields[{number}].type: there is content with values "
                        f"of this field, which is {config.field_type} here: its type cannot be "
                        "changed."
                    )

    def load(self) -> None:
        """Load the content types."""
        for row in self.rows:
            names = ("name", "uuid", "title_label", "new_revision")
            values = {name: row[name] for name in names} | row["defaults"]
            key = {"type": row["type"]}
            node_type = self.run.save(NodeType, "content types", key, values)
            fields = [field["name"] for field in row["fields"]]
            kept = FieldConfig.objects.filter(node_type=node_type).exclude(name__in=fields)
            self.run.kept_fields += [f"{row['type']}.{config.name}" for config in kept]
            for field in row["fields"]:
                values = field_values(field)
                values["default_value"] = self.run.users.items(
                    described_field(field), field["default_value"]
                )
                key = {"node_type": node_type, "name": field["name"]}
                self.run.save(FieldConfig, "fields", key, values)
