"""The kinds of content that this app brings, each a room: imported, they are registered."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from drupal_jwt_auth.content.comment.comment_type import CommentTypeEntityType
from drupal_jwt_auth.content.comment.entity import CommentEntityType
from drupal_jwt_auth.content.configuration.field import (
    BaseFieldOverrideEntityType,
    FieldConfigEntityType,
    FieldStorageEntityType,
)
from drupal_jwt_auth.content.configuration.stored import StoredEntityType
from drupal_jwt_auth.content.configuration.text_format import TextFormatEntityType
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.file.entity import FileEntityType
from drupal_jwt_auth.content.node.entity import NodeEntityType
from drupal_jwt_auth.content.node.node_type import NodeTypeEntityType
from drupal_jwt_auth.content.path_alias.entity import PathAliasEntityType
from drupal_jwt_auth.content.taxonomy.entity import TermEntityType
from drupal_jwt_auth.content.taxonomy.vocabulary import VocabularyEntityType
from drupal_jwt_auth.content.user.entity import UserEntityType
from drupal_jwt_auth.content.user.role import RoleEntityType

KINDS = (
    CommentEntityType,
    CommentTypeEntityType,
    BaseFieldOverrideEntityType,
    FieldConfigEntityType,
    FieldStorageEntityType,
    FileEntityType,
    NodeEntityType,
    NodeTypeEntityType,
    PathAliasEntityType,
    RoleEntityType,
    StoredEntityType,
    TermEntityType,
    TextFormatEntityType,
    UserEntityType,
    VocabularyEntityType,
)


def viewable_nodes(user: Any) -> Q:
    """Return the condition for the nodes that a user may see, or an account."""
    return ENTITY_TYPES.content(NodeEntityType.id).access.visible_to(Account.of(user))
