"""The URLs, to be included in a project's, after its own."""

from django.urls import path, register_converter
from django.urls.resolvers import RegexPattern

from drupal_jwt_auth.jsonapi.routes import ResourceEntityTypeConverter
from drupal_jwt_auth.jsonapi.views import CollectionView, IndividualView
from drupal_jwt_auth.rest.aliases import AliasPattern
from drupal_jwt_auth.rest.configuration import ConfigEntityTypeConverter
from drupal_jwt_auth.rest.routes import entity_routes
from drupal_jwt_auth.views import (
    ConfigEntityView,
    IdTokenView,
    JWKSView,
    NodeCreateView,
    NodeView,
    RefreshView,
    RevokeView,
    UserInfoView,
    other_path,
)

app_name = "drupal_jwt_auth"

register_converter(ConfigEntityTypeConverter, "config_entity_type")
register_converter(ResourceEntityTypeConverter, "resource_entity_type")

urlpatterns = [
    path("rest_api/id_token", IdTokenView.as_view(), name="id_token"),
    path("rest_api/jwks", JWKSView.as_view(), name="jwks"),
    path("rest_api/refresh", RefreshView.as_view(), name="refresh"),
    path("rest_api/revoke", RevokeView.as_view(), name="revoke"),
    path("rest_api/userinfo", UserInfoView.as_view(), name="userinfo"),
    *entity_routes({"node": (NodeCreateView, NodeView)}),
    path(
        "jsonapi/<resource_entity_type:entity_type>/<str:bundle>",
        CollectionView.as_view(),
        name="jsonapi_collection",
    ),
    path(
        "jsonapi/<resource_entity_type:entity_type>/<str:bundle>/<str:uuid>",
        IndividualView.as_view(),
        name="jsonapi_individual",
    ),
    path(
        "entity/<config_entity_type:entity_type>/<str:id>",
        ConfigEntityView.as_view(),
        name="config_entity",
    ),
    AliasPattern(RegexPattern(r"^(?P<path>[\s\S]+)$", is_endpoint=True), other_path),
]
