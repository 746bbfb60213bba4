"""The views: thin rooms on the top floor, the only ones that know both wings."""

from drupal_jwt_auth.views.id_token import IdTokenView
from drupal_jwt_auth.views.node import NodeCreateView, NodeView
from drupal_jwt_auth.views.not_found import page_not_found

__all__ = ["IdTokenView", "NodeCreateView", "NodeView", "page_not_found"]
