"""Configuration entities as resources: they are read, and nothing else."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.urls.converters import StringConverter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from drupal_jwt_auth.content.entity.access import DENIED, AccessResult
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.http.views import NO_BODY
from drupal_jwt_auth.rest.resource import RestResource


class ConfigEntityTypeConverter(StringConverter):
    """The types of configuration that there are: other paths are not these resources'."""

    def __init__(self) -> None:
        """Know the types that are registered by now."""
        self.regex = "|".join(each.id for each in ENTITY_TYPES.all_config())


class ConfigSerializer(BaseSerializer[Any]):
    """Show a configuration entity as Drupal's REST module does: flat, its keys as they are kept."""

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Return the document."""
        return instance


class ConfigEntityView(RestResource):
    """``GET /entity/{entity_type}/{id}``: a configuration entity."""

    methods = ("GET", "HEAD")
    methods_of_options = ("GET",)
    serializer_class: ClassVar[type[ConfigSerializer]] = ConfigSerializer
    found: dict[str, Any]

    @property
    def entity_type(self) -> ConfigEntityType:
        """Return the type of the entity."""
        return ENTITY_TYPES.config(self.kwargs["entity_type"])

    @cached_property
    def site(self) -> SiteContext:
        """Return the site as the account sees it."""
        return SiteContext(self.account, get_structure(self.account.stamp), self.request)

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load what the path names; raise NotFound (404)."""
        found = self.entity_type.find(self.kwargs["id"], self.site)
        if found is None:
            name = self.entity_type.id
            raise self.not_found(name, f"/entity/{name}/{{{name}}}")
        self.found = found

    def get_access(self) -> AccessResult:
        """Return whether the account may see the entity.

        Whoever writes a schema of the project asks without one: it is any one then.
        """
        if self.kwargs:
            return self.entity_type.view(self.account, self.kwargs["id"])
        results = [each.view(self.account, "") for each in ENTITY_TYPES.all_config()]
        return next((result for result in results if result.allowed), DENIED)

    def get_serializer(self, *args: Any, **kwargs: Any) -> ConfigSerializer:
        """Return a serializer, for whoever writes a schema of the project, too."""
        return self.serializer_class(*args, **kwargs)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the entity; refuse a document that is no JSON, though nothing needs one."""
        if self.read_body(request) not in NO_BODY:
            self.check_content_type(request)
            self.document(request)
        return Response(self.get_serializer(self.found).data)
