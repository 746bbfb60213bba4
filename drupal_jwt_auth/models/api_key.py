"""API keys of users."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from drupal_jwt_auth.models.owner_field import OwnerField
from drupal_jwt_auth.models.revoked_token import SHA256_HEX_LENGTH
from drupal_jwt_auth.models.stored_model import StoredModel


class ApiKey(StoredModel):
    """The key of a user: a hash of it, for the key itself is known to the client alone."""

    user = OwnerField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    key = models.CharField(max_length=SHA256_HEX_LENGTH, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.made_at)
