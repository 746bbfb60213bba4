"""The views: thin rooms on the top floor, the only ones that know both wings."""

from drupal_jwt_auth.views.id_token import IdTokenView
from drupal_jwt_auth.views.jwks import JWKSView
from drupal_jwt_auth.views.media import serve_media
from drupal_jwt_auth.views.node import NodeCreateView, NodeView
from drupal_jwt_auth.views.not_found import page_not_found
from drupal_jwt_auth.views.other_path import other_path
from drupal_jwt_auth.views.refresh import RefreshView
from drupal_jwt_auth.views.revoke import RevokeView
from drupal_jwt_auth.views.userinfo import UserInfoView

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
