"""What is shown as a resource: an entity, or the document of configuration, to an account.

Source: JSON:API 1.0, and Drupal core 10.6 for what is told of what somebody may not see.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields import Field, Item, Reference, Target
from drupal_jwt_auth.jsonapi.resource_type import AnyResourceType, ConfigResourceType, ResourceType

NOT_SEEN = "The current user is not allowed to GET the selected resource."
NO_RELATIONSHIP = "The current user is not allowed to view this relationship."
LABEL_ONLY = "The user only has authorization for the 'view label' operation."


class ResourceObject(ABC):
    """What is shown as a resource to the account of a site.

    Who may not see it may see its label perhaps, and nothing else then.
    """

    resource_type: AnyResourceType
    site: SiteContext

    @property
    @abstractmethod
    def uuid(self) -> str:
        """Return the id."""

    @property
    @abstractmethod
    def view(self) -> AccessResult:
        """Return whether the account may see it."""

    @property
    @abstractmethod
    def view_label(self) -> AccessResult:
        """Return whether the account may see what it is called."""

    @property
    @abstractmethod
    def label(self) -> Any:
        """Return what it is called."""

    @property
    def is_seen(self) -> bool:
        """Tell whether the account may see anything of it."""
        return self.view.allowed or self.view_label.allowed

    @property
    def is_label_only(self) -> bool:
        """Tell whether the account may see its label alone."""
        return not self.view.allowed and self.view_label.allowed

    @property
    def refusal(self) -> str:
        """Return why the account does not see it."""
        return f"{NOT_SEEN} {self.view.reason}".rstrip()

    @property
    def identity(self) -> tuple[str, str]:
        """Return what tells it from all other resources."""
        return self.resource_type.name, self.uuid

    @property
    def path(self) -> str:
        """Return where it is, below the site."""
        return f"{self.resource_type.path}/{self.uuid}"

    @property
    def version(self) -> int | None:
        """Return the number of its version, None where there are none."""
        return None

    @property
    def is_latest(self) -> bool:
        """Tell whether there is no later version."""
        return True

    def fields(self, wanted: frozenset[str] | None) -> Mapping[str, ShownField]:
        """Return those of the fields that the account may see, by public name; None for all."""
        return {}

    def plain(self, wanted: frozenset[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield names and values of attributes that are no fields."""
        return iter(())

    def known_targets(self) -> Iterator[tuple[Reference, Target]]:
        """Yield what it refers to as far as that is known by now."""
        return iter(())


