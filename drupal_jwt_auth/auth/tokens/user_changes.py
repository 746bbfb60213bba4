"""Receivers that revoke a user's tokens when the password changes, or the user is deactivated.

Tokens with a security stamp end with a new password by themselves. Tokens without one, made by
others, are compared with the time of the change, which is noted here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from drupal_jwt_auth.auth.tokens.revoking import revoke_all
from drupal_jwt_auth.auth.tokens.stamps import usable_password
from drupal_jwt_auth.stored_users import stored_before


def revoke_all_of_changed(instance: Model, *, raw: bool, **kwargs: Any) -> None:
    """Revoke all tokens of a user with a new password or who is inactive: for ``post_save``.

    An inactive user is refused anyway, but has to log in again when active again.
    """
    if raw or not isinstance(instance, get_user_model()):
        return
    is_kept_out = _saves("is_active", **kwargs) and not instance.is_active
    if is_kept_out or has_new_password(instance):
        revoke_all(instance)


def has_new_password(user: Any) -> bool:
    """Tell whether the save of a user that is just over has changed the password."""
    stored = stored_before(user)
    is_saved = "password" in stored
    return is_saved and usable_password(stored["password"]) != usable_password(user.password)


def _saves(field: str, update_fields: Collection[str] | None, **kwargs: Any) -> bool:
    """Return True if a field is among the saved fields."""
    return update_fields is None or field in update_fields
