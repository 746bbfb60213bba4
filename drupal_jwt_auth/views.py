"""The views, to be named in a URLconf or subclassed."""

from drupal_jwt_auth.auth.views.id_token import IdTokenView
from drupal_jwt_auth.auth.views.jwks import JWKSView
from drupal_jwt_auth.auth.views.refresh import RefreshView
from drupal_jwt_auth.auth.views.revoke import RevokeView
from drupal_jwt_auth.auth.views.userinfo import UserInfoView
from drupal_jwt_auth.rest.media import serve_media
from drupal_jwt_auth.rest.not_found import page_not_found
from drupal_jwt_auth.rest.other_path import other_path
from drupal_jwt_auth.rest.resource import NodeCreateView, NodeView

__all__ = [
    "IdTokenView",
    "JWKSView",
    "NodeCreateView",
    "NodeView",
    "RefreshView",
    "RevokeView",
    "UserInfoView",
    "other_path",
    "page_not_found",
    "serve_media",
]
