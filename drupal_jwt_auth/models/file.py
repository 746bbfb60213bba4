"""Files: what fields of the types ``image`` and ``file`` refer to."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files import File as Content
from django.core.files.images import get_image_dimensions
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.machine_names import UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.revision import now

MONTH = "%Y-%m"
"""The folder that a file is put into, as Drupal's ``public://2026-11/``."""

UNKNOWN_TYPE = "application/octet-stream"


def media_type(name: str) -> str:
    """Return the media type that a file's name stands for."""
    return mimetypes.guess_type(name)[0] or UNKNOWN_TYPE


def image_size(content: Content[bytes]) -> tuple[int | None, int | None]:
    """Return width and height of an image; unknown without Pillow, and of what is no image."""
    try:
        return get_image_dimensions(content)
    except Exception:  # Whatever Pillow finds wrong with an image: it is kept as it was sent.
        return None, None


class File(models.Model):
    """A file of the project's storage, under Drupal's names.

    Saving one with new content sets what tells about the content: ``filename``, ``filemime``,
    ``filesize`` and the size of an image. A temporary file (``status`` is false) is its owner's
    alone to refer to.
    """

    fid = models.BigAutoField(_("ID"), primary_key=True)
    uuid = ExactCharField(
        _("UUID"), max_length=UUID_LENGTH, unique=True, default=new_uuid, editable=False
    )
    uid = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_column="uid",
        related_name="+",
        verbose_name=_("owner"),
    )
    filename = models.CharField(_("name"), max_length=255, editable=False)
    uri = models.FileField(_("file"), max_length=255, upload_to=MONTH)
    filemime = models.CharField(_("media type"), max_length=255, editable=False)
    filesize = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, editable=False)
    status = models.BooleanField(_("permanent"), default=True)
    created = models.DateTimeField(_("uploaded on"), default=now, editable=False)
    changed = models.DateTimeField(_("updated"), default=now, editable=False)

    class Meta:
        ordering = ("-changed", "-fid")
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.filename

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the file, new content together with what tells about it."""
        if self.uri and not self.uri._committed:  # type: ignore[attr-defined]
            self.filename = PurePath(str(self.uri.name)).name
            self.filemime = media_type(self.filename)
            self.filesize = self.uri.size
            self.width, self.height = image_size(self.uri)
        if not self._state.adding:
            self.changed = now()
        super().save(*args, **kwargs)
