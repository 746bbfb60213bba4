"""Receivers that revoke a user's tokens when the password changes, or the user is deactivated.

Tokens with a security stamp end with a new password by themselves. Tokens without one, made by
others, are compared with the time of the change, which is noted here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from drupal_jwt_auth.auth.password_upgrades import ReplacementHash
from drupal_jwt_auth.auth.tokens.revoking import revoke_all
from drupal_jwt_auth.auth.tokens.stamps import usable_password

_NOTICED = "_drupal_jwt_auth_changed"


def notice_password(instance: Model, *, raw: bool, using: str, **kwargs: Any) -> None:
    """Note on a user whether the save changes the password: a receiver of ``pre_save``.

    One query, if the password is among the saved fields. It is connected for all models, as a user
    may be saved as an instance of a model that inherits from the user model.
    """
    if raw or not isinstance(instance, get_user_model()):
        return
    changed = False
    is_upgrade = isinstance(instance.password, ReplacementHash)
    if _saves("password", **kwargs) and not is_upgrade:
        stored = get_user_model()._base_manager.using(using).filter(pk=instance.pk)
        new = usable_password(instance.password)
        olds = stored.values_list("password", flat=True)
        changed = any(usable_password(old) != new for old in olds)
    setattr(instance, _NOTICED, changed)


def revoke_all_of_changed(instance: Model, *, raw: bool, **kwargs: Any) -> None:
    """Revoke all tokens of a user with a new password or who is inactive: for ``post_save``.

    An inactive user is refused anyway, but has to log in again when active again.
    """
    if raw or not isinstance(instance, get_user_model()):
        return
    if getattr(instance, _NOTICED) or (_saves("is_active", **kwargs) and not instance.is_active):
        revoke_all(instance)


def has_new_password(user: Model) -> bool:
    """Tell whether the last save of a user has changed the password, as its signals know."""
    return getattr(user, _NOTICED, False)


def _saves(field: str, update_fields: Collection[str] | None, **kwargs: Any) -> bool:
    """Return True if a field is among the saved fields."""
    return update_fields is None or field in update_fields
