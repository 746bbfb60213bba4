"""The serializers: the wire <-> the model."""

from drupal_jwt_auth.serializers.node import NodeSerializer

__all__ = ["NodeSerializer"]
