"""The URLs of resources: which types have some, what is at each, and where to ask for one.

No bundle and no field is looked at: a URL is resolved without a query.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, register_converter
from rest_framework.exceptions import ParseError

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.http.method import intended_method
from drupal_jwt_auth.jsonapi.configuration import ConfigCollectionView, ConfigIndividualView
from drupal_jwt_auth.jsonapi.entry_point import EntryPointView
from drupal_jwt_auth.jsonapi.naming import ResourceName, at_path, drupal_name, naming_of
from drupal_jwt_auth.jsonapi.path_translation import PathTranslationView
from drupal_jwt_auth.jsonapi.related import RelatedView, RelationshipView
from drupal_jwt_auth.jsonapi.resource import JSONAPIView
from drupal_jwt_auth.jsonapi.resource_type import ROOT, is_served
from drupal_jwt_auth.jsonapi.subrequests import SubrequestsView
from drupal_jwt_auth.jsonapi.uploads import FieldFileView, NewFileView
from drupal_jwt_auth.jsonapi.views import CollectionView, IndividualView


class ResourceConverter:
    """The path of a resource type: one that Drupal has, or that a project has chosen."""

    regex = "[^/]+/[^/]+|[^/]+"

    def to_python(self, value: str) -> ResourceName:
        """Return what is at a path; raise ValueError for what is no resource type."""
        name = ResourceName.of(at_path(value) or "")
        if not self.has(name.entity_type):
            raise ValueError(value)
        return name

    def to_url(self, value: ResourceName) -> str:
        """Return the path of a resource type."""
        return naming_of(drupal_name(*value)).path

    def has(self, entity_type_id: str) -> bool:
        """Tell whether there is a type of content that has resources."""
        return any(
            each.id == entity_type_id for each in filter(is_served, ENTITY_TYPES.all_content())
        )


class ConfigResourceConverter(ResourceConverter):
    """The path of a resource type of configuration."""

    def has(self, entity_type_id: str) -> bool:
        """Tell whether there is such a type of configuration."""
        return any(each.id == entity_type_id for each in ENTITY_TYPES.all_config())


def resource_urls() -> list[URLPattern]:
    """Return the URLs of all resources."""
    register_converter(ResourceConverter, "resource")
    register_converter(ConfigResourceConverter, "config_resource")
    collection = f"{ROOT}/<resource:resource>"
    individual = f"{collection}/<str:uuid>"
    config = f"{ROOT}/<config_resource:resource>"
    views = (
        (ROOT, EntryPointView.as_view(), "entry_point"),
        (collection, CollectionView.as_view(), "collection"),
        (individual, posting_to(NewFileView, IndividualView), "individual"),
        (f"{individual}/relationships/<str:field>", RelationshipView.as_view(), "relationship"),
        (f"{individual}/<str:field>", posting_to(FieldFileView, RelatedView), "related"),
        (config, ConfigCollectionView.as_view(), "config_collection"),
        (f"{config}/<str:uuid>", ConfigIndividualView.as_view(), "config_individual"),
        ("router/translate-path", PathTranslationView.as_view(), "path_translation"),
        ("subrequests", SubrequestsView.as_view(), "subrequests"),
    )
    return [path(route, view, name=f"jsonapi_{name}") for route, view, name in views]


def posting_to(upload: type[JSONAPIView], other: type[JSONAPIView]) -> Any:
    """Return what leaves a POST to one view, and all other methods to another one."""
    post, others = upload.as_view(), other.as_view()

    @wraps(others)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        chosen = post if _is_post(request) else others
        return chosen(request, *args, **kwargs)

    return view


def _is_post(request: HttpRequest) -> bool:
    """Tell whether a request means POST; what means no method at all, a view will tell."""
    try:
        return intended_method(request) == "POST"
    except ParseError:
        return False
