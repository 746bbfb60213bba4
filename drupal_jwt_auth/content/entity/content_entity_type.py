"""What a kind of content is: its model, its base fields, its rules and its storage."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.content.entity.access import EntityAccess
from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.constraints import Constraint
from drupal_jwt_auth.content.entity.drupal_tables import DrupalTables
from drupal_jwt_auth.content.entity.entity_type import EntityType
from drupal_jwt_auth.content.entity.places import JSONItems, Kind, Place
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.fields import Field, Target
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.keys import KeyReader, shown_key

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext

_NAME = re.compile(r"\w+", re.ASCII)

LINK_RELATIONS = "https://drupal.org/link-relations"
"""What Drupal's own relations of links begin with."""


class Keys(NamedTuple):
    """The names of the base fields that mean something to the app; None for what there is not.

    Of a type that does not have such a base field it is the column of the model.
    """

    id: str = "id"
    uuid: str | None = "uuid"
    bundle: str | None = None
    label: str | None = None
    owner: str | None = None
    published: str | None = None
    changed: str | None = None
    langcode: str | None = None
    revision: str | None = None


class ContentEntityType(EntityType):
    """A kind of content: its model, its base fields in Drupal's order, its rules and its storage.

    ``label`` is what one is called in messages.
    ``canonical`` is the path of one's page (``/node/{node}``, the name in braces being the type's
    id; it comes last) and ``collection`` that which one is created at; None where there is none.
    ``bundle_type`` is the id of the configuration that its bundles are, None where all entities are
    of one bundle, which has the type's name. ``bundle_permissions`` are those that each bundle
    brings: labels by names, ``{name}`` in them being what it is called, and the name of its primary
    key in braces its machine name. A type without ``base_fields`` is only referred to.
    ``constraints`` are the rules for an entity as a whole, ``field_constraints`` those for one of
    its fields that other fields have a say in. ``public_label`` is the name of an attribute for
    what an entity is called, where clients see that beside the fields. ``fields_path`` is the
    lookup that leads from the row of an entity to its configurable fields. ``made_in_passing``: a
    form may make one of a name alone, where a field refers to what there is not yet.
    """

    needed = ("id", "label", "model")

    label: ClassVar[str]
    model: ClassVar[type[Model]]
    keys: ClassVar[Keys] = Keys()
    base_fields: ClassVar[tuple[BaseField, ...]] = ()
    constraints: ClassVar[tuple[Constraint, ...]] = ()
    field_constraints: ClassVar[tuple[Constraint, ...]] = ()
    bundle_type: ClassVar[str | None] = None
    bundle_permissions: ClassVar[Mapping[str, str]] = {}
    canonical: ClassVar[str | None] = None
    collection: ClassVar[str | None] = None
    public_label: ClassVar[str | None] = None
    fields_path: ClassVar[str] = "fields"
    links: ClassVar[Mapping[str, str | None]] = {"canonical": None}
    made_in_passing: ClassVar[bool] = False
    access_class: ClassVar[type[EntityAccess]] = EntityAccess
    storage_class: ClassVar[type[EntityStorage]] = EntityStorage
    drupal_tables: ClassVar[DrupalTables | None] = None
    """Where an import finds the entities in the database of a Drupal site, if it looks there."""
    views_table: ClassVar[str | None] = None
    """The table that Drupal's views begin with, where it is not called after the type."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        model: type[Model] | None = getattr(cls, "model", None)
        if model is not None and vars(cls).get("base_fields"):
            fields = (field.of(model) for field in cls.base_fields)
            # Whose it is and of which bundle is known without being sent as a field.
            known = (cls.keys.owner, cls.keys.bundle)
            cls.base_fields = tuple(
                replace(field, has_default=True) if field.name in known else field
                for field in fields
            )

    @classmethod
    def unknown_keys(cls) -> dict[str, str]:
        """Return what the keys of the type name, and is neither a base field nor a column."""
        names = {field.name for field in cls.base_fields}
        names |= {column.name for column in cls.model._meta.concrete_fields}
        keys = {key: name for key, name in cls.keys._asdict().items() if key != "id"}
        return {key: name for key, name in keys.items() if name is not None and name not in names}

    def __init__(self) -> None:
        self.access = self.access_class(self)
        self.storage = self.storage_class(self)

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references to entities point to, by the entities' keys."""
        return self.storage.targets(keys, site)

    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of the entities with these UUIDs."""
        if self.keys.uuid is None:
            return {}
        found = keys_by_uuid(self.model, "pk", uuids, self.attribute(self.keys.uuid))
        return {uuid: None if key is None else shown_key(key) for uuid, key in found.items()}

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference entities that are not published."""
        return self.access.shows_hidden(account)

    # What the keys name

    @cached_property
    def _attributes(self) -> Mapping[str, str]:
        columns = {column.name: column.attname for column in self.model._meta.concrete_fields}
        # Of several that hold a field none stands for it, but the column of its name.
        alone = (field for field in self.base_fields if len(field.columns) == 1)
        return {**columns, **{field.name: name for field in alone for name in field.columns}}

    def attribute(self, field: str) -> str:
        """Return the attribute of entities that holds a base field; raise KeyError."""
        return self._attributes[field]

    @property
    def label_column(self) -> str | None:
        """Return the attribute whose column has what entities are called, None where none has."""
        attribute = self._attributes.get(self.keys.label or "")
        columns = {column.attname for column in self.model._meta.concrete_fields}
        return attribute if attribute in columns else None

    def owner_key(self, entity: Any) -> Any:
        """Return the key of the user whose entity it is, None for nobody's."""
        return getattr(entity, self.attribute(self.keys.owner)) if self.keys.owner else None

    def uuid_of(self, entity: Any) -> str | None:
        """Return the UUID of an entity, None for a type without."""
        return str(getattr(entity, self.attribute(self.keys.uuid))) if self.keys.uuid else None

    def label_of(self, entity: Any, site: SiteContext) -> str | None:
        """Return what an entity is called, None where the type does not say."""
        label = self.keys.label
        items = self.field(label).get(entity) if label else []
        return next((item[self.field(str(label)).type.main_property] for item in items), None)

    def is_published(self, entity: Any) -> bool:
        """Tell whether an entity is published; of a type that knows no other, all are."""
        published = self.keys.published
        return published is None or bool(getattr(entity, self.attribute(published)))

    def bundle_of(self, entity: Any) -> str:
        """Return the id of an entity's bundle."""
        if self.keys.bundle is None:
            return self.id
        return str(getattr(entity, self.attribute(self.keys.bundle)))

    def bundle_rows(self) -> Iterator[tuple[str, Any]]:
        """Yield name and row of each bundle, as they are where they are written."""
        if self.keys.bundle is None:
            yield self.id, None
        elif (model := self.bundle_model) is not None:
            for row in model._default_manager.using(router.db_for_write(model)):
                yield str(row.pk), row

    @property
    def bundle_column(self) -> Any:
        """Return the column that tells of which bundle an entity is, None where all are of one."""
        bundle = self.keys.bundle
        return None if bundle is None else self.model._meta.get_field(self.attribute(bundle))

    @property
    def bundle_model(self) -> type[Model] | None:
        """Return the model whose rows the bundles are, None where all are of one bundle."""
        column = self.bundle_column
        return None if column is None else column.related_model

    @property
    def data_table(self) -> str:
        """Return the name of the table that Drupal's views of entities begin with."""
        if self.drupal_tables is not None:
            return self.drupal_tables.data
        return self.views_table or f"{self.id}_field_data"

    # Keys and paths

    @cached_property
    def key_reader(self) -> KeyReader:
        """Return what reads the keys of entities."""
        return KeyReader(self.model._meta.pk)

    def reference_key(self, value: Any) -> Any:
        """Return the key that a client's value stands for, as JSON holds it; None for none."""
        key = self.key_reader.in_json(value)
        return None if key is None else shown_key(key)

    @property
    def path_prefix(self) -> str | None:
        """Return what the canonical path begins with, before the key; None where there is none."""
        return None if self.canonical is None else self.canonical.partition("{")[0]

    def path_with(self, segment: str) -> str:
        """Return the canonical path with a segment in the place of the key."""
        return f"{self.path_prefix}{segment}"

    def key_in(self, path: str) -> Any:
        """Return the key in a path, None where it is the canonical path of no entity."""
        prefix = self.path_prefix
        if prefix is None or not path.startswith(prefix):
            return None
        return self.read_key(path.removeprefix(prefix))

    def read_key(self, segment: str) -> Any:
        """Return the key that a segment of a path stands for, None where it can be nobody's."""
        return self.key_reader.in_path(segment)

    # Fields

    @property
    def is_fieldable(self) -> bool:
        """Tell whether bundles may give entities fields: there is a place for the values."""
        return any(column.name == "fields" for column in self.model._meta.concrete_fields)

    @property
    def may_be_followed(self) -> bool:
        """Tell whether others may hang on an entity: aliases of its path, comments in its fields.

        Django deletes what nobody has to be told of without looking at it.
        """
        return self.canonical is not None or self.may_have_comments

    @property
    def may_have_comments(self) -> bool:
        """Tell whether there may be comments on an entity, as a part of a field of it."""
        return self.is_fieldable or any(
            isinstance(field.type, CommentFieldType) for field in self.base_fields
        )

    def base_fields_of(self, bundle: Any) -> Sequence[BaseField]:
        """Return the base fields as a bundle has them, which may call them something else."""
        return self.base_fields

    def configured(self, field: Field) -> Field:
        """Return a configurable field as entities of the type have it: in their ``fields``."""
        return field

    def field(self, name: str) -> BaseField:
        """Return a base field; raise KeyError."""
        return {field.name: field for field in self.base_fields}[name]

    def place(self, field: Field) -> Place | None:
        """Return where the database has the items of a field of entities; None where it has not."""
        if isinstance(field, BaseField):
            return field.source.place(self.model)
        if not _NAME.fullmatch(field.name):
            return None  # It would have to be quoted, in each database's own way.
        numbers = field.type.numbers(field)
        kinds = {
            name: Kind.NUMBER if name in numbers else Kind.TEXT for name in field.type.properties
        }
        return JSONItems(self.fields_path, field.name, kinds, is_single=field.cardinality == 1)

    @property
    def key_field(self) -> BaseField | None:
        """Return the base field that has the keys of entities, None for a type without one."""
        return next((field for field in self.base_fields if field.name == self.keys.id), None)

    def check_new_name(self, name: str) -> None:
        """Raise Django's ValidationError for a configurable field that has a base field's name."""
        if any(field.name == name for field in self.base_fields):
            label = {"label": self.label}
            raise ValidationError(_("Every %(label)s has a field of this name."), params=label)


def keys_by_uuid(
    model: Any, key: str, uuids: Collection[str], attribute: str = "uuid"
) -> dict[str, Any]:
    """Return what a model's rows have as ``key``, by their UUIDs; None where there is no row.

    ``attribute`` is where they have their UUID. Drupal finds one in upper case as well.
    """
    spelt = set()
    for uuid in {*uuids, *map(str.lower, uuids)}:
        with suppress(ValidationError):  # A column of UUIDs cannot be asked for anything else.
            spelt.add(model._meta.get_field(attribute).to_python(uuid))
    rows = model._default_manager.filter(**{f"{attribute}__in": spelt}).order_by()
    found = {str(uuid): value for uuid, value in rows.values_list(attribute, key)}
    return {uuid: found.get(uuid, found.get(uuid.lower())) for uuid in uuids}
