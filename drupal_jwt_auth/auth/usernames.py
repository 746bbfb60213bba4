"""Names and addresses, and their users: upper and lower case do not matter, as in Drupal.

An exact match comes first. If several users have names that differ only in case, each of them has
to write the exact name; any other spelling finds nobody.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

_ENOUGH = 20


class Named:
    """A user name that was sent, and the user whom it names.

    ``user`` is None if there is none, and ``may_exist`` is False for a name that no database could
    hold.
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
        """Return the name in the user's own spelling, for counting, logging and backends."""
        return self.given if self.user is None else str(self.user.get_username())

    def look_further(self) -> None:
        """Run the query for other cases, if an exact match has spared it: for the same timing."""
        if self.may_exist and not self._is_in_other_case:
            _find_in_other_case(self.given)


def users_with_address(address: str) -> list[AbstractBaseUser]:
    """Return the users who are written to at an address, in any case; where there are many, some.

    Addresses that only look the same to the database are not the same.
    """
    user_model = get_user_model()
    name = user_model.get_email_field_name()
    if name not in {field.name for field in user_model._meta.concrete_fields} or "\0" in address:
        return []
    found = user_model._default_manager.filter(**{f"{name}__iexact": address}).order_by("pk")
    folded = _folded(address)
    return [user for user in found[:_ENOUGH] if _folded(getattr(user, name)) == folded]


def _folded(address: str) -> str:
    return unicodedata.normalize("NFKC", address).casefold()


def storable(username: str) -> str:
    """Return a name that a database can hold: receivers of failed logins may want to save it."""
    return username.replace("\0", "\N{REPLACEMENT CHARACTER}")[: _field().max_length]


def _may_exist(username: str) -> bool:
    """Return True if the database could hold a user with this name."""
    field = _field()
    try:
        field.to_python(username)
    except ValidationError:
        return False
    fits = field.max_length is None or len(username) <= field.max_length
    return bool(username) and "\0" not in username and fits


def _find(username: str) -> AbstractBaseUser | None:
    """Return the user whom Django's own backend would find, or None."""
    user_model = get_user_model()
    try:
        user: AbstractBaseUser = user_model._default_manager.get_by_natural_key(username)
    except (user_model.DoesNotExist, user_model.MultipleObjectsReturned):
        return None
    return user


def _find_in_other_case(username: str) -> AbstractBaseUser | None:
    """Return the user with this name in any case; of several users, the one with exactly this.

    Which letters differ only in case is up to the database.
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
