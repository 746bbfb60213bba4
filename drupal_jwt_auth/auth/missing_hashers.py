"""Hashers of passwords that the data need and the project has not, and how to get them.

To Django a hash that no hasher is for is a wrong password, and it tells nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from traceback import walk_tb
from typing import Any, NamedTuple

from django.contrib.auth import hashers as django_hashers
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher, is_password_usable
from django.core.exceptions import ImproperlyConfigured

from drupal_jwt_auth.auth import hashers as drupal_hashers

KNOWN: Mapping[str, str] = {
    each.algorithm: f"{door}.{each.__name__}"
    for door, module in (
        (django_hashers.__name__, django_hashers),
        ("drupal_jwt_auth.hashers", drupal_hashers),
    )
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, BasePasswordHasher) and each.algorithm
    if each.__module__ == module.__name__
}
"""The hashers that there are, by their algorithms."""


class Missing(NamedTuple):
    """What is missing, and how to get it. ``is_library`` tells that it is no setting."""

    text: str
    hint: str
    is_library: bool


def configuration_fault() -> Missing | None:
    """Return why `PASSWORD_HASHERS` cannot be used at all, or None."""
    try:
        get_hasher()
    except (ImportError, ImproperlyConfigured, IndexError) as error:
        return Missing(
            f"PASSWORD_HASHERS cannot be used: {error}.",
            "Name classes of hashers there, that of new passwords first.",
            is_library=False,
        )
    return None


def missing_hasher(algorithm: str) -> Missing | None:
    """Return what is missing to verify the hashes of an algorithm, or None.

    An algorithm that is not known has no name: it may be the beginning of what is no hash.
    """
    try:
        hasher = get_hasher(algorithm)
    except ValueError:
        path = KNOWN.get(algorithm)
        return Missing(
            f"No hasher in PASSWORD_HASHERS is for the algorithm {algorithm}."
            if path
            else "No hasher in PASSWORD_HASHERS is for the algorithm, which is not known.",
            f"Add {path} to PASSWORD_HASHERS, after the first." if path else "Add the hasher.",
            is_library=False,
        )
    return missing_library(hasher)


def missing_library(hasher: Any) -> Missing | None:
    """Return what a hasher cannot work without, or None."""
    if hasher.library is None:
        return None
    try:
        hasher._load_library()
    except ValueError as error:
        return Missing(f"{error}.", drupal_hashers.INSTALL, is_library=True)
    return None


def failed_hasher(error: Exception) -> BasePasswordHasher | None:
    """Return the hasher that an error comes out of, or None where it is none of a hasher's.

    They raise whatever they like: for a library that is missing, a stored hash that is damaged, a
    password that is too long for them.
    """
    for frame, _ in walk_tb(error.__traceback__):
        running = frame.f_locals.get("self")
        if isinstance(running, BasePasswordHasher):
            return running
    return None


def why_failed(hasher: BasePasswordHasher, error: Exception) -> str:
    """Return what there is to do, without the text of the error, which may show the hash."""
    if isinstance(error, ValueError) and isinstance(error.__context__, ImportError):
        return f"{error}. {drupal_hashers.INSTALL}"
    return (
        f"{type(hasher).__name__} has failed with {type(error).__name__}: the stored hash is "
        "damaged, or the password is none that this hasher takes."
    )


def missing_for(encoded: str) -> Missing | None:
    """Return what is missing to verify a stored hash, of which the algorithm will do.

    Nothing is missing for a password that nobody can log in with.
    """
    if not encoded or not is_password_usable(encoded):
        return None
    return missing_hasher(encoded.partition("$")[0])
