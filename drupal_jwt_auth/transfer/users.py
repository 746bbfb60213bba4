"""Users of a described site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group
from django.db.models import Model
from rest_framework import serializers

from drupal_jwt_auth.auth.hashers import encode_drupal_hash
from drupal_jwt_auth.auth.missing_hashers import missing_for
from drupal_jwt_auth.content.user.roles import group_name
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import UserUUID
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    MachineNameField,
    UnixTimeField,
    uuid_field,
)
from drupal_jwt_auth.transfer.loader import Loader, Named, Row

FIRST_USER = 1


class UserDescription(serializers.Serializer[Any]):
    """A user; ``pass`` is the hash as Drupal's database has it."""

    uid = IdField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=60, trim_whitespace=False)
    mail = serializers.CharField(max_length=254, allow_blank=True, allow_null=True, default="")
    status = serializers.BooleanField(default=True)
    created = UnixTimeField(default=0)
    login = UnixTimeField(default=0)
    roles = serializers.ListField(child=MachineNameField(), default=list)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a word of Python."""
        password = serializers.CharField(
            max_length=255, allow_blank=True, allow_null=True, default="", trim_whitespace=False
        )
        return {**super().get_fields(), "pass": password}


class UserLoader(Loader):
    """Users with their roles; administrators become superusers."""

    part, noun, key = "users", "user", "uid"
    unique = ("uid", "uuid", "name")

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
        user_model, names = get_user_model(), _user_fields()
        roles = self.site["roles"]
        admin_roles = {row["id"] for row in roles if row["is_admin"]}
        site_groups = {group_name(row["id"]) for row in roles}
        for index, row in enumerate(self.rows):
            is_admin = row["uid"] == FIRST_USER or bool(admin_roles & set(row["roles"]))
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
            user: Any = self.run.save(user_model, "users", key, values, **when_new)
            if "groups" in names:
                groups = Group.objects.using(self.run.using)
                own = groups.filter(name__in=map(group_name, row["roles"]))
                user.groups.set([*user.groups.exclude(name__in=site_groups), *own])
            UserUUID.objects.update_or_create(user=user, defaults={"uuid": row["uuid"]})


def _user_fields() -> set[str]:
    """Return the names of the fields that the project's user model has."""
    return {field.name for field in get_user_model()._meta.get_fields()}
