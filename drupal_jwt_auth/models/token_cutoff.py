"""When all tokens of a user were revoked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from drupal_jwt_auth.models.stored_model import StoredModel


class TokenCutoff(StoredModel):
    """The moment at which all tokens of a user were revoked last: none from before is good.

    ``at`` is Unix time in microseconds.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.at)
