"""Receivers that tell users when they were let in or kept out, whoever has done it, and how."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.mail.notifying import notify

_STATUS = "is_active"
_NOTICED = "_drupal_jwt_auth_status_changed"


def notice_status(
    instance: Model,
    *,
    raw: bool,
    using: str,
    update_fields: Collection[str] | None,
    **kwargs: Any,
) -> None:
    """Note on a user whether the save changes the status: a receiver of ``pre_save``.

    One query, if the status is among the saved fields. It is connected for all models, as a user
    may be saved as an instance of a model that inherits from the user model.
    """
    users = get_user_model()
    if raw or not isinstance(instance, users):
        return
    changed = False
    is_saved = update_fields is None or _STATUS in update_fields
    if is_saved and not instance._state.adding and _has_status():
        stored = users._base_manager.using(using).filter(pk=instance.pk)
        olds = stored.values_list(_STATUS, flat=True)
        changed = any(old != instance.is_active for old in olds)
    setattr(instance, _NOTICED, changed)


def tell_status(instance: Model, *, raw: bool, **kwargs: Any) -> None:
    """Tell a user who was let in or kept out: a receiver of ``post_save``."""
    if raw or not getattr(instance, _NOTICED, False):
        return
    setattr(instance, _NOTICED, False)
    user: Any = instance
    notice = "status_activated" if user.is_active else "status_blocked"
    notify(notice, user, UserSettings(get_structure(Account(None).stamp)))


def _has_status() -> bool:
    try:
        get_user_model()._meta.get_field(_STATUS)
    except FieldDoesNotExist:
        return False
    return True
