"""Bundles of a described site, with their configurable fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from drupal_jwt_auth.content.entity.field_values import with_values
from drupal_jwt_auth.content.entity.structure import configured_field
from drupal_jwt_auth.models import FieldConfig, FieldStorage
from drupal_jwt_auth.transfer.configuration import config_value
from drupal_jwt_auth.transfer.fields import described_config
from drupal_jwt_auth.transfer.loader import ConfigLoader, Row

_BEYOND = 2**31
"""What no database has as a weight."""


class BundleLoader(ConfigLoader):
    """Bundles of an entity type; fields of them that are not described stay.

    ``content`` is the list that has the entities, with their number as ``content_key``.
    """

    entity_type: ClassVar[str]
    content: ClassVar[str]
    content_key: ClassVar[str]

    def place(self, index: int, number: int) -> str:
        """Return where the description of a bundle has that of a field."""
        return f"{self.part}[{index}].fields[{number}]"

    def faults(self) -> Iterator[str]:
        """Yield where a field is of another type than one of its name."""
        yield from super().faults()
        type_of: dict[str, str] = {}
        for index, row in enumerate(self.rows):
            for number, field in enumerate(row["fields"]):
                before = type_of.setdefault(field["name"], field["type"])
                if before != field["type"]:
                    yield (
                        f"{self.place(index, number)}.type: "
                        f"another field {field['name']} is of the type {before}."
                    )

    def conflicts(self) -> Iterator[str]:
        """Yield where a UUID is another one's, and where a field's values are of another type."""
        yield from super().conflicts()
        storages = FieldStorage.objects.using(self.run.using).filter(entity_type=self.entity_type)
        here = {storage.name: storage for storage in storages}
        keys = {row[self.content_key] for row in self.site[self.content]}
        for index, row in enumerate(self.rows):
            for number, field in enumerate(row["fields"]):
                stored = here.get(field["name"])
                if stored is None or stored.field_type == field["type"]:
                    continue
                entities, *others = with_values(stored)
                # Those of the file get new values; their older revisions keep what they have.
                stay = set(entities.values_list("pk", flat=True)) - keys
                if stay or any(rows.exists() for rows in others):
                    yield (
                        f"{self.place(index, number)}.type: there is content with values of "
                        f"this field, which is {stored.field_type} here: its type cannot be "
                        "changed."
                    )

    def load_fields(self, row: Row) -> None:
        """Load the fields of a bundle."""
        bundle = row[self.key]
        names = [field["name"] for field in row["fields"]]
        kept = FieldConfig.objects.of(self.entity_type, bundle).exclude(storage__name__in=names)
        self.run.kept_fields += [f"{bundle}.{config.name}" for config in kept]
        for field in row["fields"]:
            config = described_config(self.entity_type, bundle, field)
            config.default_value = self.run.users.items(
                configured_field(config), field["default_value"]
            )
            config.replace()
            self._identify(config)
            self.run.counts["fields"] += 1

    def _identify(self, config: FieldConfig) -> None:
        """Give a field, and its storage, what only the configuration objects of the site say."""
        storage = config.storage
        for row, name, keys in (
            (config, f"field.field.{'.'.join(config.natural_key())}", ("uuid", "description")),
            (storage, f"field.storage.{storage}", ("uuid",)),
        ):
            values = {key: config_value(self.site["config"], name, key) for key in keys}
            said: dict[str, Any] = {
                key: value for key, value in values.items() if isinstance(value, str)
            }
            if row is config:
                said |= self._placed(config)
            type(row).objects.using(self.run.using).filter(pk=row.pk).update(**said)

    def _placed(self, config: FieldConfig) -> dict[str, int]:
        """Return where the form of the site has a field, if it has it."""
        form = f"core.entity_form_display.{config.entity_type}.{config.bundle}.default"
        placed = config_value(self.site["config"], form, "content")
        component = placed.get(config.name) if isinstance(placed, Mapping) else None
        weight = component.get("weight") if isinstance(component, Mapping) else None
        return {"weight": weight} if type(weight) is int and abs(weight) < _BEYOND else {}
