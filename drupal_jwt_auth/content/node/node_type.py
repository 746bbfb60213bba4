"""The entity type of content types."""

from __future__ import annotations

from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.entity_type import register


@register
class NodeTypeEntityType(BundleEntityType):
    """Content types."""

    id = "node_type"
    bundle_of = "node"
