"""The UUIDs of users whose keys are texts: kept in rows, so that the users are found by them.

From the UUIDs of other users their keys are read (`drupal_jwt_auth.user_uuids`), and no row is
needed.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.contrib.auth import get_user_model
from django.db import models, router

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import is_hashed, user_uuid


def keep_uuid(instance: models.Model, *, created: bool, using: str, **kwargs: Any) -> None:
    """Keep the UUID of a new user: a receiver of ``post_save``.

    It is connected for all models, as a user may be saved as an instance of a model that inherits
    from the user's.
    """
    if created and isinstance(instance, get_user_model()) and is_hashed(instance.pk):
        _keep(UserProfile.objects.using(using), [instance.pk])


def keep_missing_uuids(
    sender: Any, using: str, apps: Apps | Any = installed_apps, **kwargs: Any
) -> None:
    """Keep the UUIDs of users of whom no signal was sent: a receiver of ``post_migrate``."""
    try:
        user_model, uuid_model = (
            apps.get_model(model._meta.label) for model in (get_user_model(), UserProfile)
        )
    except LookupError:
        return  # This app's migrations have not been run, or have been undone.
    if not router.allow_migrate_model(using, UserProfile):
        return
    kept = uuid_model._default_manager.using(using)
    users = user_model._base_manager.using(using).exclude(pk__in=kept.values("user"))
    keys = users.order_by().values_list("pk", flat=True)
    if (first := keys.first()) is not None and is_hashed(first):
        _keep(kept, list(keys))


def _keep(rows: Any, keys: list[Any]) -> None:
    for batch in batches(keys):
        made = [rows.model(user_id=key, uuid=user_uuid(key)) for key in batch]
        # Another process may be doing the same, and a fixture may bring the row itself.
        rows.bulk_create(made, ignore_conflicts=True)
