"""Django's admin for the content: one module a model."""

from drupal_jwt_auth.admin.node import NodeAdmin
from drupal_jwt_auth.admin.node_type import NodeTypeAdmin

__all__ = ["NodeAdmin", "NodeTypeAdmin"]
