"""The fields that every entity of a type has, configured or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy

from drupal_jwt_auth.content.entity.sources import Source
from drupal_jwt_auth.fields import Field, Item


@dataclass(frozen=True, kw_only=True)
class BaseField(Field):
    """A field that every entity of a type has, and what is special about it.

    ``source`` is where its items live. ``has_default``: a new entity has a value without one being
    sent. ``revisionable``: each revision has a value of its own; ``of_revision``: it tells of the
    revision, so that the entity has not changed where it has. ``unique``: no two entities may have
    the same.

    Who may set it: ``never_set`` is the reason why nobody may, ``set_once`` why only whoever makes
    the entity, ``unchangeable`` what is wrong with a document that changes it all the same, and
    ``edit_permission`` the permission that is needed.
    """

    source: Source
    has_default: bool = True
    revisionable: bool = False
    of_revision: bool = False
    unique: bool = False
    never_set: str | None = None
    set_once: str | None = None
    unchangeable: str | None = None
    edit_permission: str | None = None
    is_shown: bool = True

    def of(self, model: type[Model]) -> BaseField:
        """Return the field of entities that are rows of a model: this one, where it says all."""
        return self

    @property
    def shown_label(self) -> Any:
        """Return the label in the language of whoever reads it; to clients it is always English."""
        return gettext_lazy(self.label)

    @property
    def is_expected(self) -> bool:
        """Tell whether a new entity is not valid without a value sent for this field."""
        return self.required and not self.has_default

    @property
    def columns(self) -> frozenset[str]:
        """Return the attributes of an entity whose columns hold the items."""
        return self.source.columns

    def get(self, entity: Any) -> list[Item]:
        """Return the stored items of this field of an entity."""
        return self.source.get(entity)

    def get_saved(self, entity: Any) -> list[Item]:
        """Return the items that are left as an entity is saved."""
        return self.source.get_saved(entity)

    def store(self, entity: Any, items: Sequence[Item]) -> None:
        """Store items as they are."""
        self.source.set(entity, items)

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save what is kept in other rows than the entity's; return the items as saved."""
        return self.source.save(entity, items, created=created)
