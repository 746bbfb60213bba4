"""The serializers, to be used or subclassed."""

from drupal_jwt_auth.rest.serializers import EntitySerializer

__all__ = ["EntitySerializer", "NodeSerializer"]


class NodeSerializer(EntitySerializer):
    """Serialize nodes as Drupal's REST module does: see `EntitySerializer`."""

    entity_type_id = "node"
