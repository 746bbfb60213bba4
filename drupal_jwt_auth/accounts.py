"""Whoever asks: their permissions under Drupal's names, their user's UUID."""

from __future__ import annotations

import uuid
from collections.abc import Set
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, PermissionsMixin
from django.db.models import Q, Subquery, UUIDField

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.models import ContentModel, UserUUID

APP_LABEL = "drupal_jwt_auth"
ANONYMOUS_KEY = 0

_USER_NAMESPACE = uuid.UUID("b0a2b0c8-6f0a-5b7e-9a39-6f3a3f9f6b0e")
_KEY_MASK = (1 << 62) - 1
_VERSION, _VERSION_SHIFT = 8, 76

_builtin = ModelBackend.get_all_permissions


class _Rights(NamedTuple):
    permissions: Set[str]
    stamp: str | None
    uuid: str | None


class Account:
    """A user of the project, or the anonymous user, as Drupal sees one.

    Everybody has the permissions of one of two groups, the anonymous or the authenticated role;
    users have their own and those of their groups besides. An active superuser has all. All this
    is one query, made when it is first needed, and it brings along the stamp of the content model
    and the UUID that the user had on another site.
    """

    def __init__(self, user: Any) -> None:
        self.user = user if user is not None and user.is_authenticated else None

    @property
    def key(self) -> Any:
        """Return the user's key, 0 for the anonymous user."""
        return self.user.pk if self.user else ANONYMOUS_KEY

    def has_permission(self, permission: str) -> bool:
        """Tell whether the account has a permission, by Drupal's name for it."""
        return self.is_superuser or permission in self._rights.permissions

    @property
    def is_superuser(self) -> bool:
        """Tell whether the account may do everything, as Drupal's user 1."""
        return bool(self.user and getattr(self.user, "is_superuser", False))

    @property
    def may_create_anything(self) -> bool:
        """Tell whether there is a content type that the account may create nodes of."""
        return self.is_superuser or any(
            permission.startswith("create ") and permission.endswith(" content")
            for permission in self._rights.permissions
        )

    @property
    def stamp(self) -> str | None:
        """Return the stamp that the content model had when the permissions were read."""
        return self._rights.stamp

    @property
    def uuid(self) -> str:
        """Return the UUID that the account is known by."""
        return self._rights.uuid or user_uuid(self.key)

    @cached_property
    def _rights(self) -> _Rights:
        stamps = ContentModel.objects.filter(pk=1)
        uuids = UserUUID.objects.filter(user=self.user).values("uuid")
        rows: list[tuple[str, str | None, str | None]] = []
        if not self.is_superuser:
            granted = Permission.objects.filter(
                self._granted(), content_type__app_label=APP_LABEL
            ).order_by()
            stamp = Subquery(stamps.values("stamp"))
            rows = list(granted.values_list("codename", stamp, Subquery(uuids)))
        if not rows:
            rows = [("", *row) for row in stamps.values_list("stamp", Subquery(uuids))]
        permissions = {codename for codename, _stamp, _uuid in rows}
        _codename, current, own = rows[0] if rows else ("", None, None)
        return _Rights(permissions | self._granted_by_other_backends(), current, own)

    def _granted(self) -> Q:
        """Return which permissions Django's own tables grant."""
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
