"""The entity type of nodes: the fields that each has, in the order in which Drupal shows them.

Source: Drupal core 10.6, the base field definitions of node and of what it extends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import (
    LINK_RELATIONS,
    ContentEntityType,
    Keys,
)
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.revision_ids import RevisionIdType
from drupal_jwt_auth.content.entity.sources import Attribute, ForeignKey, Moment, Nowhere
from drupal_jwt_auth.content.node.access import NodeAccess
from drupal_jwt_auth.content.node.sources import (
    NodeAuthor,
    RevisionAttribute,
    RevisionAuthor,
    RevisionMoment,
)
from drupal_jwt_auth.content.node.storage import NodeStorage
from drupal_jwt_auth.content.path_alias.source import NewestAlias
from drupal_jwt_auth.fields.entity_reference import AuthorType, EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.path import PathType
from drupal_jwt_auth.fields.string import LanguageType, StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType
from drupal_jwt_auth.models import Node, NodeType
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.node import NODE_PATH, TITLE_MAX_LENGTH, UUID_MAX_LENGTH
from drupal_jwt_auth.models.node_type import TITLE_LABEL

ADMINISTER = "administer nodes"


NODE_BASE_FIELDS = (
    BaseField(
        name="nid",
        label="ID",
        type=IntegerType(),
        source=Attribute("nid"),
        never_set="The entity ID cannot be changed.",
    ),
    BaseField(
        name="uuid",
        label="UUID",
        type=UUIDType(),
        source=Attribute("uuid"),
        required=True,
        unique=True,
        settings={"max_length": UUID_MAX_LENGTH},
        set_once="The entity UUID cannot be changed.",
    ),
    BaseField(
        name="vid",
        label="Revision ID",
        type=RevisionIdType(),
        source=RevisionAttribute("vid"),
        unique=True,
        settings={"unsigned": True},
        unchangeable="The revision ID of a node cannot be changed.",
    ),
    BaseField(
        name="langcode",
        label="Language",
        type=LanguageType(),
        source=Attribute("langcode"),
        required=True,
        revisionable=True,
        settings={"max_length": LANGCODE_MAX_LENGTH},
    ),
    BaseField(
        name="type",
        label="Content type",
        type=EntityReferenceType(),
        source=ForeignKey("type"),
        required=True,
        settings={"target_type": "node_type"},
    ),
    BaseField(
        name="revision_timestamp",
        label="Revision create time",
        type=CreatedType(),
        source=RevisionMoment("revision_timestamp"),
        never_set="",
    ),
    BaseField(
        name="revision_uid",
        label="Revision user",
        type=AuthorType(),
        source=RevisionAuthor("revision_uid"),
        settings={"target_type": "user"},
        never_set="",
    ),
    BaseField(
        name="revision_log",
        label="Revision log message",
        type=StringLongType(),
        source=RevisionAttribute("revision_log"),
        of_revision=True,
    ),
    BaseField(
        name="status",
        label="Published",
        type=BooleanType(),
        source=Attribute("status"),
        required=True,
        revisionable=True,
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="uid",
        label="Authored by",
        type=AuthorType(),
        source=NodeAuthor("uid"),
        revisionable=True,
        settings={"target_type": "user"},
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="title",
        label=TITLE_LABEL,
        type=StringType(),
        source=Attribute("title"),
        required=True,
        has_default=False,
        revisionable=True,
        settings={"max_length": TITLE_MAX_LENGTH},
    ),
    BaseField(
        name="created",
        label="Authored on",
        type=CreatedType(),
        source=Moment("created"),
        required=True,
        revisionable=True,
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="changed",
        label="Changed",
        type=ChangedType(),
        source=Moment("changed"),
        required=True,
        revisionable=True,
        never_set="",
    ),
    BaseField(
        name="promote",
        label="Promoted to front page",
        type=BooleanType(),
        source=Attribute("promote"),
        required=True,
        revisionable=True,
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="sticky",
        label="Sticky at top of lists",
        type=BooleanType(),
        source=Attribute("sticky"),
        required=True,
        revisionable=True,
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="default_langcode",
        label="Default translation",
        type=BooleanType(),
        source=Attribute("default_langcode"),
        required=True,
        unchangeable="The default translation flag of a node cannot be changed.",
    ),
    BaseField(
        name="revision_default",
        label="Default revision",
        type=BooleanType(),
        source=Nowhere(),
        of_revision=True,
        is_shown=False,
    ),
    BaseField(
        name="revision_translation_affected",
        label="Revision translation affected",
        type=BooleanType(),
        source=Attribute("revision_translation_affected"),
        of_revision=True,
    ),
    BaseField(name="path", label="URL alias", type=PathType(), source=NewestAlias("node")),
)
"""Configurable fields follow these, in the order of their names."""


@register
class NodeEntityType(ContentEntityType):
    """Nodes, the bundles of which are content types."""

    id = "node"
    label = "node"
    model = Node
    keys = Keys(
        id="nid",
        bundle="type",
        label="title",
        owner="uid",
        published="status",
        changed="changed",
        langcode="langcode",
        revision="vid",
    )
    base_fields = NODE_BASE_FIELDS
    bundle_type = "node_type"
    bundle_permissions = {
        "create {type} content": "{name}: Create new content",
        "edit own {type} content": "{name}: Edit own content",
        "edit any {type} content": "{name}: Edit any content",
        "delete own {type} content": "{name}: Delete own content",
        "delete any {type} content": "{name}: Delete any content",
        "view {type} revisions": "{name}: View revisions",
        "revert {type} revisions": "{name}: Revert revisions",
        "delete {type} revisions": "{name}: Delete revisions",
    }
    canonical = f"{NODE_PATH}{{node}}"
    collection = "/node"
    links = {
        "canonical": None,
        f"{LINK_RELATIONS}/delete-form": "node/{node}/delete",
        f"{LINK_RELATIONS}/delete-multiple-form": "admin/content/node/delete?node={node}",
        "edit-form": "node/{node}/edit",
        "version-history": "node/{node}/revisions",
        f"{LINK_RELATIONS}/revision": None,
        f"{LINK_RELATIONS}/create": "node?node={node}",
    }
    """Relations and paths, None for that of the node itself. The current revision is the node."""
    access_class = NodeAccess
    storage_class = NodeStorage

    def base_fields_of(self, bundle: NodeType) -> Sequence[BaseField]:
        """Return the base fields, the title under the name that the content type has for it."""
        return [
            replace(field, label=bundle.title_label) if field.name == "title" else field
            for field in self.base_fields
        ]
