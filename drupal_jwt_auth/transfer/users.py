"""Users of a described site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group
from django.db.models import Model
from rest_framework import serializers

from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from drupal_jwt_auth.auth.missing_hashers import missing_for
from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.content.user.roles import group_name
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.user_profile import INIT_MAX_LENGTH, TIMEZONE_MAX_LENGTH
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    MachineNameField,
    UnixTimeField,
    uuid_field,
)
from drupal_jwt_auth.transfer.entities import EntityLoader
from drupal_jwt_auth.transfer.fields import FieldDescription, refuse_namesakes, values_field
from drupal_jwt_auth.transfer.loader import Named, Row
from drupal_jwt_auth.user_uuids import user_uuid

FIRST_USER = 1

USERS = "user"
"""The bundle that all users are of."""

NULLABLE = frozenset({"init", "timezone", "preferred_langcode", "preferred_admin_langcode"})
PROFILE = ("uuid", "langcode", *sorted(NULLABLE))
"""What is told of a user in the words of the profile."""


class UserFieldDescription(FieldDescription):
    """A configurable field of users."""

    entity_type = "user"


class UserFieldsDescription(serializers.ListSerializer[Any]):
    """The configurable fields of users, who are all of one bundle."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=UserFieldDescription(), **kwargs)

    @staticmethod
    def of_none() -> list[Row]:
        """Return the bundle without fields."""
        return [{"id": USERS, "uuid": None, "fields": []}]

    def to_internal_value(self, data: Any) -> Any:
        """Return the bundle with its fields; refuse two of one name."""
        fields = super().to_internal_value(data)
        refuse_namesakes(fields)
        return [{"id": USERS, "uuid": None, "fields": fields}]


def _langcode() -> serializers.CharField:
    return serializers.CharField(max_length=LANGCODE_MAX_LENGTH, required=False, allow_null=True)


