"""The kinds of configuration of which this app knows nothing but what a site has brought.

Source: the configuration entities of Drupal core 10.6, and the permissions that see them.
"""

from __future__ import annotations

from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES


class StoredEntityType(ConfigEntityType):
    """A kind of configuration that is shown as it is stored."""

    def __init__(self, entity_type_id: str, prefix: str, *permissions: str) -> None:
        self.id, self.prefix, self.permissions = entity_type_id, prefix, permissions


STORED = (
    StoredEntityType("date_format", "core.date_format", "administer site configuration"),
    StoredEntityType(
        "entity_form_display", "core.entity_form_display", "administer {0} form display"
    ),
    StoredEntityType("entity_view_display", "core.entity_view_display", "administer {0} display"),
    StoredEntityType("entity_view_mode", "core.entity_view_mode", "administer display modes"),
    StoredEntityType("image_style", "image.style", "administer image styles"),
    StoredEntityType("menu", "system.menu", "administer menu"),
    StoredEntityType("rest_resource_config", "rest.resource", "administer rest resources"),
    StoredEntityType("view", "views.view", "administer views"),
)

for each in STORED:
    ENTITY_TYPES.add(each)
