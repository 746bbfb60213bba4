"""What an entity type is: everything about a kind of content that the rest of the app asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.content.entity.access import EntityAccess
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.fields.entity_reference import READERS
from drupal_jwt_auth.fields.primitives import is_scalar, to_integer, to_text
from drupal_jwt_auth.http.paths import read_entity_id

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext


LINK_RELATIONS = "https://drupal.org/link-relations"
"""What Drupal's own relations of links begin with."""


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


class EntityType:
    """A kind of thing that references may point to. ``id`` is its name on the wire (``node``)."""

    id: ClassVar[str]

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references point to, by the keys of what there is; in one query."""
        raise NotImplementedError

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of what has these UUIDs, None where there is none; in one query."""
        raise NotImplementedError

    def reference_key(self, value: Any) -> Any:
        """Return the key that a client's value stands for, as JSON holds it; None for none."""
        return to_integer(value)

    def take_into_use(self, keys: Collection[Any], site: SiteContext) -> None:
        """Do what it entails that these are referred to."""

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference what others may not: what is not published."""
        return False


class ConfigEntityType(EntityType):
    """A kind of configuration, whose keys are machine names."""

    def reference_key(self, value: Any) -> str | None:
        """Return the machine name that a client's value stands for."""
        return to_text(value) if is_scalar(value) else None


class ContentEntityType(EntityType):
    """A kind of content: its model, its base fields in Drupal's order, its rules and its storage.

    ``label`` is what one is called in messages.
    ``canonical`` is the path of one (``/node/{node}``, the name in braces being the type's id) and
    ``collection`` that which one is created at; None where there is none. ``bundle_type`` is the id
    of the configuration that its bundles are, None where all entities are of one bundle, which has
    the type's name. ``bundle_permissions`` are those that each bundle brings: labels
    by names, ``{name}`` in them being what it is called, and the name of its primary key in braces
    its machine name.
    """

    label: ClassVar[str]
    model: ClassVar[type[Model]]
    keys: ClassVar[Keys]
    base_fields: ClassVar[tuple[BaseField, ...]]
    bundle_type: ClassVar[str | None] = None
    bundle_permissions: ClassVar[Mapping[str, str]] = {}
    canonical: ClassVar[str | None] = None
    collection: ClassVar[str | None] = None
    links: ClassVar[Mapping[str, str | None]] = {"canonical": None}
    access_class: ClassVar[type[EntityAccess]] = EntityAccess
    storage_class: ClassVar[type[EntityStorage]] = EntityStorage

    def __init__(self) -> None:
        self.access = self.access_class(self)
        self.storage = self.storage_class(self)

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to entities point to, by the entities' keys."""
        return self.storage.targets(keys, site)

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of the entities with these UUIDs."""
        return keys_by_uuid(self.model, "pk", uuids) if self.keys.uuid else {}

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference entities that are not published."""
        return self.access.shows_hidden(account)

    def bundle_of(self, entity: Any) -> str:
        """Return the id of an entity's bundle."""
        if self.keys.bundle is None:
            return self.id
        return str(getattr(entity, f"{self.keys.bundle}_id"))

    def bundle_rows(self, using: str) -> Iterator[tuple[str, Any]]:
        """Yield name and row of each bundle that a database has."""
        model = self.bundle_model
        if model is None:
            yield self.id, None
            return
        for row in model._default_manager.using(using):
            yield str(row.pk), row

    @property
    def bundle_model(self) -> type[Model] | None:
        """Return the model whose rows the bundles are, None for a type without any."""
        if self.keys.bundle is None:
            return None
        field: Any = self.model._meta.get_field(self.keys.bundle)
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

    def check_new_name(self, name: str) -> None:
        """Raise Django's ValidationError for a configurable field that has a base field's name."""
        if any(field.name == name for field in self.base_fields):
            label = {"label": self.label}
            raise ValidationError(_("Every %(label)s has a field of this name."), params=label)


def keys_by_uuid(model: Any, key: str, uuids: Collection[str]) -> dict[str, Any]:
    """Return what a model's rows have as ``key``, by their UUIDs; None where there is no row.

    Drupal finds a UUID in upper case as well.
    """
    spelt = {*uuids, *map(str.lower, uuids)}
    rows = model._default_manager.filter(uuid__in=spelt).order_by().values_list("uuid", key)
    found = {str(uuid): value for uuid, value in rows}
    return {uuid: found.get(uuid, found.get(uuid.lower())) for uuid in uuids}


Registered = TypeVar("Registered", bound=type[EntityType])


class EntityTypes:
    """The entity types that there are, by id."""

    def __init__(self) -> None:
        self._types: dict[str, EntityType] = {}

    def __contains__(self, entity_type_id: str) -> bool:
        return entity_type_id in self._types

    def __getitem__(self, entity_type_id: str) -> EntityType:
        return self._types[entity_type_id]

    def get(self, entity_type_id: str) -> EntityType | None:
        """Return a type, None where there is none of this name."""
        return self._types.get(entity_type_id)

    def content(self, entity_type_id: str) -> ContentEntityType:
        """Return a type of content; raise KeyError."""
        found = self._types[entity_type_id]
        if not isinstance(found, ContentEntityType):
            raise KeyError(entity_type_id)
        return found

    def all_content(self) -> Iterator[ContentEntityType]:
        """Yield the types of content."""
        return (each for each in self._types.values() if isinstance(each, ContentEntityType))

    def register(self, entity_type: Registered) -> Registered:
        """Make a type known, in place of one with the same id: a decorator for its class."""
        self._types[entity_type.id] = entity_type()
        READERS[entity_type.id] = self._types[entity_type.id].reference_key
        return entity_type


ENTITY_TYPES = EntityTypes()
register = ENTITY_TYPES.register
