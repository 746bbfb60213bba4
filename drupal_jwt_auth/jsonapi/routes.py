"""The URLs of resources: which types of content have some."""

from __future__ import annotations

from django.urls.converters import StringConverter

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES


class ResourceEntityTypeConverter(StringConverter):
    """The types of content that have fields, and UUIDs as the ids of resources.

    No bundle is looked at: a URL is resolved without a query.
    """

    def __init__(self) -> None:
        """Know the types that are registered by now."""
        self.regex = "|".join(
            each.id for each in ENTITY_TYPES.all_content() if each.base_fields and each.keys.uuid
        )
