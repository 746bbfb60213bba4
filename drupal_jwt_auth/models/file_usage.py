"""What uses a file: the entities that refer to it, or did."""

from __future__ import annotations

from django.db import models

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.file import File
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH
from drupal_jwt_auth.models.stored_model import StoredModel

KEY_LENGTH = 255


class FileUsage(StoredModel):
    """An entity that refers to a file, or did at an older revision.

    It is noted as the entity is saved, and forgotten with it: who asks looks whether it still does.
    """

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="usages")
    entity_type = ExactCharField(max_length=MACHINE_NAME_LENGTH)
    entity_id = ExactCharField(max_length=KEY_LENGTH)

    class Meta(StoredModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("file", "entity_type", "entity_id"), name="drupal_jwt_auth_file_usage"
            ),
        )
        indexes = (models.Index(fields=("entity_type", "entity_id")),)

    def __str__(self) -> str:
        return f"{self.entity_type} {self.entity_id}"
