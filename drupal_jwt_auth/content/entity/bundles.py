"""What goes with a bundle, and with the last field of a storage."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.models import FieldConfig, FieldStorage


def forget_fields(sender: type[Model], instance: Model, using: str, **kwargs: Any) -> None:
    """Delete the fields of a bundle that was deleted: a receiver of ``post_delete``."""
    for entity_type in ENTITY_TYPES.all_content():
        if entity_type.bundle_model is sender:
            FieldConfig.objects.using(using).of(entity_type.id, str(instance.pk)).delete()


def forget_storage(instance: FieldConfig, using: str, **kwargs: Any) -> None:
    """Delete a storage whose last field was deleted: a receiver of ``post_delete``."""
    FieldStorage.objects.using(using).filter(pk=instance.storage_id, configs__isnull=True).delete()
