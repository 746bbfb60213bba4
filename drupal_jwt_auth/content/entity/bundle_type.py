"""The configuration that the bundles of a type of content are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.fields import Target

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext


class BundleEntityType(ConfigEntityType):
    """Configuration that is known without a query: the bundles of the type ``bundle_of``."""

    bundle_of: ClassVar[str]

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the bundles that references point to."""
        bundles = site.structure.bundles_of(self.bundle_of)
        return {key: Target(str(bundles[key].config.uuid)) for key in keys if key in bundles}

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the machine names of the bundles with these UUIDs."""
        bundles = site.structure.bundles_of(self.bundle_of).values()
        return {str(bundle.config.uuid): bundle.id for bundle in bundles}

    def rows(self, site: SiteContext, keys: Collection[str] | None) -> Mapping[str, Any]:
        """Return the rows that the bundles are."""
        bundles = site.structure.bundles_of(self.bundle_of)
        return {name: bundle.config for name, bundle in bundles.items()}
