"""One entity as a resource: found, locked where it is written to, changed and deleted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, ClassVar

from django.db.models import ProtectedError, RestrictedError
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication.cookie import csrf_fault
from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.storage import RawValues
from drupal_jwt_auth.http.exceptions import Conflict
from drupal_jwt_auth.resources.access import WritingResource


class IndividualResource(WritingResource):
    """The entity that a path names.

    Strangers lock nothing, and make nothing be read: what can be told of them is told before.
    ``operations`` are what methods do to the entity; the others only look at it.
    """

    operations: ClassVar[Mapping[str, str]] = {"PATCH": "update", "DELETE": "delete"}
    entity: Any

    @property
    @abstractmethod
    def entity_type(self) -> ContentEntityType:
        """Return the type of the entity."""

    @property
    @abstractmethod
    def address(self) -> tuple[str | None, Any]:
        """Return what the entity is found at, as `EntityStorage.at` takes it: a path and a key."""

    @abstractmethod
    def not_there(self) -> NotFound:
        """Return the error (404) for a path that names no entity."""

    @abstractmethod
    def sent(self, request: Request) -> RawValues:
        """Return the raw items that were sent; raise what is wrong with the document."""

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the entity that the path names, and lock one to be written; raise NotFound (404)."""
        if not self.may_write_some:
            self.use(self.find())
            if self.operation is not None:
                self.check_permissions(request)
        if self.operation is not None:
            self.use(self.in_transaction(self.changing(request)))

    def find(self) -> Any | None:
        """Return the entity that the path names, None for none; it may change at any moment."""
        return self.entity_type.storage.at(*self.address)

    def changing(self, request: Request) -> AbstractContextManager[Any | None]:
        """Return the transaction in which the entity that the path names is changed, or deleted."""
        storage = self.entity_type.storage
        if self.operation == "delete":
            return storage.to_delete(*self.address)
        return storage.to_update(*self.address, self.account, partial(self.sent, request))

    def use(self, entity: Any | None) -> None:
        """Take an entity as the one that the path names; raise NotFound (404) for none."""
        if entity is None:
            raise self.not_there()
        self.entity = entity

    @property
    def operation(self) -> str | None:
        """Return what the method does to an entity, None where it only looks at one."""
        return self.operations.get(self.request.method or "")

    @property
    def may_write_some(self) -> bool:
        """Tell whether whoever sent a token may do to some entity what the method stands for.

        Nobody may for whom another site may have sent the request.
        """
        return (
            self.operation is not None
            and csrf_fault(self.request) is None
            and self.account.user is not None
            and self.entity_type.access.any(self.account, self.operation).allowed
        )

    def get_access(self) -> AccessResult:
        """Return whether the account may do to the entity what the method stands for.

        Whoever writes a schema of the project asks without an entity: it is any one then.
        """
        rules = self.entity_type.access
        if not hasattr(self, "entity"):
            return rules.any(self.account, self.operation or "view")
        return rules.may(self.operation or "view", self.account, self.entity)

    def remove(self, delete: Callable[[Any], None]) -> None:
        """Delete the entity with all that belongs to it; raise Conflict (409) if it is needed."""
        try:
            delete(self.entity)
        except (ProtectedError, RestrictedError) as error:
            # By what is not said: the client may not know of it.
            text = f"The {self.entity_type.label} cannot be deleted: something else needs it."
            raise Conflict(text) from error
