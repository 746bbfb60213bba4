"""Whoever asks: their permissions under Drupal's names and Django's, their user's UUID."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from django.apps import apps
from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, router, transaction
from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Subquery, Value

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.fields import Target
from drupal_jwt_auth.fields.user_keys import ANONYMOUS_KEY
from drupal_jwt_auth.http.paths import alias_path
from drupal_jwt_auth.models import ContentModel, PathAlias, UserProfile
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.user_profile import USER_PATH
from drupal_jwt_auth.prepared import Parameter, Prepared
from drupal_jwt_auth.user_uuids import user_uuid

logger = logging.getLogger(__name__)

APP_LABEL = "drupal_jwt_auth"

ACCOUNT = "user"
"""The id of the entity type of accounts."""

ACCESS_INTERVAL = timedelta(seconds=180)
"""How often it is noted that somebody is here."""

_COLUMNS = ("label", "text", "known_uuid", "alias", "seen")
"""Label of the app and name of a permission; in the row of the account the label is NULL."""

_NOTHING = Q(pk__in=())

_builtin = ModelBackend.get_all_permissions


def user_target(key: Any, uuid: str | None, alias: str | None, root: str) -> Target:
    """Return what a reference to a user points to; ``uuid`` is one from another site, if any."""
    own = f"{root}user/{quote(str(key), safe='')}"
    return Target(uuid or user_uuid(key), own if alias is None else alias_path(alias, root))


class Known(NamedTuple):
    """What one query tells of an account."""

    stamp: str | None
    uuid: str | None
    alias: str | None
    seen: datetime | None
    permissions: Mapping[str, Set[str]]
    """By the label of the app that they are of."""


def _is_active(user: Any) -> bool:
    return user is not None and user.is_authenticated and getattr(user, "is_active", True)


class Account:
    """A user of the project, or the anonymous user, as Drupal sees one.

    Everybody has the permissions of one of two groups, the anonymous or the authenticated role;
    users have their own and those of their groups besides. A superuser has all. A user who is not
    active is the anonymous one, as whoever is blocked in Drupal. All this is one query, made when
    it is first needed, and it brings along the stamp of the content model and the UUID that the
    user had on another site.
    """

    def __init__(self, user: Any) -> None:
        self.user = user if _is_active(user) else None

    @classmethod
    def of(cls, user: Any) -> Account:
        """Return the account of a user, or what is given where that is an account already."""
        return user if isinstance(user, cls) else cls(user)

    @property
    def key(self) -> Any:
        """Return the user's key, 0 for the anonymous user."""
        return self.user.pk if self.user else ANONYMOUS_KEY

    def has_permission(self, permission: str) -> bool:
        """Tell whether the account has a permission, by Drupal's name for it or by Django's.

        Django's begin with the label of an app, as ``shop.add_product``.
        """
        if self.is_superuser:
            return True
        label, dot, codename = permission.partition(".")
        if dot and label in apps.app_configs:
            return codename in self._known.permissions[label]
        return permission in self._known.permissions[APP_LABEL]

    @property
    def is_superuser(self) -> bool:
        """Tell whether the account may do everything, as Drupal's user 1."""
        return bool(self.user and getattr(self.user, "is_superuser", False))

    def has_permission_like(self, start: str, end: str) -> bool:
        """Tell whether the account has a permission that begins and ends so, for some bundle."""
        return self.is_superuser or any(
            permission.startswith(start) and permission.endswith(end)
            for permission in self._known.permissions[APP_LABEL]
        )

    @property
    def stamp(self) -> str | None:
        """Return the stamp that the content model had when the permissions were read."""
        return self._known.stamp

    @property
    def uuid(self) -> str:
        """Return the UUID that the account is known by."""
        return self._known.uuid or user_uuid(self.key)

    def target(self, root: str) -> Target:
        """Return what a reference to the account points to."""
        return user_target(self.key, self._known.uuid, self._known.alias, root)

    @cached_property
    def _known(self) -> Known:
        query = _OF_SUPERUSER if self.is_superuser else _OF_ANYBODY
        stamp, uuid, alias, seen = None, None, None, None
        granted: dict[str, set[str]] = defaultdict(set)
        for label, text, *more in query.run(
            user=self.user and self.user.pk,
            path=f"{USER_PATH}{self.key}",
            role=app_settings.AUTHENTICATED_ROLE if self.user else app_settings.ANONYMOUS_ROLE,
        ):
            if label is None:
                stamp, (uuid, alias, seen) = text, more
            else:
                granted[label].add(text)
        for permission in self._granted_by_other_backends():
            label, _, codename = permission.partition(".")
            granted[label].add(codename)
        return Known(stamp, uuid, alias, seen, granted)

    def note_access(self) -> None:
        """Note that the account was seen now, at most once in some minutes, where it is known.

        One statement, which sees for itself that nobody else has noted it meanwhile; without a
        profile it makes one. What fails is logged: nobody is refused for that.
        """
        known: Known | None = vars(self).get("_known")
        if self.user is None or known is None:
            return
        moment = now()
        latest = moment - ACCESS_INTERVAL
        if known.seen is not None and known.seen > latest:
            return
        using = router.db_for_write(UserProfile)
        profiles = UserProfile.objects.using(using)
        before = Q(access=None) | Q(access__lte=latest)
        try:
            with transaction.atomic(using=using):
                if known.uuid is not None:
                    profiles.filter(before, pk=self.key).update(access=moment)
                elif type(self.user)._base_manager.using(using).filter(pk=self.key).exists():
                    profile = UserProfile(user_id=self.key, uuid=self.uuid, access=moment)
                    profiles.bulk_create([profile], ignore_conflicts=True)
        except DatabaseError:
            logger.exception("It could not be noted that user %r was here.", self.key)

    def _granted_by_other_backends(self) -> Iterator[str]:
        """Yield what backends grant that do not look into Django's own tables."""
        if self.user is None or self.is_superuser:
            return
        for backend in get_backends():
            if getattr(type(backend), "get_all_permissions", _builtin) is not _builtin:
                yield from backend.get_all_permissions(self.user)


def _user() -> Parameter:
    return Parameter("user", get_user_model()._meta.pk)


def _of_superuser() -> QuerySet[Any, Any]:
    """Return the query for the stamp and what is known of the user, as a row like the others."""
    profiles = UserProfile.objects.filter(user=_user())
    aliases = PathAlias.objects.of(Parameter("path", PathAlias._meta.get_field("path")))
    return (
        ContentModel.objects.filter(pk=1)
        .annotate(
            label=Value(None, CharField()),
            text=F("stamp"),
            known_uuid=Subquery(profiles.values("uuid")),
            alias=Subquery(aliases.values("alias")[:1]),
            seen=Subquery(profiles.values("access")),
        )
        .values_list(*_COLUMNS)
    )


def _of_anybody() -> QuerySet[Any, Any]:
    granted = (
        _granted(_user())
        .order_by()
        .annotate(
            label=F("content_type__app_label"),
            text=F("codename"),
            known_uuid=Value(None, CharField()),
            alias=Value(None, CharField()),
            seen=Value(None, DateTimeField()),
        )
        .values_list(*_COLUMNS)
    )
    return _of_superuser().union(granted, all=True)


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
    return Permission.objects.filter(granted)


_OF_SUPERUSER = Prepared(_of_superuser)
_OF_ANYBODY = Prepared(_of_anybody)
