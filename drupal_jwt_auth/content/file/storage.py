"""Where files are found, and how what somebody sends becomes one.

Source: Drupal core 10.6, the upload of files over REST.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.receiving import ReceivingStorage
from drupal_jwt_auth.content.entity.structure import SITE
from drupal_jwt_auth.content.file.directories import directory_of
from drupal_jwt_auth.content.file.usage import fetch_using
from drupal_jwt_auth.fields import Field, Target
from drupal_jwt_auth.fields.file import FileFacts, FileReferenceType, FileTarget
from drupal_jwt_auth.files.downloads import Download
from drupal_jwt_auth.files.images import size_in
from drupal_jwt_auth.files.incoming import IncomingFile
from drupal_jwt_auth.files.names import MAX_BYTES, extension_of, is_insecure
from drupal_jwt_auth.files.serving import media_type
from drupal_jwt_auth.files.storage import PRIVATE, has_room, site_storage, uri_of
from drupal_jwt_auth.models import File, UploadName
from drupal_jwt_auth.models.file import take_free_name
from drupal_jwt_auth.prepared import PreparedByKeys
from drupal_jwt_auth.transactions import locked
from drupal_jwt_auth.wording import Wording

if TYPE_CHECKING:
    from drupal_jwt_auth.content.entity.references import SiteContext

logger = logging.getLogger(__name__)

NAME_TOO_LONG = Wording(
    "The file's name exceeds the {most} characters limit. Rename the file and try again.",
    _("The file's name exceeds the {most} characters limit. Rename the file and try again."),
).fill(most=MAX_BYTES)
INSECURE = Wording(
    "For security reasons, your upload has been rejected.",
    _("For security reasons, your upload has been rejected."),
)
NO_ROOM = Wording(
    "The site has no storage for private files.", _("The site has no storage for private files.")
)

_LONGEST_URI = int(File._meta.get_field("uri").max_length or 0)

_FACTS = ("filename", "filesize", "width", "height", "status")
_TARGETS = PreparedByKeys(
    lambda keys: (
        File.objects.filter(pk__in=keys).order_by().values_list("pk", "uuid", "uri", "uid", *_FACTS)
    ),
    BigIntegerField,
)


class FileStorage(ReceivingStorage):
    """Files; the bytes of one are stored before its row is, and deleted after."""

    is_own = False

    def targets(self, keys: Collection[Any], site: SiteContext) -> Mapping[Any, Target]:
        """Return the files that references point to, with absolute URLs if there is a request."""
        found: dict[Any, Target] = {}
        for fid, uuid, uri, owner, *about in _TARGETS.run(keys):
            facts = FileFacts(*about)
            url = site_storage().url(uri)
            if site.request is not None:
                url = site.request.build_absolute_uri(url)
            is_own = site.account.user is not None and owner == site.account.key
            found[fid] = FileTarget.of(
                *(uuid, url, facts),
                published=facts.permanent or is_own,
                private=uri.startswith(PRIVATE),
            )
        return found

    def complete(self, entities: Sequence[File]) -> None:
        """Fetch what uses private files, which decides who sees them."""
        private = (each for each in entities if str(each.uri.name).startswith(PRIVATE))
        for batch in batches(private):
            fetch_using(batch)
        super().complete(entities)

    def named(self, name: str) -> File | None:
        """Return the file with this name in the storage; one that no file can have is nobody's."""
        return None if "\0" in name else self.query().filter(uri=name).first()

    def download_of(self, entity: File) -> Download:
        """Return what there is to download of a file: content never changes under its name."""
        version = f"{entity.uuid}-{entity.filesize}"
        return Download(str(entity.uri.name), entity.filename, version, entity.changed)

    def faults(self, field: Field, content: IncomingFile, site: SiteContext) -> list[str]:
        """Return what keeps a field from taking what is sent, in Drupal's order.

        How large it is may not be known yet.
        """
        field_type = _type_of(field)
        name, folder = str(content.name), directory_of(field, site)
        is_long = len(name.encode()) > MAX_BYTES or len(uri_of(folder + name)) > _LONGEST_URI
        faults: list[str] = [NAME_TOO_LONG] if is_long else []
        content.limit = field_type.upload_limit(field, _upload_limit(site))
        faults += field_type.file_faults(field, name, content.size, content.limit)
        if not faults and is_insecure(extension_of(name)):
            faults.append(INSECURE)
        return faults if has_room(folder) else [*faults, NO_ROOM]

    @contextmanager
    def receive(self, field: Field, content: IncomingFile, site: SiteContext) -> Iterator[File]:
        """Store what is sent, and open the transaction in which the file is made of it."""
        folder = directory_of(field, site)
        name = take_free_name(f"{folder}{content.name}")
        try:
            name = self._stored(name, content)
            try:
                with locked(File):
                    yield self._made_of(name, content, site)
            except BaseException:
                _delete_quietly(name)
                raise
        finally:
            UploadName.objects.release(name)

    def _stored(self, name: str, content: IncomingFile) -> str:
        """Return the name under which the storage has the content now."""
        try:
            return site_storage().save(name, content)
        except BaseException:
            # What came is there under this name, which nobody else has.
            _delete_quietly(name)
            raise

    def _made_of(self, name: str, content: IncomingFile, site: SiteContext) -> File:
        filename = PurePosixPath(name).name
        width, height = size_in(content.head)
        file = File(
            uri=name,
            filename=filename,
            filemime=media_type(filename),
            filesize=content.count,
            width=width,
            height=height,
            uid_id=site.account.key or None,
            status=False,
        )
        file.save(force_insert=True)
        return file


def delete_content(name: str, using: str) -> None:
    """Delete the bytes of a file whose row is gone, unless another one has them."""
    if not File.objects.using(using).filter(uri=name).exists():
        _delete_quietly(name)


def follow_deletion(instance: File, using: str, **kwargs: Any) -> None:
    """Delete the bytes of a file once its deletion is certain: for ``post_delete``."""
    name = str(instance.uri.name)

    def delete() -> None:
        delete_content(name, using)

    transaction.on_commit(delete, using=using, robust=True)


def _delete_quietly(name: str) -> None:
    """Delete bytes that nothing refers to; where that fails they stay, and nobody is harmed."""
    try:
        site_storage().delete(name)
    except Exception:
        logger.exception("The content of a file could not be deleted: %r", name)


def _upload_limit(site: SiteContext) -> int:
    """Return how many bytes an upload may have: no more than in the Drupal site, if it was one."""
    most = app_settings.MAX_UPLOAD_SIZE
    of_site = site.structure.setting(SITE, "upload_max_bytes", default=most)
    return min(of_site, most) if of_site > 0 else most


def _type_of(field: Field) -> FileReferenceType:
    if not isinstance(field.type, FileReferenceType):
        raise TypeError(f"{field.name} takes no files.")
    return field.type
