"""The UUIDs that users are known by on the wire, made from their keys."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import UUIDField

_USER_NAMESPACE = uuid.UUID("b0a2b0c8-6f0a-5b7e-9a39-6f3a3f9f6b0e")
_KEY_MASK = (1 << 62) - 1
_VERSION, _VERSION_SHIFT = 8, 76


def user_uuid(key: Any) -> str:
    """Return the UUID of a user: made from the key, so that it is always the same.

    A key that is a UUID is its own; a number is written into the lower bits of one (version 8,
    RFC 9562), which `user_key` reads from it again; anything else is hashed.
    """
    if isinstance(key, uuid.UUID):
        return str(key)
    if isinstance(key, int) and 0 <= key <= _KEY_MASK:
        return str(uuid.UUID(int=_user_uuid_prefix() | key))
    return str(uuid.uuid5(_USER_NAMESPACE, f"{get_user_model()._meta.label_lower}:{key}"))


def user_key(text: str) -> Any:
    """Return the key in a UUID that `user_uuid` has made, or None; nobody need have that key."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    if found.int & ~_KEY_MASK == _user_uuid_prefix():
        return found.int & _KEY_MASK
    return found if isinstance(get_user_model()._meta.pk, UUIDField) else None


def _user_uuid_prefix() -> int:
    """Return the upper bits of the UUIDs of the project's users: version, variant, a hash."""
    name = uuid.uuid5(_USER_NAMESPACE, get_user_model()._meta.label_lower)
    bits = name.int & ~_KEY_MASK & ~(0xF << _VERSION_SHIFT)
    return bits | (_VERSION << _VERSION_SHIFT)
