"""The kinds of configuration of which this app knows nothing but what a site has brought.

Source: the configuration entities of Drupal core 10.6, and the permissions that see them.
"""

from __future__ import annotations

from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES


class StoredEntityType(ConfigEntityType):
    """A kind of configuration that is shown as it is stored."""

    def __init__(
        self,
        entity_type_id: str,
        label: str,
        prefix: str,
        *permissions: str,
        id_key: str = "id",
        labels_are_public: bool = False,
    ) -> None:
        self.id, self.label, self.prefix = entity_type_id, label, prefix
        self.permissions, self.id_key = permissions, id_key
        self.labels_are_public = labels_are_public


STORED = (
    StoredEntityType(
        *("date_format", "Date format", "core.date_format", "administer site configuration"),
        labels_are_public=True,
    ),
    StoredEntityType(
        *("entity_form_display", "Entity form display", "core.entity_form_display"),
        "administer {0} form display",
    ),
    StoredEntityType(
        *("entity_view_display", "Entity view display", "core.entity_view_display"),
        "administer {0} display",
    ),
    StoredEntityType(
        *("entity_view_mode", "View mode", "core.entity_view_mode", "administer display modes"),
    ),
    StoredEntityType(
        *("image_style", "Image style", "image.style", "administer image styles"), id_key="name"
    ),
    StoredEntityType(*("menu", "Menu", "system.menu", "administer menu"), labels_are_public=True),
    StoredEntityType(
        *("rest_resource_config", "REST resource configuration", "rest.resource"),
        "administer rest resources",
    ),
    StoredEntityType("view", "View", "views.view", "administer views"),
)

for each in STORED:
    ENTITY_TYPES.add(each)
