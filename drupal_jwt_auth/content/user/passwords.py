"""Passwords of accounts, hashed and checked before anything is locked.

That takes long on purpose: whoever did it with a row locked, or with the whole of an SQLite
database, would let everybody else wait. `ahead` does it first, and what it has found out is taken
where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.contrib.auth.hashers import check_password, make_password
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.failed_hashers import failed_hasher

MAX_LENGTH = 255


class UnusablePasswordError(Exception):
    """The project's hasher does not take a password."""


@dataclass
class _Known:
    """What was found out: hashes by passwords, and which passwords belong to which hashes."""

    hashes: dict[str, str] = field(default_factory=dict)
    checked: dict[tuple[str, str], bool] = field(default_factory=dict)


_known: ContextVar[_Known | None] = ContextVar("known passwords", default=None)


@contextmanager
@sensitive_variables()
def ahead(password: str | None, existing: str | None, encoded: str | None) -> Iterator[None]:
    """Hash a new password, and check an existing one against its hash; None for nothing to do."""
    known = _Known()
    if existing and encoded is not None:
        known.checked[existing, encoded] = _check(existing, encoded)
    if password and len(password) <= MAX_LENGTH:
        with suppress(UnusablePasswordError):  # Which the rules tell.
            known.hashes[password] = _hash(password)
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)


@sensitive_variables()
def hash_of(password: str) -> str:
    """Return a hash of a password; raise UnusablePasswordError."""
    known = _known.get()
    return (known.hashes.get(password) if known else None) or _hash(password)


@sensitive_variables()
def is_password(existing: str, encoded: str) -> bool:
    """Tell whether a password is the one of a hash."""
    known = _known.get()
    found = known.checked.get((existing, encoded)) if known else None
    return _check(existing, encoded) if found is None else found


@sensitive_variables()
def _hash(password: str) -> str:
    try:
        return make_password(password)
    except Exception as fault:
        if failed_hasher(fault) is None:
            raise
    # Without what the hasher says, which may have the password in it.
    raise UnusablePasswordError


@sensitive_variables()
def _check(existing: str, encoded: str) -> bool:
    try:
        return check_password(existing, encoded)
    except Exception as fault:
        if failed_hasher(fault) is None:
            raise
        # A login tells of hashes that cannot be checked; here none is right.
        return False
