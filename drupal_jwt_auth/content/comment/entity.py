"""The entity type of comments: the fields that each has, in the order in which Drupal shows them.

Source: Drupal core 10.6, the base field definitions of comments and of what they extend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drupal_jwt_auth.content.comment.access import ADMINISTER, CommentAccess
from drupal_jwt_auth.content.comment.constraints import author_is_free, host_has_such_comments
from drupal_jwt_auth.content.comment.sources import HostKey, OfGuest
from drupal_jwt_auth.content.comment.storage import CommentStorage
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import (
    LINK_RELATIONS,
    ContentEntityType,
    Keys,
)
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.sources import Attribute, Author, ForeignKey, Moment
from drupal_jwt_auth.fields.contact import EmailType, UriType
from drupal_jwt_auth.fields.entity_reference import AuthorType, EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.string import LanguageType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType
from drupal_jwt_auth.models import Comment, CommentType
from drupal_jwt_auth.models.comment import (
    HOMEPAGE_MAX_LENGTH,
    NAME_MAX_LENGTH,
    SUBJECT_MAX_LENGTH,
    THREAD_MAX_LENGTH,
)
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, UUID_LENGTH

COMMENT_BASE_FIELDS = (
    BaseField(
        name="cid",
        label="Comment ID",
        type=IntegerType(),
        source=Attribute("cid"),
        never_set="The entity ID cannot be changed.",
    ),
    BaseField(
        name="uuid",
        label="UUID",
        type=UUIDType(),
        source=Attribute("uuid"),
        required=True,
        unique=True,
        settings={"max_length": UUID_LENGTH},
        set_once="The entity UUID cannot be changed.",
    ),
    BaseField(
        name="langcode",
        label="Language",
        type=LanguageType(),
        source=Attribute("langcode"),
        required=True,
        settings={"max_length": LANGCODE_MAX_LENGTH},
    ),
    BaseField(
        name="comment_type",
        label="Comment Type",
        type=EntityReferenceType(),
        source=ForeignKey("comment_type"),
        required=True,
        settings={"target_type": "comment_type"},
    ),
    BaseField(
        name="status",
        label="Published",
        type=BooleanType(),
        source=Attribute("status"),
        required=True,
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="uid",
        label="User ID",
        type=AuthorType(),
        source=Author("uid"),
        settings={"target_type": "user"},
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="pid",
        label="Parent ID",
        type=EntityReferenceType(),
        source=ForeignKey("pid"),
        settings={"target_type": "comment"},
        set_once="",
    ),
    BaseField(
        name="entity_id",
        label="Entity ID",
        type=EntityReferenceType(),
        source=HostKey(),
        required=True,
        has_default=False,
        set_once="",
    ),
    BaseField(
        name="subject",
        label="Subject",
        type=StringType(),
        source=Attribute("subject"),
        settings={"max_length": SUBJECT_MAX_LENGTH},
    ),
    BaseField(
        name="name",
        label="Name",
        type=StringType(),
        source=OfGuest("name"),
        settings={"max_length": NAME_MAX_LENGTH},
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="mail",
        label="Email",
        type=EmailType(),
        source=OfGuest("mail"),
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="homepage",
        label="Homepage",
        type=UriType(),
        source=Attribute("homepage"),
        settings={"max_length": HOMEPAGE_MAX_LENGTH},
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="hostname",
        label="Hostname",
        type=StringType(),
        source=Attribute("hostname"),
        never_set="",
        is_shown=False,
    ),
    BaseField(
        name="created",
        label="Created",
        type=CreatedType(),
        source=Moment("created"),
        required=True,
        edit_permission=ADMINISTER,
    ),
    BaseField(
        name="changed",
        label="Changed",
        type=ChangedType(),
        source=Moment("changed"),
        required=True,
        never_set="",
    ),
    BaseField(
        name="thread",
        label="Thread place",
        type=StringType(),
        source=Attribute("thread"),
        settings={"max_length": THREAD_MAX_LENGTH},
        never_set="",
    ),
    BaseField(
        name="entity_type",
        label="Entity type",
        type=StringType(),
        source=Attribute("entity_type"),
        required=True,
        has_default=False,
        settings={"max_length": MACHINE_NAME_LENGTH},
        set_once="",
    ),
    BaseField(
        name="field_name",
        label="Comment field name",
        type=StringType(),
        source=Attribute("field_name"),
        required=True,
        has_default=False,
        settings={"max_length": MACHINE_NAME_LENGTH},
        set_once="",
    ),
    BaseField(
        name="default_langcode",
        label="Default translation",
        type=BooleanType(),
        source=Attribute("default_langcode"),
        required=True,
        unchangeable="The default translation flag of a comment cannot be changed.",
    ),
)
"""Configurable fields follow these: the text of a comment is one."""


@register
class CommentEntityType(ContentEntityType):
    """Comments, the bundles of which are comment types."""

    id = "comment"
    label = "comment"
    model = Comment
    keys = Keys(
        id="cid",
        bundle="comment_type",
        label="subject",
        owner="uid",
        published="status",
        changed="changed",
        langcode="langcode",
    )
    base_fields = COMMENT_BASE_FIELDS
    bundle_type = "comment_type"
    canonical = "/comment/{comment}"
    collection = "/comment"
    links = {
        "canonical": None,
        f"{LINK_RELATIONS}/delete-form": "comment/{comment}/delete",
        f"{LINK_RELATIONS}/delete-multiple-form": "admin/content/comment/delete?comment={comment}",
        "edit-form": "comment/{comment}/edit",
        f"{LINK_RELATIONS}/create": "comment?comment={comment}",
    }
    constraints = (author_is_free, host_has_such_comments)
    access_class = CommentAccess
    storage_class = CommentStorage

    def base_fields_of(self, bundle: CommentType) -> Sequence[BaseField]:
        """Return the base fields, the entity being of the type that the comments are for."""
        settings = {"target_type": bundle.target_entity_type_id}
        return [
            replace(field, settings=settings) if field.name == "entity_id" else field
            for field in self.base_fields
        ]
