"""Hashers that stored passwords need and the project lacks, and how to get them.

Django takes each password for wrong where no hasher fits the stored hash, and does not log it.
"""

from __future__ import annotations

from collections.abc import Mapping
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
"""The paths of all hashers of Django and of this app, by their algorithms."""


class Missing(NamedTuple):
    """A library, or a setting, that is missing (``text``), and how to get it (``hint``)."""

    text: str
    hint: str
    is_library: bool


def configuration_fault() -> Missing | None:
    """Return what is wrong with ``PASSWORD_HASHERS``, or None if it can be used."""
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
    """Return the hasher or library that is missing for an algorithm, or None.

    The text does not name an unknown algorithm, as it may be a part of something that is not a
    hash.
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
    """Return the library that a hasher lacks, or None."""
    if hasher.library is None:
        return None
    try:
        hasher._load_library()
    except ValueError as error:
        return Missing(f"{error}.", drupal_hashers.INSTALL, is_library=True)
    return None


def why_failed(hasher: BasePasswordHasher, error: Exception) -> str:
    """Return why a hasher has failed, without the exception's text, which may show the hash."""
    if isinstance(error, ValueError) and isinstance(error.__context__, ImportError):
        return f"{error}. {drupal_hashers.INSTALL}"
    return (
        f"{type(hasher).__name__} has failed with {type(error).__name__}: the stored hash is "
        "damaged, or this hasher does not take the password."
    )


def missing_for(encoded: str) -> Missing | None:
    """Return the hasher or library that is missing for a stored hash, or for an algorithm.

    Nothing is missing for an unusable password.
    """
    if not encoded or not is_password_usable(encoded):
        return None
    return missing_hasher(encoded.partition("$")[0])