class EntityObject(ResourceObject):
    """An entity."""

    def __init__(
        self,
        entity: Any,
        entity_type: ContentEntityType,
        site: SiteContext,
        *,
        is_latest: bool = True,
    ) -> None:
        self.entity = entity
        self.entity_type = entity_type
        # Its bundle may have been made a moment ago.
        bundle = site.bundle(entity_type, entity_type.bundle_of(entity))
        self.resource_type: ResourceType = ResourceType(bundle)
        self.site = site
        self._is_latest = is_latest

    @property
    def is_latest(self) -> bool:
        """Tell whether the entity is at its newest revision."""
        return self._is_latest

    @property
    def uuid(self) -> str:
        """Return the id."""
        return str(self.entity_type.uuid_of(self.entity))

    @cached_property
    def view(self) -> AccessResult:
        """Return whether the account may see the entity."""
        return self.entity_type.access.view(self.site.account, self.entity)

    @cached_property
    def view_label(self) -> AccessResult:
        """Return whether the account may see what it is called."""
        return self.entity_type.access.view_label(self.site.account, self.entity)

    @property
    def label(self) -> Any:
        """Return what the entity is called."""
        return self.entity_type.label_of(self.entity, self.site)

    @property
    def version(self) -> int | None:
        """Return the number of the revision, None where there is none."""
        key = self.entity_type.keys.revision
        items = [] if key is None else self.entity_type.field(key).get(self.entity)
        return next((item["value"] for item in items), None)

    def fields(self, wanted: frozenset[str] | None) -> Mapping[str, ShownField]:
        """Return those of the fields that the account may see, by public name; None for all."""
        return {
            name: ShownField(self, field)
            for name, field in self.resource_type.fields.items()
            if (wanted is None or name in wanted) and self.shows(field)
        }

    def plain(self, wanted: frozenset[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield what the entity is called, where that is told beside its fields."""
        name = self.entity_type.public_label
        if name is not None and (wanted is None or name in wanted):
            yield name, self.label

    def known_targets(self) -> Iterator[tuple[Reference, Target]]:
        """Yield what the entity refers to as far as its own query has brought it along."""
        return self.entity_type.storage.known_targets(self.entity, self.site.root)

    def shows(self, field: Field) -> bool:
        """Tell whether the account may see a field of the entity."""
        return self.entity_type.access.view_field(self.site.account, field, self.entity)

    def items(self, field: Field) -> list[Item]:
        """Return the items of a field: those that say something."""
        return [item for item in field.get(self.entity) if not field.type.is_empty(item)]

    def wire(self, field: Field) -> list[Item]:
        """Return the items of a field with what is computed of them."""
        return [field.type.normalize(item, field, self.site) for item in self.items(field)]

    def references(self, field: Field) -> list[Reference]:
        """Return what a field refers to."""
        return list(field.references(self.items(field)))


class ShownField(NamedTuple):
    """A field of an entity, to be shown."""

    of: EntityObject
    field: Field

    @property
    def items(self) -> list[Item]:
        """Return the items with what is computed of them."""
        return self.of.wire(self.field)

    @property
    def references(self) -> list[Reference]:
        """Return what they refer to."""
        return self.of.references(self.field)

    def one_or_many(self, values: list[Any]) -> Any:
        """Return values of the items: the only one, None for none, where there cannot be more."""
        return (values[0] if values else None) if self.field.cardinality == 1 else values


class ConfigObject(ResourceObject):
    """The document of a configuration object."""

    def __init__(
        self,
        key: str,
        document: Mapping[str, Any],
        entity_type: ConfigEntityType,
        site: SiteContext,
    ) -> None:
        self.key = key
        self.document = document
        self.entity_type = entity_type
        self.resource_type = ConfigResourceType(entity_type)
        self.site = site

    @property
    def uuid(self) -> str:
        """Return the id."""
        return str(self.document.get("uuid"))

    @cached_property
    def view(self) -> AccessResult:
        """Return whether the account may see the object."""
        return self.entity_type.view(self.site.account, self.key)

    @cached_property
    def view_label(self) -> AccessResult:
        """Return whether the account may see what it is called."""
        return self.entity_type.view_label(self.site.account, self.key)

    @property
    def label(self) -> Any:
        """Return what the object is called."""
        return self.document.get(self.entity_type.label_key)

    def plain(self, wanted: frozenset[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield what is in the document, but the UUID."""
        resource_type = ConfigResourceType(self.entity_type)
        for name, value in self.document.items():
            shown = resource_type.public_name(name)
            if name in HIDDEN or resource_type.is_off(name):
                continue
            if wanted is None or shown in wanted:
                yield shown, value


HIDDEN = frozenset({"uuid", "_core"})
"""What is in documents and no attribute."""


def load(references: Iterable[Reference], site: SiteContext) -> dict[Reference, ResourceObject]:
    """Return what is there of what references lead to, and served.

    With a query or so for each type.
    """
    keys: dict[str, dict[Any, None]] = {}
    for reference in references:
        keys.setdefault(reference.entity_type, {})[reference.key] = None
    found: dict[Reference, ResourceObject] = {}
    for name, wanted in keys.items():
        entity_type = ENTITY_TYPES.get(name)
        if isinstance(entity_type, ContentEntityType):
            entities = entity_type.storage.load(list(wanted), site)
            found |= {
                Reference(name, key): EntityObject(entity, entity_type, site)
                for key, entity in entities.items()
            }
        elif isinstance(entity_type, ConfigEntityType):
            found |= {
                Reference(name, key): ConfigObject(key, document, entity_type, site)
                for key, document in entity_type.load(site, list(wanted)).items()
            }
    return {key: each for key, each in found.items() if each.resource_type.naming.is_served}
