"""Receivers that tell users when they were let in or kept out, whoever has done it, and how."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.mail.notifying import notify
from drupal_jwt_auth.stored_users import stored_before


def tell_status(instance: Any, *, raw: bool, **kwargs: Any) -> None:
    """Tell a user who was let in or kept out: a receiver of ``post_save`` of all models."""
    if raw or not isinstance(instance, get_user_model()):
        return
    stored = stored_before(instance)
    if "is_active" in stored and stored["is_active"] != instance.is_active:
        notice = "status_activated" if instance.is_active else "status_blocked"
        notify(notice, instance, UserSettings(get_structure(Account(None).stamp)))
