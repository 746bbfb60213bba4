"""The URLs of resources: which types have some, and what is at each.

No bundle and no field is looked at: a URL is resolved without a query.
"""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from rest_framework.exceptions import ParseError

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.http.method import intended_method
from drupal_jwt_auth.jsonapi.configuration import ConfigCollectionView, ConfigIndividualView
from drupal_jwt_auth.jsonapi.entry_point import EntryPointView
from drupal_jwt_auth.jsonapi.related import RelatedView, RelationshipView
from drupal_jwt_auth.jsonapi.resource import JSONAPIView
from drupal_jwt_auth.jsonapi.resource_type import ROOT, is_served
from drupal_jwt_auth.jsonapi.uploads import FieldFileView, NewFileView
from drupal_jwt_auth.jsonapi.views import CollectionView, IndividualView


class ResourceEntityTypeConverter(StringConverter):
    """The types of content that have fields, and UUIDs as the ids of resources."""

    def __init__(self) -> None:
        """Know the types that are registered by now."""
        self.regex = "|".join(each.id for each in ENTITY_TYPES.all_content() if is_served(each))


class ResourceConfigTypeConverter(StringConverter):
    """The types of configuration that are resources."""

    def __init__(self) -> None:
        """Know the types that are registered by now."""
        self.regex = "|".join(each.id for each in ENTITY_TYPES.all_config())


def resource_urls() -> list[URLPattern]:
    """Return the URLs of all resources."""
    register_converter(ResourceEntityTypeConverter, "resource_entity_type")
    register_converter(ResourceConfigTypeConverter, "resource_config_type")
    collection = f"{ROOT}/<resource_entity_type:entity_type>/<str:bundle>"
    individual = f"{collection}/<str:uuid>"
    config = f"{ROOT}/<resource_config_type:entity_type>/<str:bundle>"
    views = (
        (ROOT, EntryPointView.as_view(), "entry_point"),
        (collection, CollectionView.as_view(), "collection"),
        (individual, posting_to(NewFileView, IndividualView), "individual"),
        (f"{individual}/relationships/<str:field>", RelationshipView.as_view(), "relationship"),
        (f"{individual}/<str:field>", posting_to(FieldFileView, RelatedView), "related"),
        (config, ConfigCollectionView.as_view(), "config_collection"),
        (f"{config}/<str:uuid>", ConfigIndividualView.as_view(), "config_individual"),
    )
    return [path(route, view, name=f"jsonapi_{name}") for route, view, name in views]


def posting_to(upload: type[JSONAPIView], other: type[JSONAPIView]) -> Any:
    """Return what leaves a POST to one view, and all other methods to another one."""
    post, others = upload.as_view(), other.as_view()

    @wraps(others)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with suppress(ParseError):  # Which the view finds again.
            if intended_method(request) == "POST":
                return post(request, *args, **kwargs)
        return others(request, *args, **kwargs)

    return view
