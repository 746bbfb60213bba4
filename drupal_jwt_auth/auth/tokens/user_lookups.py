"""Ways to find the user that a claim names: by user name, e-mail address, primary key or UUID.

An entry of ``ISSUERS`` chooses one of `LOOKUPS` as its ``user``.
"""

from __future__ import annotations

import string
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import Exists, OuterRef, Q

from drupal_jwt_auth.auth.tokens.users import TokenUser, load_user, with_token_state
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_key

_MAX_CANDIDATES = 20
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class UserLookup(ABC):
    """One way to find the user whom a claim names.

    ``name`` is what ``ISSUERS`` calls it, ``can_create`` whether a user can be made of the claim
    alone. ``accepts_numbers`` lets the claim be a JSON number. ``verified_claim`` is another claim
    by which the issuer says that it has verified this one.
    """

    name: ClassVar[str]
    can_create: ClassVar[bool] = False
    accepts_numbers: ClassVar[bool] = False
    verified_claim: ClassVar[str | None] = None

    @abstractmethod
    def candidates(self, value: str, revocation_key: str) -> list[TokenUser]:
        """Return the users whom the database finds by this value, where tokens are written too.

        Collations may ignore case or accents: only those that `matches` accepts are meant.
        """

    def matches(self, user: Any, value: str) -> bool:
        """Return True if a candidate has exactly this value."""
        return True

    def assign(self, user: Any, value: str) -> None:
        """Give a new user the value, as user name at least."""
        setattr(user, user.USERNAME_FIELD, value)

    def is_supported(self) -> bool:
        """Return True if the user model has the field that the claim is compared with."""
        return True


class QueryLookup(UserLookup):
    """A lookup whose candidates are the users that fulfil a condition."""

    @abstractmethod
    def query(self, value: str) -> Q | None:
        """Return the condition for users with this value, or None if no user can have it."""

    def candidates(self, value: str, revocation_key: str) -> list[TokenUser]:
        """Return the users that the query finds, a few of them if there are many."""
        condition = self.query(value)
        if condition is None:
            return []
        user_model = get_user_model()
        users = user_model._default_manager.using(router.db_for_write(user_model))
        found = with_token_state(users.filter(condition).order_by(), revocation_key)
        return [TokenUser.of(user) for user in found[:_MAX_CANDIDATES]]


class UsernameLookup(QueryLookup):
    """By the user name, in the same letters."""

    name = "username"
    can_create = True

    def query(self, value: str) -> Q | None:
        """Return the condition for this name, or None if the field cannot hold it."""
        user_model = get_user_model()
        field: Any = user_model._meta.get_field(user_model.USERNAME_FIELD)
        try:
            return Q((field.name, field.to_python(value)))
        except ValidationError:
            return None

    def matches(self, user: Any, value: str) -> bool:
        """Return True if the name is the user's, letter for letter and as Django normalizes it."""
        return bool(str(user.get_username()) == value == user.normalize_username(value))


class EmailLookup(QueryLookup):
    """By the e-mail address, in upper or lower case of ASCII, if the issuer has verified it."""

    name = "email"
    can_create = True
    verified_claim = "email_verified"

    def query(self, value: str) -> Q | None:
        """Return the condition for this address, or None if the user model has no such field."""
        return Q((f"{self._field()}__iexact", value)) if self.is_supported() else None

    def matches(self, user: Any, value: str) -> bool:
        """Return True if the address is the user's, but for upper and lower case of A to Z."""
        own = str(getattr(user, self._field()))
        return own.translate(_ASCII_LOWER) == value.translate(_ASCII_LOWER)

    def assign(self, user: Any, value: str) -> None:
        """Give a new user the address, as user name too."""
        super().assign(user, value)
        setattr(user, self._field(), value)

    def is_supported(self) -> bool:
        """Return True if the user model has the field for addresses that it names."""
        names = {field.name for field in get_user_model()._meta.get_fields()}
        return self._field() in names

    def _field(self) -> str:
        name: str = get_user_model().get_email_field_name()
        return name


class IdLookup(UserLookup):
    """By the primary key, as a number or as text: only for an issuer that shares the users."""

    name = "id"
    accepts_numbers = True

    def candidates(self, value: str, revocation_key: str) -> list[TokenUser]:
        """Return the user with this key, by the prepared query of the site's own tokens."""
        found = load_user(value, revocation_key)
        return [] if found is None else [found]


class UuidLookup(QueryLookup):
    """By the UUID that the user has on the wire."""

    name = "uuid"

    def query(self, value: str) -> Q:
        """Return the condition for an imported UUID, or else for one that is made from the key."""
        imported = UserProfile.objects.filter(user=OuterRef("pk"))
        has_it = Q(Exists(imported.filter(uuid=value)))
        key = user_key(value)
        return has_it if key is None else has_it | (Q(pk=key) & ~Q(Exists(imported)))


LOOKUPS: dict[str, UserLookup] = {
    lookup.name: lookup for lookup in (UsernameLookup(), EmailLookup(), IdLookup(), UuidLookup())
}
"""The lookups by their names."""
