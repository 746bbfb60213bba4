"""The entity type of aliases.

Source: Drupal core 10.6, the base field definitions of path_alias.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, Model
from django.db.models.functions import Coalesce

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType, Keys
from drupal_jwt_auth.content.entity.places import Column, column_of
from drupal_jwt_auth.content.entity.registry import register
from drupal_jwt_auth.content.entity.sources import Attribute
from drupal_jwt_auth.content.path_alias.access import PathAliasAccess
from drupal_jwt_auth.content.path_alias.constraints import AliasType, SourceType, only_one_path
from drupal_jwt_auth.content.path_alias.storage import PathAliasStorage
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.numbers import BooleanType, IntegerType
from drupal_jwt_auth.fields.string import LanguageType, UUIDType
from drupal_jwt_auth.models import PathAlias
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.path_alias import PATH_MAX_LENGTH


class RevisionOfAlias(Attribute):
    """The number of an alias's revision: its own number, but where another site had another."""

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        known = Coalesce(self.path, "pk", output_field=BigIntegerField())
        return column_of(model, self.path, known)

    def get(self, entity: Any) -> list[Item]:
        """Return the item."""
        return super().get(entity) or [{self.property: entity.pk}]


class StoredText(Attribute):
    """A text that is stored in a form of its own, and shown so once it is saved."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item]:
        """Return the item as it was saved."""
        return self.get(entity)


@register
class PathAliasEntityType(ContentEntityType):
    """Aliases, which have no page."""

    id = "path_alias"
    label = "URL alias"
    model = PathAlias
    keys = Keys(label="alias", langcode="langcode", revision="revision_id")
    base_fields = (
        BaseField(
            name="id",
            label="ID",
            type=IntegerType(),
            source=Attribute("pid"),
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
            source=RevisionOfAlias("revision_id"),
            never_set="",
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
            name="path",
            label="System path",
            type=SourceType(),
            source=Attribute("path"),
            required=True,
            has_default=False,
            settings={"max_length": PATH_MAX_LENGTH},
        ),
        BaseField(
            name="alias",
            label="URL alias",
            type=AliasType(),
            source=StoredText("alias"),
            required=True,
            has_default=False,
            settings={"max_length": PATH_MAX_LENGTH},
        ),
        BaseField(
            name="status",
            label="Published",
            type=BooleanType(),
            source=Attribute("status"),
            required=True,
        ),
    )
    constraints = (only_one_path,)
    access_class = PathAliasAccess
    storage_class = PathAliasStorage
