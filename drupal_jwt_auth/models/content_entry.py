"""The content log: who has done what to content."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.stored_model import StoredModel

MAX_LENGTH = 255
"""How much is kept of each text."""


class ContentEntry(StoredModel):
    """Something that was done to an entity: when, what, by whom and by which way.

    Never what the entity says, nor what it is called: its type, its kind and its key. They and the
    name of the user stay when the entity, or the user, is deleted.
    """

    class Action(models.TextChoices):
        """What was done."""

        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        DELETED = "deleted", _("Deleted")

    class Way(models.TextChoices):
        """By which way; none of these stands for code of the project."""

        REST = "rest", _("REST")
        JSONAPI = "jsonapi", _("JSON:API")
        ADMIN = "admin", _("Administration")
        ACTION = "action", _("Action for several")
        IMPORT = "import", _("Import")
        PRUNING = "pruning", _("Pruning")

    timestamp = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    action = models.CharField(_("action"), max_length=16, choices=Action)
    entity_type = models.CharField(_("entity type"), max_length=MAX_LENGTH)
    bundle = models.CharField(_("bundle"), max_length=MAX_LENGTH)
    entity_id = models.CharField(_("ID"), max_length=MAX_LENGTH, db_index=True)
    username = models.CharField(_("user name"), max_length=MAX_LENGTH, blank=True, db_index=True)
    way = models.CharField(_("way"), max_length=16, blank=True, choices=Way)

    class Meta(StoredModel.Meta):
        # They are numbered as they are written.
        ordering = ("-pk",)
        verbose_name = _("content log entry")
        verbose_name_plural = _("content log")
        indexes = [
            models.Index(fields=["action", "id"], name="drupal_jwt_auth_log_action"),
            models.Index(fields=["entity_type", "id"], name="drupal_jwt_auth_log_type"),
            models.Index(fields=["way", "id"], name="drupal_jwt_auth_log_way"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.entity_type} {self.entity_id}"
