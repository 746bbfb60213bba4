"""Where the items of a base field live: in a column of the entity's own row, or elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.timestamps import from_unix, to_unix
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, read_key, wire_key


class Source:
    """The place of a field's items, read from an entity and written to it."""

    @property
    def columns(self) -> frozenset[str]:
        """Return the attributes of the entity whose columns hold the items."""
        return frozenset()

    def get(self, entity: Any) -> list[Item]:
        """Return the stored items."""
        raise NotImplementedError

    def set(self, entity: Any, items: Sequence[Item]) -> None:
        """Make them the items of an entity that is saved afterwards."""
        raise NotImplementedError

    def save(self, entity: Any, items: Sequence[Item], *, created: bool) -> Sequence[Item] | None:
        """Save what is kept in other rows, after the entity's own.

        Return the items as they were saved, None where there is nothing of the kind.
        """
        return None


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
    def column(self) -> str | None:
        """Return the column to look for a value in, as `write` has it; None for no such column."""
        return self.name

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


class Author(ForeignKey):
    """The key of a user; where there is none, the anonymous user is meant."""

    def read(self, value: Any) -> Any:
        """Return the key as JSON holds it."""
        return wire_key(value)

    def write(self, value: Any) -> Any:
        """Return what the column holds."""
        key = read_key(value)
        return None if key == ANONYMOUS_KEY else key
