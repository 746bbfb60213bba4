"""The serializers."""

from drupal_jwt_auth.rest.serializers import NodeSerializer

__all__ = [
    "NodeSerializer",
]
