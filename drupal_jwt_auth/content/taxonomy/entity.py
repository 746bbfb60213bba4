"""The entity type of terms: the fields that each has, in the order in which Drupal shows them.

Source: Drupal core 10.6, the base field definitions of terms and of what they extend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import BigIntegerField, Model
from django.db.models.functions import Coalesce

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import (
    LINK_RELATIONS,
    ContentEntityType,
    Keys,
)
from drupal_jwt_auth.content.entity.places import Column, column_of
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.revision_ids import RevisionIdType
from drupal_jwt_auth.content.entity.sources import (
    Attribute,
    Attributes,
    ForeignKey,
    Moment,
    Nowhere,
    UserKey,
)
from drupal_jwt_auth.content.path_alias.source import NewestAlias
from drupal_jwt_auth.content.taxonomy.access import TermAccess
from drupal_jwt_auth.content.taxonomy.parents import Parents, ParentType
from drupal_jwt_auth.content.taxonomy.storage import TermStorage
from drupal_jwt_auth.fields.base import UNLIMITED, Item
from drupal_jwt_auth.fields.entity_reference import EntityReferenceType
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.path import PathType
from drupal_jwt_auth.fields.string import LanguageType, StringLongType, StringType, UUIDType
from drupal_jwt_auth.fields.text import TextLongType
from drupal_jwt_auth.fields.timestamps import ChangedType, CreatedType
from drupal_jwt_auth.models import Term, Vocabulary
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.term import NAME_MAX_LENGTH, TERM_PATH


class RevisionId(Attribute):
    """The number of the revision, which is that of the term unless it has another one."""

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        known = Coalesce(self.path, "pk", output_field=BigIntegerField())
        return column_of(model, self.path, known)

    def get(self, entity: Any) -> list[Item]:
        """Return the number."""
        return super().get(entity) or [{"value": entity.pk}]


TERM_BASE_FIELDS = (
    BaseField(
        name="tid",
        label="Term ID",
        type=IntegerType(),
        source=Attribute("tid"),
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
        type=RevisionIdType(),
        source=RevisionId("revision_id"),
        unique=True,
        settings={"unsigned": True},
        unchangeable="The revision ID of a term cannot be changed.",
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
        name="vid",
        label="Vocabulary",
        type=EntityReferenceType(),
        source=ForeignKey("vid"),
        required=True,
        settings={"target_type": "taxonomy_vocabulary"},
    ),
    BaseField(
        name="revision_created",
        label="Revision create time",
        type=CreatedType(),
        source=Moment("revision_created"),
        required=True,
        of_revision=True,
    ),
    BaseField(
        name="revision_user",
        label="Revision user",
        type=EntityReferenceType(),
        source=UserKey("revision_user"),
        settings={"target_type": "user"},
        of_revision=True,
    ),
    BaseField(
        name="revision_log_message",
        label="Revision log message",
        type=StringLongType(),
        source=Attribute("revision_log_message"),
        of_revision=True,
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
        name="name",
        label="Name",
        type=StringType(),
        source=Attribute("name"),
        required=True,
        has_default=False,
        revisionable=True,
        settings={"max_length": NAME_MAX_LENGTH},
    ),
    BaseField(
        name="description",
        label="Description",
        type=TextLongType(),
        source=Attributes(value="description", format="description_format"),
        revisionable=True,
    ),
    BaseField(
        name="weight",
        label="Weight",
        type=IntegerType(),
        source=Attribute("weight"),
        required=True,
    ),
    BaseField(
        name="parent",
        label="Term Parents",
        type=ParentType(),
        source=Parents(),
        cardinality=UNLIMITED,
        settings={"target_type": "taxonomy_term"},
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
        name="default_langcode",
        label="Default translation",
        type=BooleanType(),
        source=Attribute("default_langcode"),
        required=True,
        unchangeable="The default translation flag of a term cannot be changed.",
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
    BaseField(name="path", label="URL alias", type=PathType(), source=NewestAlias("taxonomy_term")),
)
"""Configurable fields follow these, in the order of their names."""


@register
class TermEntityType(ContentEntityType):
    """Terms, the bundles of which are vocabularies."""

    id = "taxonomy_term"
    model = Term
    module = "taxonomy"
    label = "term"
    keys = Keys(
        id="tid",
        bundle="vid",
        label="name",
        published="status",
        changed="changed",
        langcode="langcode",
        revision="revision_id",
    )
    base_fields = TERM_BASE_FIELDS
    bundle_type = "taxonomy_vocabulary"
    made_in_passing = True
    bundle_permissions = {
        "create terms in {vid}": "{name}: Create terms",
        "delete terms in {vid}": "{name}: Delete terms",
        "edit terms in {vid}": "{name}: Edit terms",
        "view term revisions in {vid}": "{name}: View term revisions",
    }
    canonical = f"{TERM_PATH}{{taxonomy_term}}"
    collection = "/taxonomy/term"
    links = {
        "canonical": None,
        f"{LINK_RELATIONS}/delete-form": "taxonomy/term/{taxonomy_term}/delete",
        "edit-form": "taxonomy/term/{taxonomy_term}/edit",
        f"{LINK_RELATIONS}/create": "taxonomy/term?taxonomy_term={taxonomy_term}",
        f"{LINK_RELATIONS}/revision": None,
        "version-history": "taxonomy/term/{taxonomy_term}/revisions",
    }
    """Relations and paths, None for that of the term itself. The current revision is the term."""
    access_class = TermAccess
    storage_class = TermStorage

    def base_fields_of(self, bundle: Vocabulary) -> Sequence[BaseField]:
        """Return the base fields, of which the parents are terms of the same vocabulary."""
        return [
            _within(bundle, field) if field.name == "parent" else field
            for field in self.base_fields
        ]


def _within(vocabulary: Vocabulary, field: BaseField) -> BaseField:
    """Return a field that references the terms of a vocabulary alone."""
    only = {"target_bundles": {vocabulary.vid: vocabulary.vid}}
    return replace(field, settings={**field.settings, "handler_settings": only})
