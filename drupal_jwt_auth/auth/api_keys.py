"""API keys: one for each user, made at random; only a hash of it is stored."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import router
from django.db.models import OuterRef, Subquery
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.auth.flood import fold_username
from drupal_jwt_auth.models import ApiKey

LENGTH = 64
"""The length of the keys that the original module makes, of letters and digits."""

_ALPHABET = string.ascii_letters + string.digits
_PATTERN = re.compile(rf"[A-Za-z0-9]{{{LENGTH}}}")


@sensitive_variables("text")
def make_api_key(user: AbstractBaseUser) -> str:
    """Make a new key for a user, in the place of an older one, and return it; store its hash."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
    rows = ApiKey.objects.using(router.db_for_write(ApiKey, instance=user))
    rows.update_or_create(user_id=user.pk, defaults={"key": hash_of(text), "made_at": now()})
    return text


def delete_api_key(user: AbstractBaseUser) -> None:
    """Delete the key of a user, if there is one."""
    ApiKey.objects.using(router.db_for_write(ApiKey, instance=user)).filter(pk=user.pk).delete()


@sensitive_variables("text")
def find_owner(username: str, text: str) -> AbstractBaseUser | None:
    """Return the user with this name and this key, active or not, or None.

    One query by the hash of the key. Its time tells nothing of stored keys or names, as nobody can
    choose the hash. It runs on the database that keys are written to: a replica may not know yet
    that a key was reset.
    """
    if not is_like_a_key(text):
        return None
    hashed = hash_of(text)
    own = ApiKey.objects.filter(user=OuterRef("pk")).values("key")
    user: Any = (
        get_user_model()
        ._default_manager.using(router.db_for_write(ApiKey))
        .annotate(stored_key=Subquery(own))
        .filter(pk__in=ApiKey.objects.filter(key=hashed).values("user"))
        .first()
    )
    if user is None or not constant_time_compare(user.stored_key, hashed):
        return None
    return user if fold_username(username) == fold_username(user.get_username()) else None


def is_like_a_key(text: str) -> bool:
    """Return True if a text has the length and the characters of a key."""
    return _PATTERN.fullmatch(text) is not None


@sensitive_variables("text")
def hash_of(text: str) -> str:
    """Return the hash that is stored; a plain one is enough, as keys are long and random."""
    return hashlib.sha256(text.encode()).hexdigest()
