"""Whoever asks: their permissions under Drupal's names, their user's UUID."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    F,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY
from drupal_jwt_auth.models import ContentModel, UserUUID
from drupal_jwt_auth.prepared import Parameter, Prepared
from drupal_jwt_auth.user_uuids import user_uuid

APP_LABEL = "drupal_jwt_auth"

_NOTHING = Q(pk__in=())

_builtin = ModelBackend.get_all_permissions


class Row(NamedTuple):
    """One row of a query for several kinds of things at once."""

    kind: str
    number: int
    text: str
    more: str | None
    flag: bool


Rows = Callable[[Any, Any], QuerySet[Any, Any]]
"""What returns `rows` for the keys of things, and for the user who asks."""


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
            row_flag=F(flag) if flag else Value(value=True, output_field=BooleanField()),
        )
        .values_list("row_kind", "row_number", "row_text", "row_more", "row_flag")
    )
    return annotated


def _is_active(user: Any) -> bool:
    return user is not None and user.is_authenticated and getattr(user, "is_active", True)


class Account:
    """A user of the project, or the anonymous user, as Drupal sees one.

    Everybody has the permissions of one of two groups, the anonymous or the authenticated role;
    users have their own and those of their groups besides. A superuser has all. A user who is not
    active is the anonymous one, as whoever is blocked in Drupal. All this is one query, made when
    it is first needed, and it brings along the stamp of the content model, the UUID that the user
    had on another site, and what else `bring` was told.
    """

    def __init__(self, user: Any) -> None:
        self.user = user if _is_active(user) else None
        self._others: list[tuple[Rows, Sequence[Any]]] = []

    @classmethod
    def of(cls, user: Any) -> Account:
        """Return the account of a user, or what is given where that is an account already."""
        return user if isinstance(user, cls) else cls(user)

    def bring(self, find: Rows, keys: Iterable[Any]) -> None:
        """Let other things come along in the same query; they are `brought` then.

        ``find`` returns `rows` for their keys, and knows who asks: both are expressions.
        """
        self._others.append((find, list(keys)))

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

    def may_with_any_content(self, operation: str) -> bool:
        """Tell whether the account may ``create``, ``edit`` or ``delete`` nodes of some type."""
        return self.is_superuser or any(
            permission.startswith(f"{operation} ") and permission.endswith(" content")
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
        values = {
            "user": self.user and self.user.pk,
            "role": app_settings.AUTHENTICATED_ROLE if self.user else app_settings.ANONYMOUS_ROLE,
        }
        others = []
        for find, keys in self._others:
            names = _names(find, len(keys))
            others.append((find, len(names)))
            # What is left over finds the last one again.
            values |= dict(zip_longest(names, keys, fillvalue=keys[-1]))
        query = _account_query(tuple(others), with_permissions=not self.is_superuser)
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in map(Row._make, query.run(**values)):
            by_kind[row.kind].append(row)
        return by_kind

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


def _names(find: Rows, count: int) -> list[str]:
    """Return the names of parameters for keys: as many as the next power of two.

    So there are few queries to make, however many keys there may be.
    """
    return [f"{find.__name__}_{number}" for number in range(1 << (count - 1).bit_length())]


@lru_cache(maxsize=64)
def _account_query(others: tuple[tuple[Rows, int], ...], *, with_permissions: bool) -> Prepared:
    """Return the query of accounts that bring so many of other things along."""
    user = Parameter("user", get_user_model()._meta.pk)

    def make() -> QuerySet[Any, Any]:
        uuids = UserUUID.objects.filter(user=user).values("uuid")
        first = rows("stamp", ContentModel.objects.filter(pk=1), "stamp", more=Subquery(uuids))
        more = [rows("permission", _granted(user), "codename")] if with_permissions else []
        for find, count in others:
            keys = [Parameter(name, BigIntegerField()) for name in _names(find, count)]
            more.append(find(keys, user))
        return first.union(*more, all=True) if more else first

    return Prepared(make)


def _granted(user: Parameter) -> QuerySet[Permission]:
    """Return the permissions that Django's own tables grant to a user, and to the user's role."""
    # What Django's PermissionsMixin gives to users; a user model need not have it.
    fields = get_user_model()._meta.many_to_many
    of_user = {field.related_model: Q((field.related_query_name(), user)) for field in fields}
    groups = Group.objects.filter(of_user.get(Group, _NOTHING)).values("pk")
    permissions = Permission.objects.filter(of_user.get(Permission, _NOTHING)).values("pk")
    role = Q(group__name=Parameter("role", Group._meta.get_field("name")))
    through = Group.permissions.through.objects.filter(role | Q(group__in=groups))
    granted = Q(pk__in=through.values("permission")) | Q(pk__in=permissions)
    return Permission.objects.filter(granted, content_type__app_label=APP_LABEL)
