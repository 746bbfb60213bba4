"""Entities of a described site whose bundles have configurable fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.fields import described_field, item_faults
from drupal_jwt_auth.transfer.loader import ContentLoader, Row


class EntityLoader(ContentLoader):
    """Entities with the values of their fields; ``bundles`` is what loads what they are of."""

    bundles: ClassVar[type[BundleLoader]]

    def faults(self) -> Iterator[str]:
        """Yield where there is no field for values, and where they cannot be shown."""
        yield from super().faults()
        context = SiteContext(Account(None), get_structure(None))
        key = self.bundles.key
        fields = {
            row[key]: {
                field["name"]: described_field(self.bundles.entity_type, row[key], field)
                for field in row["fields"]
            }
            for row in self.site[self.bundles.part]
        }
        for index, row in enumerate(self.rows):
            place = f"{self.part}[{index}].fields"
            for name, items in row["fields"].items():
                field = fields[row[key]].get(name)
                if field is None:
                    yield f"{place}.{name}: {self.bundles.noun} {row[key]} has no such field."
                else:
                    for fault in item_faults(field, self.run.users.items(field, items), context):
                        yield f"{place}.{fault}"

    def values(self, row: Row, bundle: Bundle) -> dict[str, list[Item]]:
        """Return the stored items of the described fields of an entity."""
        return {
            name: bundle.fields[name].cast(self.run.users.items(bundle.fields[name], items))
            for name, items in row["fields"].items()
        }
