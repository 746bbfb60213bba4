"""The entity type of paragraphs, their types, and who may see them.

Source: the base fields and the access control of Drupal's module paragraphs, and the field type of
the module entity_reference_revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField, Q

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.contrib.paragraphs.models import Paragraph, ParagraphRevision
from drupal_jwt_auth.entities import (
    AccessResult,
    Account,
    Attribute,
    BaseField,
    BundleEntityType,
    ContentEntityType,
    DrupalTables,
    EntityAccess,
    ForeignKey,
    Keys,
    Moment,
    RevisionableStorage,
    Text,
    allowed_if,
    register,
)
from drupal_jwt_auth.fields import register as register_field_type
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.primitives import to_integer
from drupal_jwt_auth.fields.string import LanguageType, StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.timestamps import CreatedType
from drupal_jwt_auth.models import Comment
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.structure import Bundle

ADMINISTER = "administer paragraphs types"
VIEW_UNPUBLISHED = "view unpublished paragraphs"

MAX_DEPTH = 3
"""How many paragraphs may be in each other; what is deeper is hidden."""

CLOSED = "Paragraphs are changed with what they are a part of."


@register_field_type
class EntityReferenceRevisionsType(EntityReferenceType):
    """A reference to an entity as it was at a revision."""

    id = "entity_reference_revisions"
    module = "entity_reference_revisions"
    properties = ("target_id", "target_revision_id")
    default_target_type = "paragraph"
    casts = {"target_revision_id": to_integer}


@register
class ParagraphsTypeEntityType(BundleEntityType):
    """Types of paragraphs."""

    id = "paragraphs_type"
    bundle_of = "paragraph"


class ParagraphAccess(EntityAccess):
    """A paragraph is seen by whoever sees what it is a part of; nobody changes it by itself."""

    def view(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may see a paragraph."""
        seen = Paragraph._default_manager.filter(self.visible_to(account), pk=entity.pk)
        return allowed_if(seen.exists())

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the paragraphs that the account may see."""
        status = Q() if account.has_permission(VIEW_UNPUBLISHED) else Q(status=True)
        parents = Q(pk__in=())
        for each in ENTITY_TYPES.all_content():
            if _may_have_parts(each):
                seen = each.model._default_manager.filter(each.access.visible_to(account))
                parents |= Q(parent_type=each.id, parent_id__in=seen.order_by().values("pk"))
        visible = parents & status
        for _ in range(MAX_DEPTH):
            above = Paragraph._default_manager.filter(visible).order_by().values("pk")
            inner = Q(parent_type=self.entity_type.id, parent_id__in=above)
            visible = (parents | inner) & status
        return visible

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return that nobody may."""
        return AccessResult(allowed=False, reason=CLOSED)

    def update(self, account: Account, entity: Any) -> AccessResult:
        """Return that nobody may."""
        return AccessResult(allowed=False, reason=CLOSED)

    def delete(self, account: Account, entity: Any) -> AccessResult:
        """Return that nobody may."""
        return AccessResult(allowed=False, reason=CLOSED)

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return that some may perhaps be seen, and none be changed."""
        return allowed_if(operation == "view", CLOSED)

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference paragraphs that are not published."""
        return account.has_permission(VIEW_UNPUBLISHED)


def _may_have_parts(entity_type: ContentEntityType) -> bool:
    """Tell whether entities of a type can have paragraphs, and one query can tell who sees them.

    Who may see a comment depends on what it is on, which may be a paragraph.
    """
    return (
        entity_type.is_fieldable
        and entity_type.model not in (Comment, Paragraph)
        and entity_type.storage.is_beside_aliases
        and isinstance(entity_type.model._meta.pk, IntegerField)
    )


@register
class ParagraphEntityType(ContentEntityType):
    """Paragraphs, the bundles of which are their types."""

    id = "paragraph"
    label = "paragraph"
    model = Paragraph
    module = "paragraphs"
    keys = Keys(
        id="id",
        bundle="type",
        published="status",
        langcode="langcode",
        revision="revision_id",
    )
    base_fields = (
        BaseField(
            name="id",
            label="ID",
            type=IntegerType(),
            source=Attribute("id"),
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
            name="revision_id",
            label="Revision ID",
            type=IntegerType(),
            source=Attribute("revision_id"),
            never_set="The revision ID of a paragraph cannot be changed.",
        ),
        BaseField(
            name="langcode",
            label="Language code",
            type=LanguageType(),
            source=Attribute("langcode"),
            required=True,
            revisionable=True,
            settings={"max_length": LANGCODE_MAX_LENGTH},
        ),
        BaseField(
            name="type",
            label="Paragraph type",
            type=EntityReferenceType(),
            source=ForeignKey("type"),
            required=True,
            settings={"target_type": "paragraphs_type"},
        ),
        BaseField(
            name="status",
            label="Published",
            type=BooleanType(),
            source=Attribute("status"),
            required=True,
            revisionable=True,
        ),
        BaseField(
            name="created",
            label="Authored on",
            type=CreatedType(),
            source=Moment("created"),
            required=True,
            revisionable=True,
        ),
        *(
            BaseField(name=name, label=label, type=StringType(), source=Text(name), never_set="")
            for name, label in (
                ("parent_id", "Parent ID"),
                ("parent_type", "Parent type"),
                ("parent_field_name", "Parent field name"),
            )
        ),
        BaseField(
            name="behavior_settings",
            label="Behavior settings",
            type=StringLongType(),
            source=Attribute("behavior_settings"),
            revisionable=True,
            never_set="",
        ),
        BaseField(
            name="default_langcode",
            label="Default translation",
            type=BooleanType(),
            source=Attribute("default_langcode"),
            required=True,
            never_set="",
        ),
    )
    bundle_type = "paragraphs_type"
    access_class = ParagraphAccess
    storage_class = RevisionableStorage
    drupal_tables = DrupalTables(
        *("paragraphs_item", "paragraphs_item_field_data", "paragraphs_item_revision_field_data"),
        *("paragraphs.paragraphs_type", ParagraphRevision),
    )
