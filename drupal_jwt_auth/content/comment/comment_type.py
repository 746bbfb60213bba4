"""The entity type of comment types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.config_documents import head, merged
from drupal_jwt_auth.content.entity.registry import register

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class CommentTypeEntityType(BundleEntityType):
    """Comment types."""

    id = "comment_type"
    label = "Comment type"
    bundle_of = "comment"
    prefix = "comment.type"
    permissions = ("administer comment types",)

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a comment type."""
        if row is None:
            return None
        known = stored or {}
        return merged(
            stored,
            {
                **head(known, row.uuid, known.get("dependencies", [])),
                "id": row.id,
                "label": row.label,
                "target_entity_type_id": row.target_entity_type_id,
                "description": row.description,
            },
        )
