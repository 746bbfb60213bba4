"""Failed logins, as far as they count."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.db import IntegrityError, models, router, transaction

from drupal_jwt_auth.models.revoked_token import SHA256_HEX_LENGTH
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.transactions import apart

MARK_LENGTH = 32
"""Of 16 random bytes as hexadecimal digits."""


class FailedLoginManager(models.Manager["FailedLogin"]):
    """Failed logins, kept and looked for as in one of Django's caches.

    A value is when it counts no more (Unix time), whose login it was, as a hash, and a mark that no
    other value has. Writing is no part of a transaction that somebody else may undo, as far as the
    database can do that.
    """

    def get_many(self, keys: Iterable[str]) -> dict[str, tuple[float, str, str]]:
        """Return the values that count, by their keys.

        A transaction may go on to see what there was when it began: it is not asked.
        """
        rows = self._written()
        with apart(rows.db):
            counting = rows.filter(pk__in=keys, until__gt=time.time())
            return {row.key: (row.until, row.name, row.mark) for row in counting}

    def add(self, key: str, value: tuple[float, str, str], timeout: float) -> bool:
        """Keep a value, unless there is one with this key that counts, and tell whether it is kept.

        Of several that are added at the same moment, one is.
        """
        rows, values = self._written(), dict(zip(("until", "name", "mark"), value, strict=True))
        with apart(rows.db):
            if rows.filter(pk=key, until__lte=time.time()).update(**values):
                return True
            try:
                with transaction.atomic(using=rows.db):
                    rows.create(key=key, **values)
            except IntegrityError:
                return False
            return True

    def delete_many(self, keys: Iterable[str]) -> None:
        """Forget the values with these keys."""
        rows = self._written()
        with apart(rows.db):
            rows.filter(pk__in=keys).delete()

    def _written(self) -> models.QuerySet[FailedLogin]:
        """Return all rows where they are written: a copy may not have the last ones."""
        return self.using(router.db_for_write(self.model))


class FailedLogin(StoredModel):
    """A place that a failed login takes until some time, see `drupal_jwt_auth.auth.flood`.

    ``key`` and ``name`` are hashes: nobody who reads the table gets to know a name. ``until`` is
    Unix time. ``mark`` is random, and tells who has taken the place.
    """

    key = models.CharField(max_length=100, primary_key=True)
    name = models.CharField(max_length=SHA256_HEX_LENGTH)
    until = models.FloatField(db_index=True)
    mark = models.CharField(max_length=MARK_LENGTH)

    objects = FailedLoginManager()

    def __str__(self) -> str:
        return self.key
