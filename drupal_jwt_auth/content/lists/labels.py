"""What is called how of what lists refer to, as far as an account may know.

Source: Drupal core 10.6, the labels of entities and who sees them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.fields import Reference
from drupal_jwt_auth.fields.primitives import to_text


class Label(NamedTuple):
    """What something is called that is referred to, where it is, and in which language."""

    text: str
    url: str | None
    langcode: str


class KnownLabels:
    """What is called how of what rows refer to: all of a type is loaded at once."""

    def __init__(self, site: SiteContext) -> None:
        self.site = site
        self._entities: dict[Reference, Any] = {}
        self._documents: dict[Reference, dict[str, Any]] = {}

    def learn(self, references: Iterable[Reference]) -> None:
        """Load what is referred to."""
        wanted: dict[str, set[Any]] = defaultdict(set)
        for reference in references:
            wanted[reference.entity_type].add(reference.key)
        for name, keys in wanted.items():
            entity_type = ENTITY_TYPES.get(name)
            if isinstance(entity_type, ContentEntityType):
                for key, entity in entity_type.storage.load(keys, self.site).items():
                    self._entities[Reference(name, key)] = entity
            elif isinstance(entity_type, ConfigEntityType):
                for key, document in entity_type.load(self.site, keys).items():
                    self._documents[Reference(name, key)] = document

    def label(self, reference: Reference) -> Label | None:
        """Return what something is called; None for what the account may not know of."""
        entity = self._entities.get(reference)
        if entity is None:
            return self._label_of_document(reference)
        entity_type = ENTITY_TYPES.content(reference.entity_type)
        if not entity_type.access.view_label(self.site.account, entity).allowed:
            return None
        return label_of(entity_type, entity, self.site)

    def _label_of_document(self, reference: Reference) -> Label | None:
        document = self._documents.get(reference)
        if document is None:
            return None
        entity_type = ENTITY_TYPES.config(reference.entity_type)
        if not entity_type.view_label(self.site.account, reference.key).allowed:
            return None
        text = to_text(document.get(entity_type.label_key) or reference.key)
        return Label(text, None, str(document.get("langcode")))

    def is_seen(self, reference: Reference) -> bool:
        """Tell whether the account sees something."""
        entity = self._entities.get(reference)
        if entity is not None:
            access = ENTITY_TYPES.content(reference.entity_type).access
            return access.view(self.site.account, entity).allowed
        if reference not in self._documents:
            return False
        entity_type = ENTITY_TYPES.config(reference.entity_type)
        return entity_type.view(self.site.account, reference.key).allowed


def label_of(entity_type: ContentEntityType, entity: Any, site: SiteContext) -> Label:
    """Return what an entity is called, where it is, and in which language."""
    storage = entity_type.storage
    return Label(
        entity_type.label_of(entity, site) or "",
        storage.path_of(entity, site.root),
        storage.langcode_of(entity),
    )
