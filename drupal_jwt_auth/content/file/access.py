"""Who may see, change and delete a file, and set a field of it, and the reason why not.

Source: Drupal core 10.6, the access control of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from drupal_jwt_auth.content.entity.access import (
    ALLOWED,
    DENIED,
    AccessResult,
    allowed_if,
    allowed_if_has_permission,
)
from drupal_jwt_auth.content.entity.receiving import DownloadAccess
from drupal_jwt_auth.content.file.usage import users_of
from drupal_jwt_auth.files.storage import PRIVATE
from drupal_jwt_auth.models import File

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.accounts import Account
    from drupal_jwt_auth.content.entity.structure import Bundle

SEE = "access content"
DELETE_ANY = "delete any file"
DELETE_OWN = "delete own files"
NOT_OWNER = "Only the file owner can update the file entity."


class FileAccess(DownloadAccess):
    """The rules for files: those for everybody are seen, private ones as what uses them is."""

    def view(self, account: Account, entity: File) -> AccessResult:
        """Return whether the account may see a file, and what it tells of itself."""
        if is_private(entity):
            return self.download(account, entity)
        return allowed_if_has_permission(account, SEE)

    def download(self, account: Account, entity: File) -> AccessResult:
        """Return whether the account may have the bytes of a file.

        Those of a private one are for who may see an entity that uses it, and the field that does.
        While nothing does they are for its owner alone, whatever others may.
        """
        if not is_private(entity):
            return ALLOWED
        is_used = False
        for use in users_of(entity, account):
            is_used = True
            if use.access.allowed:
                return use.access
        return DENIED if is_used else allowed_if(self._is_own(account, entity))

    def create(self, account: Account, bundle: Bundle) -> AccessResult:
        """Return that nobody makes a file of a document: it is uploaded."""
        return DENIED

    def update(self, account: Account, entity: File) -> AccessResult:
        """Return whether the account may change what is told of a file: it is its own."""
        return allowed_if(self._is_own(account, entity), NOT_OWNER)

    def delete(self, account: Account, entity: File) -> AccessResult:
        """Return whether the account may delete a file."""
        if self._is_own(account, entity) and account.has_permission(DELETE_OWN):
            return ALLOWED
        return allowed_if_has_permission(account, DELETE_ANY)

    def any(self, account: Account, operation: str) -> AccessResult:
        """Return whether the account may do an operation to some file."""
        if operation == "delete":
            may = account.has_permission(DELETE_OWN) or account.has_permission(DELETE_ANY)
            return allowed_if(may)
        return allowed_if(operation == "view" or (operation == "update" and bool(account.user)))

    def visible_to(self, account: Account) -> Q:
        """Return the condition for the files that the account may see.

        Of private ones these are those that nothing uses, and are its own: which of the others it
        may see is known of one by one only.
        """
        visible = ~Q(uri__startswith=PRIVATE) if account.has_permission(SEE) else Q(pk__in=())
        if account.user is not None:
            own = Q(uri__startswith=PRIVATE, uid=account.key, usages=None)
            visible |= own
        return visible

    def shows_hidden(self, account: Account) -> bool:
        """Tell that nobody may refer to what is not theirs yet."""
        return False


def is_private(file: Any) -> bool:
    """Tell whether a file is in the storage for private files."""
    return str(file.uri.name).startswith(PRIVATE)
