"""The UUIDs that users had on another site."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.owner_field import OwnerField
from drupal_jwt_auth.models.stored_model import StoredModel

USER_PATH = "/user/"
"""What the path of a user begins with, before the key."""


class UserUUID(StoredModel):
    """The UUID of a user who was imported; other users have one made from their key."""

    user = OwnerField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    uuid = ExactCharField(max_length=UUID_LENGTH, unique=True)

    def __str__(self) -> str:
        return self.uuid
