"""What Drupal knows of a user, and the project's user model does not."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactAnyCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import UUID_LENGTH
from drupal_jwt_auth.models.owner_field import OwnerField
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyJSONField
from drupal_jwt_auth.user_uuids import user_uuid

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Item

USER_PATH = "/user/"
"""What the path of a user begins with, before the key."""

TIMEZONE_MAX_LENGTH = 64
INIT_MAX_LENGTH = 254


def site_timezone() -> str:
    """Return the time zone of the project."""
    return settings.TIME_ZONE


class UserProfile(StoredModel):
    """The row beside that of a user; a user without one is shown with the defaults.

    Their UUID is made from their key then. ``created`` is for user models that do not know it
    (``date_joined``), ``changed`` is None until something was changed, ``access`` is when somebody
    was seen last. ``fields`` holds the values of the configurable fields, as those of a node.
    """

    user = OwnerField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="drupal_profile",
        verbose_name=_("user"),
    )
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, editable=False
    )
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode
    )
    preferred_langcode = models.CharField(
        _("preferred language"),
        max_length=LANGCODE_MAX_LENGTH,
        default=site_langcode,
        null=True,
        blank=True,
    )
    preferred_admin_langcode = models.CharField(
        _("language of administration"), max_length=LANGCODE_MAX_LENGTH, null=True, blank=True
    )
    timezone = models.CharField(
        _("time zone"), max_length=TIMEZONE_MAX_LENGTH, default=site_timezone, null=True, blank=True
    )
    init = models.CharField(
        _("first e-mail address"), max_length=INIT_MAX_LENGTH, null=True, blank=True
    )
    created = models.DateTimeField(_("created"), null=True, editable=False)
    changed = models.DateTimeField(_("changed"), null=True, editable=False)
    access = models.DateTimeField(_("last access"), null=True, editable=False)
    fields: models.JSONField[dict[str, list[Item]], dict[str, list[Item]]] = AnyJSONField(
        _("fields"), default=dict, blank=True, editable=False
    )

    class Meta(StoredModel.Meta):
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        permissions = [
            ("access user profiles", "View user information"),
            ("administer users", "Administer users"),
            ("administer user fields", "User: Administer fields"),
            ("change own username", "Change own username"),
            ("cancel account", "Cancel own user account"),
            ("restful post user_registration", "Access POST on User registration resource"),
        ]

    def __str__(self) -> str:
        return self.uuid

    @cached_property
    def written(self) -> set[str]:
        """Return the names of the columns that are to be saved, as those who set them note here.

        What others write meanwhile, such as ``access``, stays.
        """
        return set()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the profile; it has the UUID that the user has been known by."""
        self.uuid = self.uuid or user_uuid(self.user_id)
        super().save(*args, **kwargs)

    def save_written(self, **kwargs: Any) -> None:
        """Save what was set, or the whole of a new row."""
        if self._state.adding:
            self.save(**kwargs)
        elif self.written:
            self.save(update_fields=self.written, **kwargs)
        self.written.clear()
