"""New hashes of passwords that stay the same: stored by compare-and-set.

Django makes one at a login, when the stored hash is that of another hasher, and stores it whatever
has happened since it was read: a hash that another login has made, or even that of a new password.
All tokens of a user hang on the stored hash (`drupal_jwt_auth.auth.tokens.stamps`), so that of
several logins at once only the last one's would last.

No backend has to know of this: what is saved is changed on its way, into one statement that
compares and sets. There is no lock, and no transaction.
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
    """What becomes of the hash of a password while it is checked, in a ``with`` block."""

    def __init__(self, password: str) -> None:
        self._password = password
        # By the key of a user whose hash is brought up to date: which hashes are of this password.
        self._hashes: dict[Any, set[str]] = {}
        self._token: Token[PasswordUpgrade | None]

    def __enter__(self) -> PasswordUpgrade:
        self._token = _current.set(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        _current.reset(self._token)

    @sensitive_variables()
    def adopt_stored_hash(self, user: AbstractBaseUser) -> bool:
        """Let the user have the hash that is stored, and tell whether the password is still right.

        That hash is perhaps another login's, and perhaps that of a new password.
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
        """Return a user's new hash as it may be saved."""
        stored = _stored_hash(user, using)
        is_correct, is_outdated = verify_password(self._password, stored)
        new = ReplacementHash(user.password)
        # Where it may replace nothing, it does itself.
        new.replaced = stored if is_correct and is_outdated else str(new)
        new.model = user._meta.get_field("password").model
        self._hashes[user.pk] = {str(new), stored} if is_correct else {str(new)}
        return new


class ReplacementHash(str):
    """A hash that is saved only where the one that it replaces still is: the database compares.

    To all others who look at the user meanwhile, it is the text that it is.
    """

    replaced: str
    model: type[Model]

    @sensitive_variables()
    def resolve_expression(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what Django puts into a statement, as for any expression."""
        new: Any = Value(str(self))
        if isinstance(query, UpdateQuery) and query.model is self.model:
            field: Any = query.get_meta().get_field("password")
            same_place = When(password=self.replaced, then=new)
            new = Case(same_place, default=F(field.name), output_field=field)
        return new.resolve_expression(query, *args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be copied as a text: whoever keeps the user does not keep the comparison."""
        return str, (str(self),)


_current: ContextVar[PasswordUpgrade | None] = ContextVar("password_upgrade", default=None)


def compare_and_set(
    instance: Model, using: str, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Let a new hash be saved by compare-and-set: a receiver of ``pre_save``, for all models."""
    upgrade = _current.get()
    if (
        upgrade is not None
        and isinstance(instance, AbstractBaseUser)
        and "password" in (update_fields or ())
        and _has_forgotten_password(instance)
    ):
        instance.password = upgrade.replacement(instance, using)


def _has_forgotten_password(user: Any) -> bool:
    """Tell whether it is an upgrade that is to be saved: a password that was set is still known."""
    return user._password is None


def _stored_hash(user: AbstractBaseUser, using: str) -> str:
    """Return the hash that a user has in the database, or "" if there is no such user any more."""
    users = type(user)._base_manager.using(using).filter(pk=user.pk)
    stored: str | None = users.values_list("password", flat=True).first()
    return stored or ""
