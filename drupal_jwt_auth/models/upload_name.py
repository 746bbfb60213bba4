"""Names of files that somebody is about to store."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, OperationalError, models, router, transaction

from drupal_jwt_auth.contention import is_deadlock
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.revoked_token import SHA256_HEX_LENGTH
from drupal_jwt_auth.models.stored_model import StoredModel

KEPT = timedelta(days=1)
"""How long a name stays taken by somebody who has not come back: no upload takes longer."""


class UploadNameManager(models.Manager["UploadName"]):
    """Names that are taken, each by one of those who want it at the same moment."""

    def take(self, name: str) -> bool:
        """Take a name, unless somebody else has, and tell whether it is the caller's now.

        Of several who want a name that has just been released, MySQL and MariaDB let one have it,
        and tell the others of a deadlock.
        """
        rows = self._written()
        try:
            with transaction.atomic(using=rows.db):
                rows.create(key=_key(name))
        except IntegrityError:
            return False
        except OperationalError as error:
            # A transaction around it would be lost as a whole.
            if transaction.get_connection(rows.db).in_atomic_block or not is_deadlock(error):
                raise
            return False
        return True

    def release(self, name: str) -> None:
        """Let others have a name, which is that of a file by now, or of none."""
        self._written().filter(key=_key(name)).delete()

    def _written(self) -> models.QuerySet[UploadName]:
        return self.using(router.db_for_write(self.model))


class UploadName(StoredModel):
    """A name that is taken until the file is there: not every storage tells of two at once.

    ``key`` is a hash, as a name may be longer than a key, and is compared byte by byte.
    """

    key = models.CharField(max_length=SHA256_HEX_LENGTH, primary_key=True)
    since = models.DateTimeField(default=now, db_index=True)

    objects = UploadNameManager()

    def __str__(self) -> str:
        return self.key


def _key(name: str) -> str:
    # To a storage a back-slash is another sign (`SiteStorage`).
    return sha256(name.replace("\\", "_").encode()).hexdigest()
