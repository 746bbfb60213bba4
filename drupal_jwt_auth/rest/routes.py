"""The URLs of the entity types that there are: two for each."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from drupal_jwt_auth.content.entity.entity_type import ENTITY_TYPES, ContentEntityType
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityView, collection_path, path_of_one


def entity_routes() -> Iterator[URLPattern]:
    """Yield the URLs of all types of content that have fields, as Drupal's REST module has them."""
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.base_fields:
            yield from routes_of(entity_type)


def routes_of(entity_type: ContentEntityType) -> Iterator[URLPattern]:
    """Yield the URL that an entity is created at, and that of each."""
    name = entity_type.id
    yield path(
        collection_path(entity_type).removeprefix("/"),
        EntityCreateView.as_view(entity_type_id=name),
        name=f"{name}_create",
    )
    yield path(
        path_of_one(entity_type, f"<str:{name}>").removeprefix("/"),
        EntityView.as_view(entity_type_id=name),
        name=name,
    )
