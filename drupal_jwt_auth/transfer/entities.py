"""Entities of a described site whose bundles have configurable fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from drupal_jwt_auth.content.entity.structure import Bundle
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.fields import DescribedSite, described_field, item_faults
from drupal_jwt_auth.transfer.loader import ContentLoader, Row


class EntityLoader(ContentLoader):
    """Entities with the values of their fields.

    ``bundles`` is what loads what they are of, and ``bundle`` the property that names it, where
    there is more than one.
    """

    bundles: ClassVar[type[BundleLoader]]
    bundle: ClassVar[str]

    def bundle_of(self, row: Row) -> str:
        """Return the name of the bundle of an entity."""
        return str(row[self.bundle])

    def with_values(self) -> Iterator[tuple[str, Row, Row]]:
        """Yield where values are described, the entity that they are of, and what holds them."""
        for index, row in enumerate(self.rows):
            yield f"{self.part}[{index}].", row, row

    def faults(self) -> Iterator[str]:
        """Yield where there is no field for values, and where they cannot be shown."""
        yield from super().faults()
        context = DescribedSite()
        fields = {
            bundle[self.bundles.key]: {
                field["name"]: described_field(
                    self.bundles.entity_type, bundle[self.bundles.key], field
                )
                for field in bundle["fields"]
            }
            for bundle in self.site[self.bundles.part]
        }
        for place, row, holder in self.with_values():
            for name, items in holder["fields"].items():
                of = self.bundle_of(row)
                field = fields[of].get(name)
                if field is None:
                    yield f"{place}fields.{name}: {self.bundles.noun} {of} has no such field."
                else:
                    for fault in item_faults(field, self.run.users.items(field, items), context):
                        yield f"{place}fields.{fault}"

    def values(self, holder: Row, bundle: Bundle) -> dict[str, list[Item]]:
        """Return the stored items of the fields that are described."""
        return {
            name: bundle.fields[name].restore(self.run.users.items(bundle.fields[name], items))
            for name, items in holder["fields"].items()
        }
