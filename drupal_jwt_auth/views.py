"""The views, to be named in a URLconf or subclassed."""

from __future__ import annotations

from typing import ClassVar

from drupal_jwt_auth.auth.views.id_token import IdTokenView
from drupal_jwt_auth.auth.views.jwks import JWKSView
from drupal_jwt_auth.auth.views.refresh import RefreshView
from drupal_jwt_auth.auth.views.revoke import RevokeView
from drupal_jwt_auth.auth.views.userinfo import UserInfoView
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.rest.configuration import ConfigEntityView
from drupal_jwt_auth.rest.media import serve_media
from drupal_jwt_auth.rest.not_found import page_not_found
from drupal_jwt_auth.rest.other_path import other_path
from drupal_jwt_auth.rest.password import PasswordView
from drupal_jwt_auth.rest.private_files import PrivateFileView as BasePrivateFileView
from drupal_jwt_auth.rest.registration import RegistrationView
from drupal_jwt_auth.rest.resource import EntityCreateView, EntityResource, EntityView
from drupal_jwt_auth.rest.sessions import LoginStatusView, LoginView, LogoutView, SessionTokenView
from drupal_jwt_auth.rest.uploads import UploadView
from drupal_jwt_auth.serializers import EntitySerializer, NodeSerializer

__all__ = [
    "ConfigEntityView",
    "EntityCreateView",
    "EntityView",
    "IdTokenView",
    "JWKSView",
    "LoginStatusView",
    "LoginView",
    "LogoutView",
    "NodeCreateView",
    "NodeResource",
    "NodeView",
    "PasswordView",
    "PrivateFileView",
    "RefreshView",
    "RegistrationView",
    "RevokeView",
    "SessionTokenView",
    "UploadView",
    "UserInfoView",
    "other_path",
    "page_not_found",
    "serve_media",
]


class NodeResource(EntityResource):
    """What the node views share."""

    entity_type_id = "node"
    serializer_class: ClassVar[type[EntitySerializer]] = NodeSerializer


class NodeCreateView(NodeResource, EntityCreateView):
    """``POST /node``: create a node of the type that the document names."""


class NodeView(NodeResource, EntityView):
    """``GET``, ``PATCH`` and ``DELETE /node/{node}``, and the same at an alias of the node."""

    @property
    def node(self) -> Node:
        """Return the node that the path names."""
        node: Node = self.entity
        return node


class PrivateFileView(BasePrivateFileView):
    """``GET /system/files/{path}``: the bytes of a private file."""

    entity_type_id = "file"
