"""Entities that are made of bytes which somebody sends, and have bytes to send."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from drupal_jwt_auth.content.entity.access import AccessResult, EntityAccess
from drupal_jwt_auth.content.entity.storage import EntityStorage
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.files.downloads import Download
from drupal_jwt_auth.files.incoming import IncomingFile

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.references import SiteContext


class ReceivingStorage(EntityStorage):
    """A storage of entities with bytes."""

    @abstractmethod
    def faults(self, field: Field, content: IncomingFile, site: SiteContext) -> list[str]:
        """Return what keeps a field from taking what is sent, as far as is known before it is."""

    @abstractmethod
    def receive(
        self, field: Field, content: IncomingFile, site: SiteContext
    ) -> AbstractContextManager[Any]:
        """Store what is sent, and open the transaction in which the entity is made of it.

        Nothing is locked while it is read. Nothing of it is left if the block raises anything.
        """

    @abstractmethod
    def download_of(self, entity: Any) -> Download:
        """Return what there is to download of an entity."""

    @abstractmethod
    def named(self, name: str) -> Any | None:
        """Return the entity whose bytes have a name in the storage, None for none."""


class DownloadAccess(EntityAccess):
    """The rules for entities with bytes."""

    @abstractmethod
    def download(self, account: Account, entity: Any) -> AccessResult:
        """Return whether the account may have the bytes of an entity."""
