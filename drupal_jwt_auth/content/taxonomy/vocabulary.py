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
    bundle_of = "taxonomy_term"
    prefix = "taxonomy.vocabulary"
    permissions = ("access taxonomy overview", "administer taxonomy")

    def document(
        self, key: str, stored: dict[str, Any] | None, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a vocabulary."""
        bundle = site.structure.bundles_of(self.bundle_of).get(key)
        if bundle is None:
            return None
        row, known = bundle.config, stored or {}
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
