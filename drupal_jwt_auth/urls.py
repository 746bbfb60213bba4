"""The URLs, to be included in a project's, after its own."""

from django.urls.resolvers import RegexPattern

from drupal_jwt_auth import token_urls
from drupal_jwt_auth.rest.aliases import AliasPattern
from drupal_jwt_auth.rest.routes import entity_urls
from drupal_jwt_auth.views import NodeCreateView, NodeView, other_path

app_name = "drupal_jwt_auth"

urlpatterns = [
    *token_urls.urlpatterns,
    *entity_urls(views={"node": (NodeCreateView, NodeView)}),
    AliasPattern(RegexPattern(r"^(?P<path>[\s\S]+)$", is_endpoint=True), other_path),
]
