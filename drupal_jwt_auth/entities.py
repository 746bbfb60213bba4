"""Entities for code of a project: types of its own, who asks, and what they may do."""

from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
    DENIED,
    AccessResult,
    EntityAccess,
    allowed_if,
    allowed_if_has_any_permission,
    allowed_if_has_permission,
)
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.bundle_type import BundleEntityType
from drupal_jwt_auth.content.entity.columns import column
from drupal_jwt_auth.content.entity.config_entity_type import ConfigEntityType
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys
from drupal_jwt_auth.content.entity.drupal_tables import DrupalTables
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.revisionable import RevisionableStorage
from drupal_jwt_auth.content.entity.sources import (
    Attribute,
    Author,
    ForeignKey,
    ManyToMany,
    Moment,
    Nowhere,
    OptionalText,
    Source,
    Text,
)
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.rest.routes import entity_urls

__all__ = [
    "ALLOWED",
    "DENIED",
    "AccessResult",
    "Account",
    "Attribute",
    "Author",
    "BaseField",
    "BundleEntityType",
    "ConfigEntityType",
    "ContentEntityType",
    "DrupalTables",
    "EntityAccess",
    "EntityStorage",
    "ForeignKey",
    "Keys",
    "ManyToMany",
    "Moment",
    "Nowhere",
    "OptionalText",
    "RevisionableStorage",
    "Source",
    "Text",
    "allowed_if",
    "allowed_if_has_any_permission",
    "allowed_if_has_permission",
    "column",
    "entity_urls",
    "register",
]
