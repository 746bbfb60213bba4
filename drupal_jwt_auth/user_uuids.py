"""The UUIDs that users are known by on the wire, made from their keys."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import get_user_model

from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY, are_numbers, key_in_text

_USER_NAMESPACE = uuid.UUID("b0a2b0c8-6f0a-5b7e-9a39-6f3a3f9f6b0e")
_LOW_BITS = 62
_LOW_MASK = (1 << _LOW_BITS) - 1
_VARIANT_END = 64
_MAX_HIGH = 3
_SIGN = 1 << 63
_VERSION, _VERSION_SHIFT = 8, 76
_HASHED = 5
"""The version of UUIDs that are hashes."""


def user_uuid(key: Any) -> str:
    """Return the UUID of a user: made from the key, so that it is always the same.

    A key that is a UUID is its own; a number of 64 bits is written into one (version 8, RFC 9562),
    on both sides of its variant, which `user_key` reads from it again; anything else is hashed.
    """
    if isinstance(key, uuid.UUID):
        return str(key)
    if isinstance(key, int) and -_SIGN <= key < _SIGN:
        high, low = key >> _LOW_BITS & _MAX_HIGH, key & _LOW_MASK
        return str(uuid.UUID(int=_user_uuid_prefix() ^ (high << _VARIANT_END | low)))
    return str(uuid.uuid5(_USER_NAMESPACE, f"{get_user_model()._meta.label_lower}:{key}"))


def user_key(text: str) -> Any:
    """Return the key in a UUID that `user_uuid` has made, or None; nobody need have that key."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    high, low = divmod(found.int ^ _user_uuid_prefix(), 1 << _VARIANT_END)
    if high <= _MAX_HIGH and low <= _LOW_MASK:
        bits = high << _LOW_BITS | low
        number = bits - 2 * (bits & _SIGN)
        return number if number == ANONYMOUS_KEY or are_numbers() else None
    key = key_in_text(str(found))
    return key if isinstance(key, uuid.UUID) else None


def is_hashed(key: Any) -> bool:
    """Tell whether the UUID of a user with this key does not tell the key."""
    return user_key(user_uuid(key)) is None


def can_be_foreseen(text: str) -> bool:
    """Tell whether a text is a UUID that `user_uuid` makes of a key: somebody may get that.

    Nobody foresees a key that is a UUID itself.
    """
    try:
        found = uuid.UUID(text)
    except ValueError:
        return False
    key = user_key(text)
    if key is None:
        return found.version == _HASHED and not are_numbers()
    return not isinstance(key, uuid.UUID)


def _user_uuid_prefix() -> int:
    """Return the upper bits of the UUIDs of the project's users: version, variant, a hash."""
    name = uuid.uuid5(_USER_NAMESPACE, get_user_model()._meta.label_lower)
    bits = name.int & ~_LOW_MASK & ~(0xF << _VERSION_SHIFT)
    return bits | (_VERSION << _VERSION_SHIFT)
