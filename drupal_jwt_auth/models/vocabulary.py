"""Vocabularies: the lists that terms are in."""

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


class Vocabulary(StoredModel):
    """A list of terms: the bundle that they are of.

    Saving one makes the permissions for its terms (``create terms in tags`` and so on), deleting it
    removes them, and the terms.
    """

    vid = ExactCharField(
        _("machine name"),
        max_length=MACHINE_NAME_LENGTH,
        primary_key=True,
        validators=[validate_machine_name],
    )
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    weight = models.IntegerField(
        _("weight"), default=0, help_text=_("Lists show the lightest first.")
    )

    class Meta(StoredModel.Meta):
        ordering = ("weight", "name")
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")
        permissions = [
            ("administer taxonomy_term fields", "Taxonomy term: Administer fields"),
        ]

    def __str__(self) -> str:
        return self.name
