"""Where the items of a base field live: in a column of the entity's own row, or elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, Prefetch, Value, prefetch_related_objects
from django.db.models.functions import NullIf

from drupal_jwt_auth.content.entity.places import Column, ItemRows, OneItem, Place, column_of
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.keys import shown_key
from drupal_jwt_auth.fields.primitives import is_true
from drupal_jwt_auth.fields.timestamps import from_unix, to_unix
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key, wire_key


class Source(ABC):
    """The place of a field's items, read from an entity and written to it.

    What ``is_beside`` an entity is something else, and the entity has not changed where that has.
    """

    is_beside: ClassVar[bool] = False

    @property
    def columns(self) -> frozenset[str]:
        """Return the attributes of the entity whose columns hold the items."""
        return frozenset()

    @abstractmethod
    def get(self, entity: Any) -> list[Item]:
        """Return the stored items."""

    def get_saved(self, entity: Any) -> list[Item]:
        """Return the items that are left as an entity is saved."""
        return self.get(entity)

    @abstractmethod
    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Make them the items of an entity that is saved afterwards."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save what is kept in other rows, after the entity's own.

        Return the items as they were saved, None where there is nothing of the kind.
        """
        return None

    def place(self, model: type[Model]) -> Place | None:
        """Return where the database has the items, of rows of a model; None where it has not."""
        return None

    def fetch(self, entities: Sequence[Any]) -> None:  # noqa: B027  most keep nothing elsewhere
        """Fetch together what is kept in other rows of entities of one type."""


class Nowhere(Source):
    """A field that may be sent, and is neither kept nor shown."""

    def get(self, entity: Any) -> list[Item]:
        """Return no item."""
        return []

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Forget what was sent."""


class Items(Source):
    """An attribute that holds the items as they are: a column of JSON."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def columns(self) -> frozenset[str]:
        """Return the attribute."""
        return frozenset({self.name})

    def get(self, entity: Any) -> list[Item]:
        """Return the items."""
        return list(getattr(entity, self.name))

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Set the items."""
        setattr(entity, self.name, list(items))


class Attribute(Source):
    """An attribute that holds one property of one item; None stands for no item."""

    def __init__(self, name: str, item_property: str = "value") -> None:
        self.name = name
        self.property = item_property

    @property
    def columns(self) -> frozenset[str]:
        """Return the attribute."""
        return frozenset({self.name})

    @property
    def path(self) -> str:
        """Return the lookup that leads from the row of an entity to the column."""
        return self.name

    def place(self, model: type[Model]) -> Place | None:
        """Return where the item is."""
        return OneItem({self.property: self.column(model)})

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        return column_of(model, self.path)

    def get(self, entity: Any) -> list[Item]:
        """Return the item that the value is."""
        value = self.read(getattr(entity, self.name))
        return [] if value is None else [{self.property: value}]

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Set the value of the first item."""
        value = items[0][self.property] if items else None
        setattr(entity, self.name, self.write(value))

    def read(self, value: Any) -> Any:
        """Return the property for the value of the attribute."""
        return value

    def write(self, value: Any) -> Any:
        """Return the value of the attribute for the property."""
        return value


class Text(Attribute):
    """A value that JSON has no type for, such as a ``Decimal`` or a day, as its text."""

    def read(self, value: Any) -> Any:
        """Return the text."""
        return None if value is None else str(value)


class OptionalText(Attribute):
    """A text that is never None: an empty one stands for no item."""

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        column = column_of(model, self.path)
        return column_of(model, self.path, NullIf(column.expression, Value("", column.field)))

    def read(self, value: Any) -> Any:
        """Return the text, None for an empty one."""
        return value or None

    def write(self, value: Any) -> Any:
        """Return the text."""
        return "" if value is None else value


class Attributes(Source):
    """Several attributes, each of which holds a property of one item.

    There is always an item, which is empty where all of them are None: so Drupal loads a base field
    of more than one column.
    """

    def __init__(self, **names: str) -> None:
        self.names: Mapping[str, str] = names

    @property
    def columns(self) -> frozenset[str]:
        """Return the attributes."""
        return frozenset(self.names.values())

    def get(self, entity: Any) -> list[Item]:
        """Return the item, by the properties."""
        return [{name: getattr(entity, attribute) for name, attribute in self.names.items()}]

    def place(self, model: type[Model]) -> Place | None:
        """Return where the item is."""
        return OneItem({name: column_of(model, path) for name, path in self.names.items()})

    def get_saved(self, entity: Any) -> list[Item]:
        """Return the item, unless it is empty: Drupal drops such as it saves an entity."""
        return [
            item for item in self.get(entity) if any(each is not None for each in item.values())
        ]

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Set the properties of the first item."""
        item = items[0] if items else {}
        for name, attribute in self.names.items():
            setattr(entity, attribute, item.get(name))


class Moment(Attribute):
    """A ``datetime``, which items hold in Unix time."""

    def read(self, value: Any) -> Any:
        """Return whole seconds since 1970."""
        return None if value is None else to_unix(value)

    def write(self, value: Any) -> Any:
        """Return the ``datetime``."""
        return None if value is None else from_unix(value)


class ForeignKey(Attribute):
    """The key of a row that is referenced."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}_id", "target_id")

    def read(self, value: Any) -> Any:
        """Return the key as JSON holds it."""
        return None if value is None else shown_key(value)


class UserKey(ForeignKey):
    """The key of a user; nobody's for the anonymous one, of whom there is no row."""

    def read(self, value: Any) -> Any:
        """Return the key as JSON holds it."""
        return None if value is None else wire_key(value)

    def write(self, value: Any) -> Any:
        """Return what the column holds."""
        key = read_key(value)
        return None if key == ANONYMOUS_KEY else key


class ManyToMany(Source):
    """The rows that a many-to-many field leads to: each once, in the order of their keys."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, entity: Any) -> list[Item]:
        """Return the items that the keys are; those of an entity are read once."""
        if entity._state.adding:
            return []
        self.fetch([entity])
        return [{"target_id": shown_key(row.pk)} for row in getattr(entity, self.name).all()]

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Do nothing yet: the entity has to have a key first."""

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item]:
        """Let the field lead to these rows, and to no others; 0 is none, and nobody."""
        keys = (item["target_id"] for item in items)
        getattr(entity, self.name).set([key for key in keys if is_true(key)])
        return self.get(entity)

    def place(self, model: type[Model]) -> Place | None:
        """Return where the items are: in the rows that lead to others."""
        field: Any = model._meta.get_field(self.name)
        rows = field.remote_field.through._default_manager.order_by()
        key = column_of(rows.model, field.m2m_reverse_field_name())
        return ItemRows(rows, field.m2m_field_name(), {"target_id": key})

    def fetch(self, entities: Sequence[Any]) -> None:
        """Fetch the keys of the rows, where they are not known."""
        for entity in entities[:1]:
            rows = getattr(entity, self.name).model._base_manager.using(entity._state.db)
            keys = Prefetch(self.name, rows.only("pk").order_by("pk"))
            prefetch_related_objects(entities, keys)


class Author(UserKey):
    """The key of a user; where there is none, the anonymous user is meant."""

    def column(self, model: type[Model]) -> Column:
        """Return the column that holds the property, of rows of a model."""
        return super().column(model)._replace(nothing=ANONYMOUS_KEY)

    def read(self, value: Any) -> Any:
        """Return the key as JSON holds it."""
        return wire_key(value)
