"""The entity type of content types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.config_documents import head, merged
from drupal_jwt_auth.content.entity.registry import register

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class NodeTypeEntityType(BundleEntityType):
    """Content types."""

    id = "node_type"
    label = "Content type"
    bundle_of = "node"
    prefix = "node.type"
    id_key = "type"
    label_key = "name"
    permissions = ("access content",)

    def document(
        self, key: str, stored: dict[str, Any] | None, row: Any, site: SiteContext
    ) -> dict[str, Any] | None:
        """Return the document of a content type."""
        if row is None:
            return None
        known = stored or {}
        return merged(
            stored,
            {
                **head(known, row.uuid, known.get("dependencies", [])),
                "name": row.name,
                "type": row.type,
                "description": row.description,
                "help": known.get("help"),
                "new_revision": row.new_revision,
                "preview_mode": known.get("preview_mode", 1),
                "display_submitted": known.get("display_submitted", True),
            },
        )
