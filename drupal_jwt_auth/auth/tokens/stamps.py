"""The security stamp: a hash in each token of this site, on which its validity depends.

It is made of the stored password and of the time at which all of the user's tokens were revoked
last. A change of either ends all tokens of the user, however the change was made, as Django's
session hash ends sessions.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import is_password_usable
from django.utils.crypto import constant_time_compare, salted_hmac


def security_stamp(user: AbstractBaseUser, cutoff: int | None) -> str:
    """Return the stamp of a user whose tokens were revoked at ``cutoff`` last, if ever.

    ``cutoff`` is Unix time in microseconds.
    """
    return next(_stamps(user, cutoff))


def is_current(stamp: str, user: AbstractBaseUser, cutoff: int | None) -> bool:
    """Return True if neither password nor cutoff has changed since the stamp was made."""
    return any(constant_time_compare(stamp, current) for current in _stamps(user, cutoff))


def usable_password(encoded: str) -> str:
    """Return the hash of a password, or "" for each unusable password.

    A backend may set another unusable password at each login, which must not end tokens.
    """
    return encoded if is_password_usable(encoded) else ""


def _stamps(user: AbstractBaseUser, cutoff: int | None) -> Iterator[str]:
    """Yield the stamp as made with ``SECRET_KEY``, then with each of its fallbacks."""
    password = usable_password(user.password)
    for secret in (settings.SECRET_KEY, *filter(None, settings.SECRET_KEY_FALLBACKS)):
        mac = salted_hmac(
            "drupal_jwt_auth.tokens.stamps",
            f"{cutoff}:{password}",
            secret=str(secret),
            algorithm="sha256",
        )
        yield mac.hexdigest()[:32]
