"""What is stored of a user while it is saved with something else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

WATCHED = ("password", "is_active")
"""The columns of which somebody asks whether they change."""

_STORED = "_drupal_jwt_auth_stored"


def read_stored(
    instance: Model,
    *,
    raw: bool,
    using: str,
    update_fields: Collection[str] | None,
    **kwargs: Any,
) -> None:
    """Note on a user what is stored of it: a receiver of ``pre_save``.

    One query, if a watched column is among the saved ones. It is connected for all models, as a
    user may be saved as an instance of a model that inherits from the user model.
    """
    users = get_user_model()
    if raw or not isinstance(instance, users):
        return
    saved = {field.attname for field in users._meta.concrete_fields}
    if update_fields is not None:
        saved.intersection_update(update_fields)
    # An expression is made of what is stored: there is nothing to compare with that.
    names = [
        name
        for name in WATCHED
        if name in saved and not hasattr(getattr(instance, name), "resolve_expression")
    ]
    rows = users._base_manager.using(using).filter(pk=instance.pk)
    setattr(instance, _STORED, (rows.values(*names).first() if names else None) or {})


def stored_before(user: Model) -> Mapping[str, Any]:
    """Return what was stored of the saved ones among the watched columns, before the last save."""
    return getattr(user, _STORED, {})
