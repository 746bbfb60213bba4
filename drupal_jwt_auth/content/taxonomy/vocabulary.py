"""The entity type of vocabularies."""

from __future__ import annotations

from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.entity_type import register


@register
class VocabularyEntityType(BundleEntityType):
    """Vocabularies."""

    id = "taxonomy_vocabulary"
    bundle_of = "taxonomy_term"
