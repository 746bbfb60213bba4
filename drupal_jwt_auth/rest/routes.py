"""The URLs of entity types: where one is made, and where it is from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path

from drupal_jwt_auth.content.entity.entity_type import ENTITY_TYPES, ContentEntityType
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityView
from drupal_jwt_auth.rest.serializers import EntitySerializer

Views = tuple[type[EntityCreateView], type[EntityView]]


def entity_urls(*ids: str, views: Mapping[str, Views] | None = None) -> list[URLPattern]:
    """Return the URLs of these types of content, of all that have some where none is named.

    ``views`` are those that serve a type instead of the app's own: to create, and all else.
    """
    chosen = map(ENTITY_TYPES.content, ids) if ids else ENTITY_TYPES.all_content()
    urls = []
    for entity_type in chosen:
        create, single = (views or {}).get(entity_type.id) or _views(entity_type)
        if entity_type.collection is not None:
            route = entity_type.collection.removeprefix("/")
            urls.append(path(route, create.as_view(), name=f"{entity_type.id}_create"))
        if entity_type.canonical is not None:
            route = entity_type.path_with(f"<str:{entity_type.id}>").removeprefix("/")
            urls.append(path(route, single.as_view(), name=entity_type.id))
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
