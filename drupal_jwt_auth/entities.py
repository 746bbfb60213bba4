"""Content for code of a project: kinds of its own, who asks, and what they may do."""

from drupal_jwt_auth.content.entity.access import AccessResult, EntityAccess
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.entity_type import ContentEntityType, Keys, register
from drupal_jwt_auth.content.entity.sources import Attribute, Author, ForeignKey, Moment, Source
from drupal_jwt_auth.content.entity.storage import EntityStorage

__all__ = [
    "AccessResult",
    "Account",
    "Attribute",
    "Author",
    "BaseField",
    "ContentEntityType",
    "EntityAccess",
    "EntityStorage",
    "ForeignKey",
    "Keys",
    "Moment",
    "Source",
    "register",
]
