"""Which hasher has failed, where checking or hashing a password has."""

from __future__ import annotations

from traceback import walk_tb

from django.contrib.auth.hashers import BasePasswordHasher


def failed_hasher(error: Exception) -> BasePasswordHasher | None:
    """Return the hasher that has raised an exception, or None if it comes from elsewhere.

    Hashers may raise anything: for a missing library, a damaged hash, a password that is too long.
    """
    for frame, _ in walk_tb(error.__traceback__):
        running = frame.f_locals.get("self")
        if isinstance(running, BasePasswordHasher):
            return running
    return None
