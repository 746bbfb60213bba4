"""The entity type of vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.config_documents import head, merged
from drupal_jwt_auth.content.entity.registry import register

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class VocabularyEntityType(BundleEntityType):
    """Vocabularies."""

    id = "taxonomy_vocabulary"
    label = "Taxonomy vocabulary"
    bundle_of = "taxonomy_term"
    prefix = "taxonomy.vocabulary"
    id_key = "vid"
    label_key = "name"
    permissions = ("access taxonomy overview", "administer taxonomy")

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a vocabulary."""
        if row is None:
            return None
        known = stored or {}
        return merged(
            stored,
            {
                **head(known, row.uuid, known.get("dependencies", [])),
                "name": row.name,
                "vid": row.vid,
                "description": row.description,
                "weight": row.weight,
                "new_revision": known.get("new_revision", False),
            },
        )
