"""Password upgrades: new hashes of unchanged passwords, stored by compare-and-set.

At a login Django replaces the hash of an outdated hasher, and overwrites whatever was stored since
the user was read: another login's new hash, or even that of a new password. All tokens of a user
depend on the stored hash (`drupal_jwt_auth.auth.tokens.stamps`), so of several logins at once only
the tokens of the last would be valid.

Backends need not know of this: a receiver of ``pre_save`` turns the new hash into an expression, so
that one UPDATE compares and sets. There is no lock and no transaction.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password, verify_password
from django.db import router
from django.db.models import Case, F, Model, Value, When
from django.db.models.sql import UpdateQuery
from django.views.decorators.debug import sensitive_variables


class PasswordUpgrade:
    """The upgrades of stored hashes while a password is verified, in a ``with`` block."""

    def __init__(self, password: str) -> None:
        self._password = password
        # By the primary key of each user whose hash is replaced: the hashes of this password.
        self._hashes: dict[Any, set[str]] = {}
        self._token: Token[PasswordUpgrade | None]

    def __enter__(self) -> PasswordUpgrade:
        self._token = _current.set(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _current.reset(self._token)

    @sensitive_variables()
    def adopt_stored_hash(self, user: AbstractBaseUser) -> bool:
        """Give the user the hash that is stored now; return False if it is not of this password.

        Another login may have stored its own new hash, or somebody a new password.
        """
        hashes = self._hashes.get(user.pk)
        if hashes is not None:
            stored = _stored_hash(user, router.db_for_write(type(user), instance=user))
            if stored not in hashes and not check_password(self._password, stored):
                return False
            user.password = stored
        return True

    @sensitive_variables()
    def replacement(self, user: AbstractBaseUser, using: str) -> ReplacementHash:
        """Return a user's new hash, to be saved only if the stored one is still of the password."""
        stored = _stored_hash(user, using)
        is_correct, is_outdated = verify_password(self._password, stored)
        new = ReplacementHash(user.password)
        # Where nothing is to be replaced, it may only replace itself.
        new.replaced = stored if is_correct and is_outdated else str(new)
        new.model = user._meta.get_field("password").model
        self._hashes[user.pk] = {str(new), stored} if is_correct else {str(new)}
        return new


class ReplacementHash(str):
    """A hash that is only saved in the place of ``replaced``: the UPDATE compares.

    For all other purposes it is a plain text.
    """

    replaced: str
    model: type[Model]

    @sensitive_variables()
    def resolve_expression(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the expression for an UPDATE: ``CASE WHEN password = replaced THEN new``."""
        new: Any = Value(str(self))
        if isinstance(query, UpdateQuery) and query.model is self.model:
            field: Any = query.get_meta().get_field("password")
            same_place = When(password=self.replaced, then=new)
            new = Case(same_place, default=F(field.name), output_field=field)
        return new.resolve_expression(query, *args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle it as a plain text, without the comparison."""
        return str, (str(self),)


_current: ContextVar[PasswordUpgrade | None] = ContextVar("password_upgrade", default=None)


def compare_and_set(
    instance: Model, using: str, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Make the upgrade of a hash a compare-and-set: a receiver of ``pre_save`` of all models."""
    upgrade = _current.get()
    if (
        upgrade is not None
        and isinstance(instance, AbstractBaseUser)
        and "password" in (update_fields or ())
        and _has_forgotten_password(instance)
    ):
        instance.password = upgrade.replacement(instance, using)


def _has_forgotten_password(user: Any) -> bool:
    """Return True for an upgrade: after ``set_password`` Django keeps the password until saved."""
    return user._password is None


def _stored_hash(user: AbstractBaseUser, using: str) -> str:
    """Return the hash that is stored for a user, or "" if the user was deleted."""
    users = type(user)._base_manager.using(using).filter(pk=user.pk)
    stored: str | None = users.values_list("password", flat=True).first()
    return stored or ""
