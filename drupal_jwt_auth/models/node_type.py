"""Content types."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import (
    MACHINE_NAME_LENGTH,
    UUID_LENGTH,
    new_uuid,
    validate_machine_name,
)
from drupal_jwt_auth.models.stored_model import StoredModel

TITLE_LABEL = "Title"


class NodeType(StoredModel):
    """A kind of node, a bundle in Drupal's words: its machine name, defaults and fields.

    Saving one makes the permissions for its nodes (``create page content`` and so on), deleting it
    removes them.
    """

    type = ExactCharField(
        _("machine name"),
        max_length=MACHINE_NAME_LENGTH,
        primary_key=True,
        validators=[validate_machine_name],
    )
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    title_label = models.CharField(
        _("title field label"),
        max_length=255,
        default=TITLE_LABEL,
        help_text=_("What the title is called, as in what is said of one that is too long."),
    )
    new_revision = models.BooleanField(_("create new revision"), default=True)
    status = models.BooleanField(_("published by default"), default=True)
    promote = models.BooleanField(_("promoted to front page by default"), default=True)
    sticky = models.BooleanField(_("sticky at top of lists by default"), default=False)

    class Meta(StoredModel.Meta):
        ordering = ("name",)
        verbose_name = _("content type")
        verbose_name_plural = _("content types")
        permissions = [
            ("administer content types", "Administer content types"),
            ("administer node fields", "Content: Administer fields"),
            ("administer node form display", "Content: Administer form display"),
            ("administer node display", "Content: Administer display"),
        ]

    def __str__(self) -> str:
        return self.name
