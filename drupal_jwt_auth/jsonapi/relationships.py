"""Relationships of a resource by themselves: what is added to one, put in its place, and removed.

Source: JSON:API 1.0, and Drupal core 10.6 for how it answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import ParseError

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.fields import Field, Item
from drupal_jwt_auth.jsonapi.linkage import Identifier, Linkage, item_of, numbered, read_linkage
from drupal_jwt_auth.jsonapi.resource_type import target_type_of, target_types_of, type_name

NOWHERE = ("", "")
"""What an item is that leads to nothing: no client can name it."""


class Relationship:
    """A field of an entity that leads to others: what it holds, and what it is to hold."""

    def __init__(self, entity: Any, field: Field, site: SiteContext) -> None:
        self.entity = entity
        self.field = field
        self.site = site

    @property
    def is_to_many(self) -> bool:
        """Tell whether it may lead to more than one."""
        return self.field.cardinality != 1

    @property
    def items(self) -> list[Item]:
        """Return what it holds."""
        return self.field.get(self.entity)

    @property
    def identifiers(self) -> list[Identifier]:
        """Return the resource identifiers of the items, which are numbered."""
        items = self.items
        self.site.look_up(self.field.references(items))
        return numbered(map(self._identity, items))

    def _identity(self, item: Item) -> tuple[str, str]:
        reference = self.field.type.reference(item, self.field)
        target = None if reference is None else self.site.target(reference)
        if reference is None or target is None:
            return NOWHERE
        return type_name(reference.entity_type, target.bundle), str(target.uuid)

    @property
    def types(self) -> list[str]:
        """Return the names of the resource types that it may lead to."""
        return [each.name for each in target_types_of(self.field, self.site.structure)]

    def read(self, document: Any) -> Linkage:
        """Return the linkage in a document; raise ParseError (400) for another one's."""
        sent, types = read_linkage(document, to_many=self.is_to_many), self.types
        for identifier in sent:
            if identifier.type not in types:
                raise ParseError(
                    f"The provided type ({identifier.type}) does not match the destination "
                    f"resource types ({', '.join(types)})."
                )
        return sent

    def with_more(self, sent: Linkage) -> list[Item]:
        """Return the items with those that are not there yet."""
        there = Linkage(self.identifiers)
        return self.items + self.only(each for each in sent if each not in there)

    def only(self, sent: Iterable[Identifier]) -> list[Item]:
        """Return raw items for resource identifiers; raise ParseError (400) for one of nothing."""
        identifiers, target_type = list(sent), target_type_of(self.field)
        self.site.look_up_uuids(target_type, [each.id for each in identifiers])
        items = []
        for each in identifiers:
            key = self.site.key_of(target_type, each.id)
            if key is None:
                raise ParseError(
                    f"The targeted `{each.type}` resource with ID `{each.id}` does not exist."
                )
            items.append(item_of(self.field, each.meta, key))
        return items

    def without(self, sent: Linkage) -> list[Item]:
        """Return the items but those that were sent."""
        there = zip(self.items, self.identifiers, strict=True)
        return [item for item, identifier in there if identifier not in sent]

    def is_told_by(self, sent: Linkage) -> bool:
        """Tell whether a client knows from what it has sent what there is now."""
        return all(each in sent for each in self.identifiers)
