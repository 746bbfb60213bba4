"""The lists that a project declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from drupal_jwt_auth.content.lists.declaration import EntityList

Registered = TypeVar("Registered", bound=type[EntityList])


class Lists:
    """The lists that are declared, in the order in which they were."""

    def __init__(self) -> None:
        self._lists: list[EntityList] = []

    def __iter__(self) -> Iterator[EntityList]:
        return iter(self._lists)

    def register(self, declared: Registered) -> Registered:
        """Make a list known: a decorator for its class. A check tells of what is wrong with it."""
        self._lists.append(declared())
        return declared

    def unregister(self, declared: type[EntityList]) -> None:
        """Forget a list."""
        self._lists = [each for each in self._lists if type(each) is not declared]


LISTS = Lists()
register = LISTS.register
