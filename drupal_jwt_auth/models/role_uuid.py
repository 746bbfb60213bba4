"""The UUIDs that roles had on another site."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.owner_field import OwnerField
from drupal_jwt_auth.models.stored_model import StoredModel


class RoleUUID(StoredModel):
    """The UUID of a group that was imported as a role; others have one made from their key."""

    group = OwnerField(Group, on_delete=models.CASCADE, primary_key=True, related_name="+")
    uuid = ExactCharField(max_length=UUID_LENGTH, unique=True)

    def __str__(self) -> str:
        return self.uuid
