"""Passwords of accounts, hashed and checked before anything is locked.

That takes long on purpose: whoever did it with a row locked, or with the whole of an SQLite
database, would let everybody else wait. `ahead` does it first, and what it has found out is taken
where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

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

Guard = Callable[[Any, Callable[[], bool]], bool]
"""Returns what a check of a user's password says, and may refuse to have it done: by an exception.

It is given the user, and the check.
"""

_guard: ContextVar[Guard | None] = ContextVar("guard of passwords", default=None)


@contextmanager
def guarded(guard: Guard) -> Iterator[None]:
    """Let a guard have its say wherever the password that a user has is checked."""
    token = _guard.set(guard)
    try:
        yield
    finally:
        _guard.reset(token)


@contextmanager
@sensitive_variables()
def ahead(password: str | None, existing: str | None, user: Any | None) -> Iterator[None]:
    """Hash a new password, and check the one that a user is said to have; None for neither."""
    known = _Known()
    if existing and user is not None:
        known.checked[existing, user.password] = _check(existing, user)
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
def is_password(existing: str, user: Any) -> bool:
    """Tell whether a password is the one that a user has."""
    known = _known.get()
    found = known.checked.get((existing, user.password)) if known else None
    return _check(existing, user) if found is None else found


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
def _check(existing: str, user: Any) -> bool:
    guard, check = _guard.get(), partial(_fits, existing, user.password)
    return check() if guard is None else guard(user, check)


@sensitive_variables()
def _fits(existing: str, encoded: str) -> bool:
    try:
        return check_password(existing, encoded)
    except Exception as fault:
        if failed_hasher(fault) is None:
            raise
        # A login tells of hashes that cannot be checked; here none is right.
        return False
