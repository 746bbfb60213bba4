"""Whoever asks: their permissions under Drupal's names, their user's UUID."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, PermissionsMixin
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    F,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import ContentModel, UserUUID

APP_LABEL = "drupal_jwt_auth"
ANONYMOUS_KEY = 0

_USER_NAMESPACE = uuid.UUID("b0a2b0c8-6f0a-5b7e-9a39-6f3a3f9f6b0e")
_KEY_MASK = (1 << 62) - 1
_VERSION, _VERSION_SHIFT = 8, 76

_builtin = ModelBackend.get_all_permissions


class Row(NamedTuple):
    """One row of a query for several kinds of things at once."""

    kind: str
    number: int
    text: str
    more: str | None
    flag: bool


def rows(
    kind: str,
    found: QuerySet[Any, Any],
    text: str,
    *,
    number: str = "",
    more: Any = None,
    flag: str = "",
) -> QuerySet[Any, Any]:
    """Return a query for things as rows of a kind, which can be one with queries for others.

    ``text``, ``number`` and ``flag`` are names of fields, ``more`` is one or an expression.
    """
    annotated: QuerySet[Any, Any] = (
        found.order_by()
        .annotate(
            row_kind=Value(kind, CharField()),
            row_number=F(number) if number else Value(0, BigIntegerField()),
            row_text=F(text),
            row_more=Value(None, CharField()) if more is None else more,
            row_flag=F(flag) if flag else Value(True, BooleanField()),  # noqa: FBT003
        )
        .values_list("row_kind", "row_number", "row_text", "row_more", "row_flag")
    )
    return annotated


class Account:
    """A user of the project, or the anonymous user, as Drupal sees one.

    Everybody has the permissions of one of two groups, the anonymous or the authenticated role;
    users have their own and those of their groups besides. An active superuser has all. All this
    is one query, made when it is first needed, and it brings along the stamp of the content model,
    the UUID that the user had on another site, and what else `bring` was told.
    """

    def __init__(self, user: Any) -> None:
        self.user = user if user is not None and user.is_authenticated else None
        self._others: list[QuerySet[Any, Any]] = []

    def bring(self, *others: QuerySet[Any, Any]) -> None:
        """Let `rows` of other things come along in the same query; they are `brought` then."""
        self._others += others

    @property
    def key(self) -> Any:
        """Return the user's key, 0 for the anonymous user."""
        return self.user.pk if self.user else ANONYMOUS_KEY

    def has_permission(self, permission: str) -> bool:
        """Tell whether the account has a permission, by Drupal's name for it."""
        return self.is_superuser or permission in self._permissions

    @property
    def is_superuser(self) -> bool:
        """Tell whether the account may do everything, as Drupal's user 1."""
        return bool(self.user and getattr(self.user, "is_superuser", False))

    @property
    def may_create_anything(self) -> bool:
        """Tell whether there is a content type that the account may create nodes of."""
        return self.is_superuser or any(
            permission.startswith("create ") and permission.endswith(" content")
            for permission in self._permissions
        )

    @property
    def stamp(self) -> str | None:
        """Return the stamp that the content model had when the permissions were read."""
        return next((row.text for row in self._rows["stamp"]), None)

    @property
    def uuid(self) -> str:
        """Return the UUID that the account is known by."""
        imported = next((row.more for row in self._rows["stamp"]), None)
        return imported or user_uuid(self.key)

    @property
    def brought(self) -> Iterator[Row]:
        """Yield the rows of other things that came along."""
        for kind, found in self._rows.items():
            if kind not in ("stamp", "permission"):
                yield from found

    @cached_property
    def _permissions(self) -> Set[str]:
        return {row.text for row in self._rows["permission"]} | self._granted_by_other_backends()

    @cached_property
    def _rows(self) -> Mapping[str, list[Row]]:
        """Return the rows of the one query by their kinds."""
        uuids = UserUUID.objects.filter(user=self.user).values("uuid")
        queries = [rows("stamp", ContentModel.objects.filter(pk=1), "stamp", more=Subquery(uuids))]
        if not self.is_superuser:
            queries.append(rows("permission", self._granted(), "codename"))
        first, *others = queries + self._others
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in map(Row._make, first.union(*others, all=True) if others else first):
            by_kind[row.kind].append(row)
        return by_kind

    def _granted(self) -> QuerySet[Permission]:
        """Return the permissions that Django's own tables grant."""
        return Permission.objects.filter(self._in_tables(), content_type__app_label=APP_LABEL)

    def _in_tables(self) -> Q:
        role = app_settings.AUTHENTICATED_ROLE if self.user else app_settings.ANONYMOUS_ROLE
        groups = Q(group__name=role)
        if not isinstance(self.user, PermissionsMixin):
            return Q(pk__in=_permissions_of(groups))
        groups |= Q(group__in=self.user.groups.values("pk"))
        return Q(pk__in=_permissions_of(groups)) | Q(pk__in=self.user.user_permissions.values("pk"))

    def _granted_by_other_backends(self) -> set[str]:
        """Return what backends grant that do not look into Django's own tables."""
        if self.user is None or self.is_superuser:
            return set()
        prefix = f"{APP_LABEL}."
        return {
            permission.removeprefix(prefix)
            for backend in get_backends()
            if getattr(type(backend), "get_all_permissions", _builtin) is not _builtin
            for permission in backend.get_all_permissions(self.user)
            if permission.startswith(prefix)
        }


def _permissions_of(groups: Q) -> Any:
    """Return the keys of the permissions of groups, as a subquery."""
    return Group.permissions.through.objects.filter(groups).values("permission")


def user_uuid(key: Any) -> str:
    """Return the UUID of a user: made from the key, so that it is always the same.

    A key that is a UUID is its own; a number is written into the lower bits of one (version 8,
    RFC 9562), which `user_key` reads from it again; anything else is hashed.
    """
    if isinstance(key, uuid.UUID):
        return str(key)
    if isinstance(key, int) and 0 <= key <= _KEY_MASK:
        return str(uuid.UUID(int=_user_uuid_prefix() | key))
    return str(uuid.uuid5(_USER_NAMESPACE, f"{get_user_model()._meta.label_lower}:{key}"))


def user_key(text: str) -> Any:
    """Return the key in a UUID that `user_uuid` has made, or None; nobody need have that key."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    if found.int & ~_KEY_MASK == _user_uuid_prefix():
        return found.int & _KEY_MASK
    return found if isinstance(get_user_model()._meta.pk, UUIDField) else None


def _user_uuid_prefix() -> int:
    """Return the upper bits of the UUIDs of the project's users: version, variant, a hash."""
    name = uuid.uuid5(_USER_NAMESPACE, get_user_model()._meta.label_lower)
    bits = name.int & ~_KEY_MASK & ~(0xF << _VERSION_SHIFT)
    return bits | (_VERSION << _VERSION_SHIFT)
