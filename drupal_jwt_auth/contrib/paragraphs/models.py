"""Paragraphs, their types, and what they were at older revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactAnyCharField, ExactCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField, AnyJSONField, AnyTextField

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Item


class ParagraphsType(StoredModel):
    """A kind of paragraph: the bundle that they are of."""

    id = ExactCharField(_("machine name"), max_length=MACHINE_NAME_LENGTH, primary_key=True)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("paragraph type")
        verbose_name_plural = _("paragraph types")

    def __str__(self) -> str:
        return self.name


class Paragraph(StoredModel):
    """A piece of something else, its parent: ``parent_field_name`` says which field it is in.

    ``fields`` holds the values of the type's configurable fields, as `Node.fields` does those of a
    content type's.
    """

    id = models.BigAutoField(_("ID"), primary_key=True)
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    revision_id = models.BigIntegerField(_("revision ID"), null=True, unique=True, editable=False)
    type = models.ForeignKey(
        ParagraphsType, on_delete=models.PROTECT, db_column="type", verbose_name=_("type")
    )
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode
    )
    status = models.BooleanField(_("published"), default=True)
    created = models.DateTimeField(_("authored on"), default=now)
    parent_id = models.BigIntegerField(_("parent ID"), null=True, editable=False)
    parent_type: models.CharField[str | None, str | None] = AnyCharField(
        _("parent type"), max_length=MACHINE_NAME_LENGTH, null=True, editable=False
    )
    parent_field_name: models.CharField[str | None, str | None] = AnyCharField(
        _("parent field name"), max_length=MACHINE_NAME_LENGTH, null=True, editable=False
    )
    behavior_settings: models.TextField[str | None, str | None] = AnyTextField(
        _("behavior settings"), null=True, editable=False
    )
    default_langcode = models.BooleanField(default=True, editable=False)
    fields: models.JSONField[dict[str, list[Item]], dict[str, list[Item]]] = AnyJSONField(
        _("fields"), default=dict, blank=True, editable=False
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        indexes = [
            models.Index(fields=("parent_type", "parent_id"), name="drupal_jwt_auth_paragraph_of")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class ParagraphRevision(StoredModel):
    """A revision of a paragraph: an older one has in ``snapshot`` what the paragraph was.

    That is the items of its fields by name.
    """

    revision_id = models.BigAutoField(_("revision ID"), primary_key=True)
    entity = models.ForeignKey(Paragraph, on_delete=models.CASCADE, related_name="revisions")
    snapshot: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = AnyJSONField(
        null=True, editable=False, encoder=DjangoJSONEncoder
    )

    class Meta:
        ordering = ("-revision_id",)
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return str(self.revision_id)
