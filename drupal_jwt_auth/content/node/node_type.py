"""The entity type of content types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.entity_type import ConfigEntityType, register
from drupal_jwt_auth.fields import Target

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


@register
class NodeTypeEntityType(ConfigEntityType):
    """Content types, which are known without a query."""

    id = "node_type"

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the content types that references point to."""
        bundles = site.structure.bundles_of("node")
        return {key: Target(bundles[key].config.uuid) for key in keys if key in bundles}

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the machine names of the content types with these UUIDs."""
        bundles = site.structure.bundles_of("node").values()
        return {bundle.config.uuid: bundle.id for bundle in bundles}
