"""Whom a user name means: in upper or lower case alike, as in Drupal, where that is one user.

The name as it is comes first. Names that differ in case alone may be several users': then each of
them has to write their own, and any other means nobody.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

_ENOUGH = 20


class Named:
    """A user name that somebody has given, and the user whom it means.

    ``user`` is None where there is none, and ``may_exist`` False where no database could hold one.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        self.may_exist = _may_exist(given)
        self.user = _find(given) if self.may_exist else None
        self._is_in_other_case = self.may_exist and self.user is None
        if self._is_in_other_case:
            self.user = _find_in_other_case(given)

    @property
    def username(self) -> str:
        """Return the name as the user has it: the one name for all who go by names."""
        return self.given if self.user is None else str(self.user.get_username())

    def look_further(self) -> None:
        """Ask the database what was not asked as the name was found: to be as long about each."""
        if self.may_exist and not self._is_in_other_case:
            _find_in_other_case(self.given)


def storable(username: str) -> str:
    """Return a name as a database can hold it: who is told of failures may want to save it."""
    return username.replace("\0", "\N{REPLACEMENT CHARACTER}")[: _field().max_length]


def _may_exist(username: str) -> bool:
    """Tell whether the database could hold a user of this name."""
    field = _field()
    try:
        field.to_python(username)
    except ValidationError:
        return False
    fits = field.max_length is None or len(username) <= field.max_length
    return bool(username) and "\0" not in username and fits


def _find(username: str) -> AbstractBaseUser | None:
    """Return the user whom Django's own backend would find, if there is just one."""
    user_model = get_user_model()
    try:
        user: AbstractBaseUser = user_model._default_manager.get_by_natural_key(username)
    except (user_model.DoesNotExist, user_model.MultipleObjectsReturned):
        return None
    return user


def _find_in_other_case(username: str) -> AbstractBaseUser | None:
    """Return the one user whose name differs in case alone, or the one of several with this name.

    Whatever the database takes for the same letter in another case is one.
    """
    condition = {f"{_field().name}__iexact": username}
    found: list[AbstractBaseUser] = list(
        get_user_model()._default_manager.filter(**condition).order_by()[:_ENOUGH]
    )
    exact = [user for user in found if user.get_username() == username]
    meant = exact or found
    return meant[0] if len(meant) == 1 else None


def _field() -> Any:
    user_model = get_user_model()
    return user_model._meta.get_field(user_model.USERNAME_FIELD)