class UserDescription(serializers.Serializer[Any]):
    """A user; ``pass`` is the hash as Drupal's database has it."""

    uid = IdField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=60, trim_whitespace=False)
    mail = serializers.CharField(max_length=254, allow_blank=True, allow_null=True, default="")
    status = serializers.BooleanField(default=True)
    created = UnixTimeField(default=0)
    changed = UnixTimeField(required=False)
    access = UnixTimeField(default=0)
    login = UnixTimeField(default=0)
    init = serializers.CharField(
        max_length=INIT_MAX_LENGTH, allow_blank=True, allow_null=True, required=False
    )
    timezone = serializers.CharField(
        max_length=TIMEZONE_MAX_LENGTH, allow_blank=True, allow_null=True, required=False
    )
    langcode = serializers.CharField(max_length=LANGCODE_MAX_LENGTH, required=False)
    preferred_langcode = _langcode()
    preferred_admin_langcode = _langcode()
    roles = serializers.ListField(child=MachineNameField(), default=list)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a word of Python."""
        password = serializers.CharField(
            max_length=255, allow_blank=True, allow_null=True, default="", trim_whitespace=False
        )
        return {**super().get_fields(), "pass": password, "fields": values_field()}


class UserFieldLoader(BundleLoader):
    """The configurable fields of users."""

    part, noun, key = "user_fields", "entity type", "id"
    unique = ()
    entity_type, content, content_key = "user", "users", "uid"

    def place(self, index: int, number: int) -> str:
        """Return where a field is described."""
        return f"{self.part}[{number}]"

    def names_by_uuid(self) -> dict[str, str]:
        """Return nothing: the bundle has no UUID."""
        return {}

    def load(self) -> None:
        """Load the fields."""
        for row in self.rows:
            self.load_fields(row)


class UserLoader(EntityLoader):
    """Users with their roles and profiles; administrators become superusers."""

    part, noun, key = "users", "user", "uid"
    unique = ("uid", "uuid", "name")
    bundles = UserFieldLoader

    def bundle_of(self, row: Row) -> str:
        """Return the only bundle that there is."""
        return USERS

    def conflicts(self) -> Iterator[str]:
        """Yield who is blocked, where nobody can be: they could log in here.

        Which users the site's are here is found out before.
        """
        if "is_active" not in _user_fields():
            for index, row in enumerate(self.rows):
                if not row["status"]:
                    yield (
                        f"{self.part}[{index}].status: {row['name']!r} is blocked, and the users "
                        "of this project cannot be."
                    )

    def names(self) -> set[Any]:
        """Return the numbers of the users, with the anonymous one's."""
        return super().names() | {0}

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the roles of a user."""
        for role in row["roles"]:
            yield Named("roles", "role", role)

    def last_numbers(self) -> Iterator[tuple[type[Model], int]]:
        """Yield the last key that the users have here."""
        if self.rows:
            yield get_user_model(), self.run.users.highest

    def load(self) -> None:
        """Load the users."""
        names = _user_fields()
        bundle = get_structure(None).bundles_of("user")[USERS]
        roles = self.site["roles"]
        admin_roles = {row["id"] for row in roles if row["is_admin"]}
        before: Iterable[str] = self.run.before.get("roles", ())
        site_groups = {group_name(name) for name in (*before, *(row["id"] for row in roles))}
        done = 0
        for batch in batches(enumerate(self.rows)):
            for index, row in batch:
                is_admin = row["uid"] == FIRST_USER or bool(admin_roles & set(row["roles"]))
                user = self._save_user(index, row, names, is_admin=is_admin)
                if "groups" in names:
                    groups = Group.objects.using(self.run.using)
                    own = groups.filter(name__in=map(group_name, row["roles"]))
                    user.groups.set([*user.groups.exclude(name__in=site_groups), *own])
                self._save_profile(user, row, bundle)
            done += len(batch)
            self.run.progress("users", done, len(self.rows))

    def _save_user(self, index: int, row: Row, names: Set[str], *, is_admin: bool) -> Any:
        """Save the account itself, as far as the project's model has a place for what is told."""
        user_model: Any = get_user_model()
        values = {
            user_model.USERNAME_FIELD: row["name"],
            user_model.get_email_field_name(): row["mail"] or "",
            "is_active": row["status"],
            "is_staff": is_admin,
            "is_superuser": is_admin,
            "date_joined": from_unix(row["created"]),
        }
        values = {name: value for name, value in values.items() if name in names}
        password = {"password": encode_drupal_hash(row["pass"] or "")}
        # Of somebody who is here, Django knows better.
        first = {"last_login": from_unix(row["login"])} if row["login"] else {}
        when_new = password | {name: first[name] for name in first.keys() & names}
        if row["pass"]:
            values |= password
            self.run.missing |= {*filter(None, [missing_for(password["password"])])}
            if not is_password_usable(password["password"]):
                self.run.without_password.append(row["name"])
        self.run.users.check(index, row)
        key = {"pk": self.run.users.key(row["uid"])}
        return self.run.save(user_model, "users", key, values, **when_new)

    def brought(self) -> None:
        """Return nothing: users are known by their UUIDs."""

    def remove(self) -> None:
        """Block the users who came from the site and have gone: any table may name them.

        Where nobody can be blocked they stay as they are.
        """
        if not self.run.before or "is_active" not in _user_fields():
            return
        known = {row["uuid"] for row in self.rows}
        profiles = UserProfile.objects.using(self.run.using).values_list("user", "uuid")
        # Those of the project's own users are made of their keys.
        gone = [
            key for key, uuid in profiles.iterator() if uuid not in known and uuid != user_uuid(key)
        ]
        here = get_user_model()._default_manager.using(self.run.using)
        for batch in batches(gone):
            for user in here.filter(pk__in=batch, is_active=True):
                user.is_active = False
                user.save(update_fields=["is_active"])
                self.run.removed["users (blocked)"] += 1

    def _save_profile(self, user: Any, row: Row, bundle: Bundle) -> None:
        """Save what Drupal knows of a user beside that; what is not described stays."""
        values = {name: row[name] for name in PROFILE if name in row}
        values |= {name: values[name] or None for name in NULLABLE & values.keys()}
        values["created"] = from_unix(row["created"])
        if "changed" in row:
            values["changed"] = from_unix(row["changed"])
        values["fields"] = self.values(row, bundle)
        # Of somebody who is here, the site knows better.
        first = {"access": from_unix(row["access"])} if row["access"] else {}
        UserProfile.objects.update_or_create(
            user=user, defaults=values, create_defaults={**values, **first}
        )


def _user_fields() -> set[str]:
    """Return the names of the fields that the project's user model has."""
    return {field.name for field in get_user_model()._meta.get_fields()}
