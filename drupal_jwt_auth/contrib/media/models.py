"""Media, their types, and what they were at older revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactAnyCharField, ExactCharField
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import MACHINE_NAME_LENGTH, UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField, AnyJSONField, readable

if TYPE_CHECKING:
    from drupal_jwt_auth.fields.base import Item

NAME_MAX_LENGTH = 255


class MediaType(StoredModel):
    """A kind of media: the bundle that they are of."""

    id = ExactCharField(_("machine name"), max_length=MACHINE_NAME_LENGTH, primary_key=True)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("media type")
        verbose_name_plural = _("media types")

    def __str__(self) -> str:
        return self.name


class Media(StoredModel):
    """An image, a video, a document ...: what it is, is in its fields.

    ``fields`` holds the values of the type's configurable fields, as `Node.fields` does those of a
    content type's, ``thumbnail`` the item of the image that stands for it.
    """

    mid = models.BigAutoField(_("ID"), primary_key=True)
    uuid: models.CharField[str, str] = ExactAnyCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    vid = models.BigIntegerField(_("revision ID"), null=True, unique=True, editable=False)
    bundle = models.ForeignKey(
        MediaType, on_delete=models.PROTECT, db_column="bundle", verbose_name=_("media type")
    )
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode
    )
    status = models.BooleanField(_("published"), default=True)
    uid = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_column="uid",
        related_name="+",
        verbose_name=_("author"),
    )
    name: models.CharField[str, str] = AnyCharField(_("name"), max_length=NAME_MAX_LENGTH)
    created = models.DateTimeField(_("authored on"), default=now)
    changed = models.DateTimeField(_("updated"), default=now, editable=False)
    default_langcode = models.BooleanField(default=True, editable=False)
    thumbnail: models.JSONField[list[Item], list[Item]] = AnyJSONField(
        _("thumbnail"), default=list, blank=True, editable=False
    )
    fields: models.JSONField[dict[str, list[Item]], dict[str, list[Item]]] = AnyJSONField(
        _("fields"), default=dict, blank=True, editable=False
    )

    class Meta:
        ordering = ("-created", "-mid")
        verbose_name = _("media item")
        verbose_name_plural = _("media")

    def __str__(self) -> str:
        return readable(self.name)


class MediaRevision(StoredModel):
    """A revision of a media item: an older one has in ``snapshot`` what the item was.

    That is the items of its fields by name.
    """

    revision_id = models.BigAutoField(_("revision ID"), primary_key=True)
    entity = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="revisions")
    snapshot: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = AnyJSONField(
        null=True, editable=False, encoder=DjangoJSONEncoder
    )

    class Meta:
        ordering = ("-revision_id",)
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return str(self.revision_id)
