"""The URLs of the entity types that there are: two for each, to make one, and where one is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityView, collection_path, path_of_one
from drupal_jwt_auth.rest.serializers import EntitySerializer

Views = tuple[type[EntityCreateView], type[EntityView]]


def entity_urls(*ids: str, views: Mapping[str, Views] | None = None) -> list[URLPattern]:
    """Return the URLs of these types of content, of all that have fields where none is named.

    They are as Drupal's REST module has them. ``views`` are those of types that have views of their
    own, by the types' ids.
    """
    chosen = map(ENTITY_TYPES.content, ids) if ids else ENTITY_TYPES.all_content()
    urls = []
    for entity_type in chosen:
        if entity_type.base_fields:
            name = entity_type.id
            create_view, view = (views or {}).get(name) or _views(entity_type)
            route = collection_path(entity_type).removeprefix("/")
            urls.append(path(route, create_view.as_view(), name=f"{name}_create"))
            route = path_of_one(entity_type, f"<str:{name}>").removeprefix("/")
            urls.append(path(route, view.as_view(), name=name))
    return urls


def _views(entity_type: ContentEntityType) -> Views:
    """Return views of a type; schemas of the project are told apart by what they are called."""
    name = entity_type.id.title().replace("_", "")
    of_type: dict[str, Any] = {"entity_type_id": entity_type.id}
    of_type["serializer_class"] = type(f"{name}Serializer", (EntitySerializer,), dict(of_type))
    return (
        type(f"{name}CreateView", (EntityCreateView,), of_type),
        type(f"{name}View", (EntityView,), of_type),
    )
