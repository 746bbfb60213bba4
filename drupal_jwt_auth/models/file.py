"""Files: what fields of the types ``image`` and ``file`` refer to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.files.images import image_size
from drupal_jwt_auth.files.names import names_like, safe_name
from drupal_jwt_auth.files.serving import media_type
from drupal_jwt_auth.files.storage import PRIVATE, site_storage
from drupal_jwt_auth.models.exact_columns import ExactCharField, ExactMixin
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.models.machine_names import UUID_LENGTH, new_uuid
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyCharField
from drupal_jwt_auth.models.upload_name import UploadName

FILENAME_MAX_LENGTH = 255
MONTH = "%Y-%m"
"""The folder that a file is put into, as Drupal's ``public://2026-11/``."""

OF_CONTENT = ("uri", "filename", "filemime", "filesize", "width", "height")
"""The fields that tell about a file's content."""


class UploadField(ExactMixin, models.FileField):
    """A field of files, of which each new one gets a safe name that no other has, as in Drupal.

    Names are compared byte by byte, as the storage does.
    """

    def generate_filename(self, instance: models.Model | None, filename: Any) -> str:
        """Return where new content goes.

        Not asked is the storage's own rule for names, which does away with spaces.
        """
        folder = datetime.now().strftime(str(self.upload_to))
        scheme = PRIVATE if self._is_private(instance) else ""
        return take_free_name(f"{scheme}{folder}/{safe_name(str(filename))}")

    def _is_private(self, instance: models.Model | None) -> bool:
        """Tell whether the content that is replaced is private: the new one is, too."""
        if instance is None or instance.pk is None:
            return False
        before = {f"{self.name}__startswith": PRIVATE}
        return self.model._default_manager.filter(pk=instance.pk, **before).exists()


def take_free_name(name: str) -> str:
    """Return a name in the storage, or one with a number, that no file has and nobody else gets.

    It is taken until `UploadName` forgets it.
    """
    scheme = PRIVATE if name.startswith(PRIVATE) else ""
    names = (scheme + path for path in names_like(name.removeprefix(scheme)))
    return next(each for each in names if not is_taken(each) and _take(each))


def _take(name: str) -> bool:
    """Take a name, if it is still free once nobody else can get it."""
    if not UploadName.objects.take(name):
        return False
    if is_taken(name):
        UploadName.objects.release(name)
        return False
    return True


def is_taken(name: str) -> bool:
    """Tell whether there is such a file, be its content there or still to be copied."""
    return site_storage().exists(name) or File.objects.filter(uri=name).exists()


class File(StoredModel):
    """A file of the project's storage, or of that for private files, under Drupal's names.

    Saving one with new content stores that under a `safe_name`, and sets what tells about it:
    ``filename``, ``filemime``, ``filesize`` and the size of an image. A temporary file (``status``
    is false) is its owner's alone to refer to.
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
    langcode = models.CharField(
        _("language"), max_length=LANGCODE_MAX_LENGTH, default=site_langcode, editable=False
    )
    filename: models.CharField[str, str] = AnyCharField(
        _("name"), max_length=FILENAME_MAX_LENGTH, editable=False
    )
    uri = UploadField(
        _("file"), max_length=255, upload_to=MONTH, storage=site_storage, db_index=True
    )
    filemime = models.CharField(_("media type"), max_length=255, editable=False)
    filesize = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, editable=False)
    status = models.BooleanField(_("permanent"), default=True)
    created = models.DateTimeField(_("uploaded on"), default=now, editable=False)
    changed = models.DateTimeField(_("updated"), default=now, editable=False)

    class Meta(StoredModel.Meta):
        ordering = ("-changed", "-fid")
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            # The list of the admin, as that of nodes.
            models.Index(
                fields=("changed", "fid", "status", "uid", "filename"),
                name="drupal_jwt_auth_file_list",
            ),
        ]
        permissions = [
            ("access files overview", "Access the Files overview page"),
            ("delete own files", "Delete own files"),
            ("delete any file", "Delete any file"),
        ]

    def __str__(self) -> str:
        return self.filename

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the file, new content together with what tells about it."""
        if self.uri and not self.uri._committed:  # type: ignore[attr-defined]  # no stub has it
            self.filesize = self.uri.size
            self.width, self.height = image_size(self.uri)
            # The storage has the last word on the name: somebody may just have taken it.
            self.uri.save(str(self.uri.name), self.uri.file, save=False)
            self.filename = PurePosixPath(str(self.uri.name)).name
            self.filemime = media_type(self.filename)
            update_fields = update_fields and {*update_fields, *OF_CONTENT}
        if not self._state.adding:
            self.changed = now()
            update_fields = update_fields and {*update_fields, "changed"}
        super().save(update_fields=update_fields, **kwargs)
