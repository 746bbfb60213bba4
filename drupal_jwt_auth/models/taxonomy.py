"""Vocabularies and terms, as far as nodes refer to them."""

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
    """A list of terms."""

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

    class Meta:
        ordering = ("name",)
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")

    def __str__(self) -> str:
        return self.name


class Term(StoredModel):
    """A term of a vocabulary."""

    tid = models.BigAutoField(_("ID"), primary_key=True)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    vid = models.ForeignKey(
        Vocabulary,
        on_delete=models.CASCADE,
        db_column="vid",
        related_name="terms",
        verbose_name=_("vocabulary"),
    )
    name = models.CharField(_("name"), max_length=255)
    status = models.BooleanField(_("published"), default=True)

    class Meta:
        ordering = ("vid", "name")
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        permissions = [("administer taxonomy", "Administer vocabularies and terms")]

    def __str__(self) -> str:
        return self.name
