"""Roles of a described site: groups of the project."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from rest_framework import serializers

from drupal_jwt_auth.content.user.roles import group_name
from drupal_jwt_auth.models import Node, RoleUUID
from drupal_jwt_auth.transfer.description_fields import MachineNameField, uuid_field
from drupal_jwt_auth.transfer.loader import ConfigLoader, Row


class RoleDescription(serializers.Serializer[Any]):
    """A role, with its permissions under Drupal's names."""

    id = MachineNameField()
    uuid = uuid_field(default=None)
    is_admin = serializers.BooleanField(default=False)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), default=list)


class RoleLoader(ConfigLoader):
    """Roles, loaded as groups with exactly the permissions that are described.

    What a group may do in other apps stays.
    """

    part, noun, model, key = "roles", "role", RoleUUID, "id"
    unique = ("id", "uuid")

    def names(self) -> set[Any]:
        """Return the roles; two are there on every site."""
        return super().names() | {"anonymous", "authenticated"}

    def name_here(self, row: Row) -> str:
        """Return the name of the group."""
        return group_name(row["id"])

    def names_by_uuid(self) -> dict[str, str]:
        """Return the names of the groups that were roles before."""
        here = RoleUUID.objects.using(self.run.using)
        return dict(here.values_list("uuid", "group__name"))

    def load(self) -> None:
        """Load the roles."""
        content_type = ContentType.objects.db_manager(self.run.using).get_for_model(Node)
        for row in self.rows:
            group = self.run.save(Group, "roles", {"name": group_name(row["id"])}, {})
            granted = [
                Permission.objects.get_or_create(
                    content_type=content_type, codename=name, defaults={"name": name}
                )[0]
                for name in row["permissions"]
            ]
            others = group.permissions.exclude(content_type__app_label=Node._meta.app_label)
            group.permissions.set([*others, *granted])
            if row["uuid"] is not None:
                RoleUUID.objects.update_or_create(group=group, defaults={"uuid": row["uuid"]})
