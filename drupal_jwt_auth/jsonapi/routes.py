"""The URLs of the resource types: two for each type of content, whatever bundles it has."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from drupal_jwt_auth.content.entity.entity_type import ENTITY_TYPES
from drupal_jwt_auth.jsonapi.views import CollectionView, IndividualView


def resource_routes() -> Iterator[URLPattern]:
    """Yield the URLs of all types of content that have fields, and UUIDs as their ids.

    No bundle is looked at: a URL is resolved without a query.
    """
    for entity_type in ENTITY_TYPES.all_content():
        if not entity_type.base_fields or entity_type.keys.uuid is None:
            continue
        name, collection = entity_type.id, f"jsonapi/{entity_type.id}/<str:bundle>"
        own = {"entity_type_id": name}
        yield path(collection, CollectionView.as_view(**own), name=f"jsonapi_{name}_collection")
        yield path(
            f"{collection}/<str:uuid>",
            IndividualView.as_view(**own),
            name=f"jsonapi_{name}_individual",
        )
