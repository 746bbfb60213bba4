"""When all tokens of a user were revoked."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Greatest

from drupal_jwt_auth.models.owner_field import OwnerField
from drupal_jwt_auth.models.stored_model import StoredModel

_NANOSECONDS_OF_A_MICROSECOND = 1000


class TokenCutoff(StoredModel):
    """The moment at which all tokens of a user were revoked last: none from before is good.

    ``at`` is Unix time in microseconds.
    """

    user = OwnerField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.at)

    @staticmethod
    def move(user_id: Any, using: str | None = None) -> None:
        """Set it to now for a user, and in any case to later than it was.

        Another machine's clock may be ahead of this one's, and what it has ended must stay so.
        """
        now = time.time_ns() // _NANOSECONDS_OF_A_MICROSECOND
        cutoff = TokenCutoff(user_id=user_id, at=now)
        rows = TokenCutoff.objects.using(using)
        rows.bulk_create([cutoff], ignore_conflicts=True)
        rows.filter(pk=user_id).update(at=Greatest(models.F("at") + 1, now))
