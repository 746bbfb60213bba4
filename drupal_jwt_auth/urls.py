"""The URLs, to be included at the root of a project's, after its own.

As in Drupal, the fixed parts of a path match in upper and lower case, and one slash may follow.
What matches nothing else is looked up as an alias of a node.
"""

from django.urls import path, re_path, register_converter

from drupal_jwt_auth.aliases import AliasConverter
from drupal_jwt_auth.http.paths import in_any_case
from drupal_jwt_auth.views import (
    IdTokenView,
    JWKSView,
    NodeCreateView,
    NodeView,
    RefreshView,
    RevokeView,
    UserInfoView,
)

app_name = "drupal_jwt_auth"

register_converter(AliasConverter, "drupal_alias")

urlpatterns = [
    re_path(rf"^{in_any_case('rest_api/id_token')}/?$", IdTokenView.as_view(), name="id_token"),
    re_path(rf"^{in_any_case('rest_api/jwks')}/?$", JWKSView.as_view(), name="jwks"),
    re_path(rf"^{in_any_case('rest_api/refresh')}/?$", RefreshView.as_view(), name="refresh"),
    re_path(rf"^{in_any_case('rest_api/revoke')}/?$", RevokeView.as_view(), name="revoke"),
    re_path(rf"^{in_any_case('rest_api/userinfo')}/?$", UserInfoView.as_view(), name="userinfo"),
    re_path(rf"^{in_any_case('node')}/?$", NodeCreateView.as_view(), name="node_create"),
    re_path(rf"^{in_any_case('node')}/(?P<node>[^/]+)/?$", NodeView.as_view(), name="node"),
    path("<drupal_alias:alias>", NodeView.as_view()),
]
