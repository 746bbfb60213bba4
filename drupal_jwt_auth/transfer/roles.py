"""Roles of a described site: groups of the project."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from rest_framework import serializers

from drupal_jwt_auth.content.entity.accounts import APP_LABEL
from drupal_jwt_auth.content.user.roles import EVERYBODYS, group_name
from drupal_jwt_auth.models import Node, Role
from drupal_jwt_auth.transfer.description_fields import MAX_ID, MachineNameField, uuid_field
from drupal_jwt_auth.transfer.loader import ConfigLoader, Row


class RoleDescription(serializers.Serializer[Any]):
    """A role, with its permissions under Drupal's names."""

    id = MachineNameField()
    uuid = uuid_field(default=None)
    weight = serializers.IntegerField(default=0, min_value=-MAX_ID, max_value=MAX_ID)
    is_admin = serializers.BooleanField(default=False)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), default=list)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {**super().get_fields(), "label": serializers.CharField(max_length=255, default="")}


class RoleLoader(ConfigLoader):
    """Roles, loaded as groups with exactly the permissions that are described.

    What a group may do in other apps stays.
    """

    part, noun, model, key = "roles", "role", Role, "id"
    unique = ("id", "uuid")

    def names(self) -> set[Any]:
        """Return the roles; two are there on every site."""
        return super().names() | {"anonymous", "authenticated"}

    def name_here(self, row: Row) -> str:
        """Return the name of the group."""
        return group_name(row["id"])

    def names_by_uuid(self) -> dict[str, str]:
        """Return the names of the groups that were roles before."""
        here = Role.objects.using(self.run.using)
        return dict(here.values_list("uuid", "group__name"))

    def load(self) -> None:
        """Load the roles."""
        permissions = Permission.objects.using(self.run.using)
        known: dict[str, Permission] = {
            permission.codename: permission
            for permission in permissions.filter(content_type__app_label=APP_LABEL).order_by("-pk")
        }
        for row in self.rows:
            group = self.run.save(Group, "roles", {"name": group_name(row["id"])}, {})
            granted = [known.get(name) or self._make(name) for name in row["permissions"]]
            known |= {permission.codename: permission for permission in granted}
            others = group.permissions.exclude(content_type__app_label=APP_LABEL)
            group.permissions.set([*others, *granted])
            values = {"weight": row["weight"], "is_admin": row["is_admin"]}
            values["label"] = row["label"] or EVERYBODYS.get(row["id"], row["id"])
            if row["uuid"] is not None:
                values["uuid"] = row["uuid"]
            Role.objects.update_or_create(group=group, defaults=values)
        self._take_back()

    def _take_back(self) -> None:
        """Leave roles that the site has no more without what they allowed."""
        names = [group_name(name) for name in self.gone()]
        for group in Group.objects.using(self.run.using).filter(name__in=names):
            group.permissions.set(group.permissions.exclude(content_type__app_label=APP_LABEL))
            Role.objects.filter(group=group).update(is_admin=False)
            self.run.removed["roles (left without permissions)"] += 1

    def _make(self, name: str) -> Permission:
        """Make a permission of which this app knows nothing."""
        content_type = ContentType.objects.db_manager(self.run.using).get_for_model(Node)
        return Permission.objects.create(content_type=content_type, codename=name, name=name)
