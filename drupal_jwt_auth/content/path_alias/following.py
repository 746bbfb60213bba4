"""What becomes of aliases when what they lead to is deleted."""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.models import Model

from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.models import PathAlias


def delete_aliases(sender: ContentEntityType, instance: Model, **kwargs: Any) -> None:
    """Delete the aliases of an entity: a receiver of ``entity_deleted``."""
    if sender.canonical is not None:
        using = router.db_for_write(PathAlias, instance=instance)
        path = sender.path_with(str(instance.pk))
        PathAlias.objects.using(using).filter(path=path).delete()
