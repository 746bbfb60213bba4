"""Collections: which entities are members, in which order, and a window of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.jsonapi.filters import Filter
from drupal_jwt_auth.jsonapi.query import Page, array_of, parameters
from drupal_jwt_auth.jsonapi.resource_type import ResourceType


class Collection:
    """The members of a collection that a request asks for."""

    def __init__(self, request: Request, resource_type: ResourceType, site: SiteContext) -> None:
        self.request = request
        self.resource_type = resource_type
        self.site = site

    def window(self, page: Page) -> list[Any]:
        """Return the members of a page, and one more if there is one."""
        entity_type = self.resource_type.entity_type
        if "sort" in parameters(self.request):
            raise ParseError("Resources cannot be sorted yet: they come in the order of their ids.")
        condition = Q()
        if array_of(self.request, "filter"):
            condition &= entity_type.access.visible_to(self.site.account)
            condition &= Filter(self.resource_type, self.site).condition(self.request)
        column = entity_type.bundle_column
        if column is not None:
            condition &= Q(**{column.attname: self.resource_type.bundle.id})
        found = entity_type.storage.query().filter(condition).order_by(*self.default_order)
        entities = list(found[page.start : page.start + page.limit + 1])
        entity_type.storage.complete(entities)
        return entities

    @property
    def default_order(self) -> tuple[str, ...]:
        """Return what members are ordered by where nothing is asked for: revisions, then keys."""
        revision = self.resource_type.entity_type.keys.revision
        return ("revision__vid",) if revision == "vid" else ("pk",)
