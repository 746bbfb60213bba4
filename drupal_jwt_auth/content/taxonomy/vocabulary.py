"""The entity type of vocabularies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.config_documents import head, merged
from drupal_jwt_auth.content.entity.entity_type import ConfigEntityType, keys_by_uuid, register
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.models import Vocabulary

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class VocabularyEntityType(ConfigEntityType):
    """Vocabularies."""

    id = "taxonomy_vocabulary"
    prefix = "taxonomy.vocabulary"
    permissions = ("access taxonomy overview", "administer taxonomy")

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the vocabularies that references point to."""
        found = Vocabulary.objects.filter(pk__in=keys)
        return {row.vid: Target(row.uuid) for row in found}

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the machine names of the vocabularies with these UUIDs."""
        return keys_by_uuid(Vocabulary, "pk", uuids)

    def document(
        self, key: str, stored: dict[str, Any] | None, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a vocabulary."""
        row = Vocabulary.objects.filter(pk=key).first()
        if row is None:
            return None
        known = stored or {}
        return merged(
            stored,
            {
                **head(known, row.uuid, known.get("dependencies", [])),
                "name": row.name,
                "vid": row.vid,
                "description": known.get("description"),
                "weight": known.get("weight", 0),
                "new_revision": known.get("new_revision", False),
            },
        )
