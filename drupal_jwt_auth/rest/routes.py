"""The URLs of the entity types that there are: two for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import URLPattern, path

from drupal_jwt_auth.content.entity.entity_type import ENTITY_TYPES
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityView, collection_path, path_of_one

Views = tuple[type[EntityCreateView], type[EntityView]]


def entity_routes(views: Mapping[str, Views]) -> Iterator[URLPattern]:
    """Yield the URLs of all types of content that have fields, as Drupal's REST module has them.

    ``views`` are those of types that have views of their own, by the types' ids.
    """
    for entity_type in ENTITY_TYPES.all_content():
        if not entity_type.base_fields:
            continue
        name = entity_type.id
        create_view, view = views.get(name, (EntityCreateView, EntityView))
        yield path(
            collection_path(entity_type).removeprefix("/"),
            create_view.as_view(entity_type_id=name),
            name=f"{name}_create",
        )
        yield path(
            path_of_one(entity_type, f"<str:{name}>").removeprefix("/"),
            view.as_view(entity_type_id=name),
            name=name,
        )
