"""How aliases are saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import router, transaction

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.storage import EntityStorage, Values
from drupal_jwt_auth.content.path_alias.constraints import UNREACHABLE
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.http.exceptions import EntityValidationError, Violation
from drupal_jwt_auth.transactions import lock


class PathAliasStorage(EntityStorage):
    """Aliases; the entity that one is made for is there until it has been saved."""

    is_own = False

    def create(self, entity: Any, values: Values) -> dict[str, list[Item]]:
        """Save a new alias."""
        with self._holding_its_entity(values):
            return super().create(entity, values)

    def update(self, entity: Any, values: Values) -> dict[str, list[Item]]:
        """Save the items of some fields of an alias."""
        with self._holding_its_entity(values):
            return super().update(entity, values)

    @contextmanager
    def _holding_its_entity(self, values: Values) -> Iterator[None]:
        """Keep others from deleting the entity that an alias shall lead to from now on.

        Whoever deletes it deletes the aliases that there are by then.
        """
        using = router.db_for_write(self.model)
        with transaction.atomic(using=using, savepoint=False):
            for field, items in values:
                if field.name == "path":
                    _hold(items[0]["value"])
            yield


def _hold(path: str) -> None:
    entity_type, key = ENTITY_TYPES.at(path) or (None, None)
    if entity_type is None or not lock(entity_type.model, key):
        text = UNREACHABLE.format(path=path)
        raise EntityValidationError([Violation("path.0.value", text)])
