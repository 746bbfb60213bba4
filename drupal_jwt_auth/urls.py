"""The URLs, to be included in a project's, after its own."""

from django.urls import path
from django.urls.resolvers import RegexPattern

from drupal_jwt_auth.rest.aliases import AliasPattern
from drupal_jwt_auth.views import (
    EntityCreateView,
    EntityView,
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

urlpatterns = [
    path("rest_api/id_token", IdTokenView.as_view(), name="id_token"),
    path("rest_api/jwks", JWKSView.as_view(), name="jwks"),
    path("rest_api/refresh", RefreshView.as_view(), name="refresh"),
    path("rest_api/revoke", RevokeView.as_view(), name="revoke"),
    path("rest_api/userinfo", UserInfoView.as_view(), name="userinfo"),
    path("node", NodeCreateView.as_view(), name="node_create"),
    path("node/<str:node>", NodeView.as_view(), name="node"),
    path(
        "taxonomy/term",
        EntityCreateView.as_view(entity_type_id="taxonomy_term"),
        name="term_create",
    ),
    path(
        "taxonomy/term/<str:taxonomy_term>",
        EntityView.as_view(entity_type_id="taxonomy_term"),
        name="term",
    ),
    AliasPattern(RegexPattern(r"^(?P<path>[\s\S]+)$", is_endpoint=True), other_path),
]
