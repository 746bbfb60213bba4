"""What an entity type is: everything about a kind of content that the rest of the app asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model

from drupal_jwt_auth.content.entity.access import EntityAccess
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.http.paths import read_entity_id


class Keys(NamedTuple):
    """The names of the base fields that mean something to the app; None for what there is not."""

    id: str = "id"
    uuid: str | None = "uuid"
    bundle: str | None = None
    label: str | None = None
    owner: str | None = None
    published: str | None = None
    changed: str | None = None
    langcode: str | None = None
    revision: str | None = None


class ContentEntityType:
    """A kind of content: its model, its base fields in Drupal's order, its rules and its storage.

    ``id`` is the name on the wire (``node``), ``label`` what one is called in messages.
    ``canonical`` is the path of one (``/node/{node}``, the name in braces being the type's id) and
    ``collection`` that which one is created at; None where there is none. ``bundle_type`` is the id
    of the configuration that its bundles are, None where all entities are of one bundle, which has
    the type's name.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    model: ClassVar[type[Model]]
    keys: ClassVar[Keys]
    base_fields: ClassVar[tuple[BaseField, ...]]
    bundle_type: ClassVar[str | None] = None
    canonical: ClassVar[str | None] = None
    collection: ClassVar[str | None] = None
    links: ClassVar[Mapping[str, str | None]] = {"canonical": None}
    access_class: ClassVar[type[EntityAccess]] = EntityAccess
    storage_class: ClassVar[type[EntityStorage]] = EntityStorage

    def __init__(self) -> None:
        self.access = self.access_class(self)
        self.storage = self.storage_class(self)

    def bundle_of(self, entity: Any) -> str:
        """Return the id of an entity's bundle."""
        if self.keys.bundle is None:
            return self.id
        return str(getattr(entity, f"{self.keys.bundle}_id"))

    def bundle_rows(self, using: str) -> Iterator[tuple[str, Any]]:
        """Yield name and row of each bundle that a database has."""
        if self.keys.bundle is None:
            yield self.id, None
            return
        for row in self.bundle_model._default_manager.using(using):
            yield str(row.pk), row

    @property
    def bundle_model(self) -> type[Model]:
        """Return the model whose rows the bundles are."""
        field: Any = self.model._meta.get_field(str(self.keys.bundle))
        model: type[Model] = field.related_model
        return model

    def owner_key(self, entity: Any) -> Any:
        """Return the key of the user whose entity it is, None for nobody's."""
        return getattr(entity, f"{self.keys.owner}_id") if self.keys.owner else None

    def path_with(self, segment: str) -> str:
        """Return the canonical path with a segment in the place of the key."""
        return str(self.canonical).format(**{self.id: segment})

    def read_key(self, segment: str) -> Any:
        """Return the key that a segment of a path stands for, None where it can be nobody's."""
        return read_entity_id(segment)

    def base_fields_of(self, bundle: Any) -> Sequence[BaseField]:
        """Return the base fields as a bundle has them, which may call them something else."""
        return self.base_fields

    def field(self, name: str) -> BaseField:
        """Return a base field; raise KeyError."""
        return {field.name: field for field in self.base_fields}[name]


class EntityTypes:
    """The entity types that there are, by id."""

    def __init__(self) -> None:
        self._types: dict[str, ContentEntityType] = {}

    def __getitem__(self, entity_type_id: str) -> ContentEntityType:
        return self._types[entity_type_id]

    def get(self, entity_type_id: str) -> ContentEntityType | None:
        """Return a type, None where there is none of this name."""
        return self._types.get(entity_type_id)

    def __iter__(self) -> Iterator[ContentEntityType]:
        return iter(self._types.values())

    def of_model(self, model: type[Model]) -> ContentEntityType | None:
        """Return the type that a model's rows are entities of."""
        return next((each for each in self if each.model is model), None)

    def register(self, entity_type: type[ContentEntityType]) -> type[ContentEntityType]:
        """Make a type known, in place of one with the same id: a decorator for its class."""
        self._types[entity_type.id] = entity_type()
        return entity_type


ENTITY_TYPES = EntityTypes()
register: Callable[[type[ContentEntityType]], type[ContentEntityType]] = ENTITY_TYPES.register
