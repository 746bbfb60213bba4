"""Comment types."""

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


class CommentType(StoredModel):
    """A kind of comment, a bundle in Drupal's words, for entities of one type."""

    id = ExactCharField(
        _("machine name"),
        max_length=MACHINE_NAME_LENGTH,
        primary_key=True,
        validators=[validate_machine_name],
    )
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    label = models.CharField(_("label"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    target_entity_type_id = ExactCharField(
        _("target entity type"),
        max_length=MACHINE_NAME_LENGTH,
        default="node",
        help_text=_("What the comments are on: node, or a type of the project's own."),
    )

    class Meta(StoredModel.Meta):
        ordering = ("label",)
        verbose_name = _("comment type")
        verbose_name_plural = _("comment types")
        permissions = [
            ("administer comment types", "Administer comment types and settings"),
            ("administer comment fields", "Comment: Administer fields"),
        ]

    def __str__(self) -> str:
        return self.label
