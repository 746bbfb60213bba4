"""The entity type of comment types."""

from __future__ import annotations

from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.entity_type import register


@register
class CommentTypeEntityType(BundleEntityType):
    """Comment types."""

    id = "comment_type"
    bundle_of = "comment"
