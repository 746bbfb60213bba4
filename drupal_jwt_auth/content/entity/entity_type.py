"""What an entity type is: a kind of thing that references may point to."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Model

from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
    from drupal_jwt_auth.content.entity.references import SiteContext

_ID = re.compile(rf"[a-z][a-z0-9_]{{,{MACHINE_NAME_LENGTH - 1}}}")


class EntityType:
    """A kind of thing that references may point to.

    ``id`` is its name on the wire (``node``); ``model`` are its rows, None where there is no one
    model.
    """

    id: str
    model: ClassVar[type[Model] | None] = None

    needed: ClassVar[tuple[str, ...]] = ("id",)
    """What a type cannot be without."""

    @classmethod
    def missing(cls) -> list[str]:
        """Return the names of what the type lacks; a name that no path can have is no id."""
        wrong = [name for name in cls.needed if not getattr(cls, name, None)]
        return wrong if "id" in wrong or _ID.fullmatch(cls.id) else ["id", *wrong]

    @classmethod
    def unknown_keys(cls) -> dict[str, str]:
        """Return what the keys of the type name, and is nothing that it has."""
        return {}

    @property
    def module(self) -> str:
        """Return the name of Drupal's module that brings it: that of the type, mostly."""
        return self.id

    @abstractmethod
    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return what references point to, by the keys of what there is; in one query."""

    @abstractmethod
    def keys_of(self, uuids: Collection[str], site: SiteContext) -> Mapping[str, Any]:
        """Return the keys of what has these UUIDs, None where there is none; in one query."""

    @abstractmethod
    def reference_key(self, value: Any) -> Any:
        """Return the key that a client's value stands for, as JSON holds it; None for none."""

    def take_into_use(
        self, keys: Collection[Any], site: SiteContext, user_type: ContentEntityType, user: Any
    ) -> None:
        """Do what it entails that an entity, which is of this type, refers to these now."""

    def shows_hidden(self, account: Account) -> bool:
        """Tell whether the account may reference what others may not: what is not published."""
        return False
