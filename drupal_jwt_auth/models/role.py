"""What Drupal knows of a role beside what a group has."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.owner_field import OwnerField
from drupal_jwt_auth.models.stored_model import StoredModel

_NAMESPACE = uuid.UUID("5f1d6f0c-3c1b-5d0e-8a41-9a6f0d7f6c52")


def role_uuid(group: Any) -> str:
    """Return the UUID of a role that has not brought one: made of the key of its group."""
    return str(uuid.uuid5(_NAMESPACE, str(group)))


class Role(StoredModel):
    """A group as a role: its machine name and permissions are the group's.

    A group without such a row is a role as well, which is labelled with its name.
    """

    group = OwnerField(
        Group,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("group"),
    )
    uuid = ExactCharField(_("UUID"), max_length=UUID_LENGTH, unique=True, editable=False)
    label = models.CharField(_("label"), max_length=255)
    weight = models.IntegerField(
        _("weight"), default=0, help_text=_("Lists show the lightest first.")
    )
    is_admin = models.BooleanField(
        _("administrator role"),
        default=False,
        editable=False,
        help_text=_("Whoever was imported with this role is a superuser."),
    )

    class Meta(StoredModel.Meta):
        ordering = ("weight", "label")
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        permissions = [
            ("administer permissions", "Administer roles and permissions"),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the role; it keeps the UUID that its group has been known by."""
        self.uuid = self.uuid or role_uuid(self.group_id)
        super().save(*args, **kwargs)
