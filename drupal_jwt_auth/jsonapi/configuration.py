"""Configuration as resources: read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import ALLOWED, AccessResult
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.query.documents import holds, sort_value
from drupal_jwt_auth.http.views import no_route
from drupal_jwt_auth.jsonapi.exceptions import NotAllowed
from drupal_jwt_auth.jsonapi.filters import Asked, AskedGroup, read_filter, read_sorts
from drupal_jwt_auth.jsonapi.objects import ConfigObject
from drupal_jwt_auth.jsonapi.query import check_depth, check_query, page_links, read_page
from drupal_jwt_auth.jsonapi.resource import JSONAPIView
from drupal_jwt_auth.jsonapi.resource_type import ConfigResourceType
from drupal_jwt_auth.jsonapi.versions import check_collection_version, check_version


class ConfigView(JSONAPIView):
    """What the views of configuration share."""

    @property
    def entity_type(self) -> ConfigEntityType:
        """Return the type of the configuration."""
        return ENTITY_TYPES.config(self.kwargs["resource"].entity_type)

    @property
    def resource_type(self) -> ConfigResourceType:
        """Return the resource type that the path names."""
        return ConfigResourceType(self.entity_type)

    def get_access(self) -> AccessResult:
        """Return that anybody may ask: what they may not see is left out."""
        return ALLOWED

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotFound (404) for what is no bundle: a type has the one of its own name."""
        check_query(request)
        if self.kwargs["resource"].bundle != self.entity_type.id:
            raise NotFound(no_route(request))


class ConfigCollectionView(ConfigView):
    """``GET /jsonapi/node_type/node_type``: the objects of a type of configuration."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of them."""
        check_collection_version(request)
        page = read_page(request)
        objects = self.objects()
        end = page.start + page.limit
        links = page_links(request, page, is_last=len(objects) <= end)
        return Response(self.list_of(objects[page.start : end], links))

    def objects(self) -> list[ConfigObject]:
        """Return the objects that are asked for, in the order of their keys unless in another."""
        asked, sorts = read_filter(self.request), read_sorts(self.request)
        objects = [
            ConfigObject(key, document, self.entity_type, self.site)
            for key, document in self.entity_type.load(self.site).items()
            if self.holds(document, asked)
        ]
        for sort in reversed(sorts):
            path = self.path(sort.path)
            objects.sort(
                key=lambda each: sort_value(each.document, path),
                reverse=sort.is_descending,
            )
        return objects

    def holds(self, document: Mapping[str, Any], asked: Asked | AskedGroup) -> bool:
        """Tell whether what is asked holds of a document."""
        if isinstance(asked, Asked):
            return holds(document, self.path(asked.path), asked.operator, asked.values)
        held = (self.holds(document, each) for each in asked.members)
        return any(held) if asked.is_any else all(held)

    def path(self, text: str) -> list[str]:
        """Return the way to a value in a document."""
        name, *rest = text.split(".")
        check_depth(rest)
        return [self.resource_type.inner_name(name), *rest]


class ConfigIndividualView(ConfigView):
    """``GET /jsonapi/node_type/node_type/{uuid}``: one of them."""

    found: ConfigObject

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the object that the path names; raise NotFound (404)."""
        super().load(request)
        key = self.site.key_of(self.entity_type.id, self.kwargs["uuid"])
        document = None if key is None else self.entity_type.find(key, self.site)
        if document is None:
            raise self.resource_type.not_found()
        check_version(request, self.resource_type)
        self.found = ConfigObject(key, document, self.entity_type, self.site)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the object."""
        if not self.found.is_seen:
            raise NotAllowed(self.found.refusal, "/data", self.presenter.url(self.found))
        (data,) = self.presenter.present([self.found])
        return Response(self.document_with({"data": data}, [self.found]))
