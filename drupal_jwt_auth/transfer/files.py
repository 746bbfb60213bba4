"""Files of a described site, with their bytes."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files import File as Content
from django.core.files.base import ContentFile
from rest_framework import serializers
from rest_framework.fields import empty

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.files.images import image_size
from drupal_jwt_auth.files.storage import (
    PRIVATE,
    PUBLIC,
    SiteStorage,
    has_folder,
    has_room,
    site_storage,
)
from drupal_jwt_auth.models import File, FileUsage
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH, site_langcode
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    MachineNameField,
    ObjectField,
    UnixTimeField,
    user_field,
    uuid_field,
)
from drupal_jwt_auth.transfer.exceptions import SiteConflictError, SiteDescriptionError
from drupal_jwt_auth.transfer.loader import WAY_OUT, ContentLoader, Named, Row, upsert


class BytesField(serializers.CharField):
    """Bytes, as base64 has them."""

    def run_validation(self, data: Any = empty) -> Any:
        """Return the bytes, of which there may be none."""
        return super().run_validation(data) or (b"" if data == "" else None)

    def to_internal_value(self, data: Any) -> Any:
        """Return the bytes; refuse a text that is no base64."""
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("This is no base64.") from None


class FileDescription(serializers.Serializer[Any]):
    """A file; ``uri`` is where Drupal has it, ``uid`` is 0 for the anonymous user.

    ``data`` are its bytes: a description that has none is of files that are copied otherwise.
    ``usage`` tells what uses it: by module, type and id, how often.
    """

    fid = IdField()
    uuid = uuid_field()
    uid = user_field(default=0)
    langcode = serializers.CharField(max_length=LANGCODE_MAX_LENGTH, default=site_langcode)
    filename = serializers.CharField(max_length=255)
    uri = serializers.CharField(max_length=255 + len(PUBLIC))
    filemime = serializers.CharField(max_length=255, default="application/octet-stream")
    filesize = serializers.IntegerField(default=0, min_value=0, max_value=2**63 - 1)
    status = serializers.BooleanField(default=True)
    created = UnixTimeField(default=0)
    changed = UnixTimeField(default=0)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {
            **super().get_fields(),
            "data": BytesField(allow_blank=True, default=None),
            "usage": ObjectField(child=ObjectField(child=ObjectField()), default=dict),
        }

    def validate_uri(self, value: str) -> str:
        """Return the name in the storage; refuse what is no path of Drupal's two."""
        scheme = PRIVATE if value.startswith(PRIVATE) else PUBLIC
        path = value.removeprefix(scheme)
        if path == value or {"", ".", ".."} & set(path.split("/")):
            raise serializers.ValidationError(
                f"Use {PUBLIC} or {PRIVATE} and a path, such as {PUBLIC}2026-11/photo.jpg."
            )
        return path if scheme == PUBLIC else value

    def validate_usage(self, value: dict[str, Any]) -> dict[str, Any]:
        """Refuse what can be no entity: a type that is no machine name, an id that is no number."""
        for by_type in value.values():
            for entity_type, keys in by_type.items():
                MachineNameField().run_validation(entity_type)
                for key in keys:
                    IdField().run_validation(key)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse bytes that are not as many as are told."""
        content = attrs["data"]
        if content is not None and len(content) != attrs["filesize"]:
            raise serializers.ValidationError(
                {"data": f"These are {len(content)} bytes, not {attrs['filesize']}."}
            )
        return attrs


class FileLoader(ContentLoader):
    """Files, with their bytes where they are described and there is room for them."""

    part, noun, model, key = "files", "file", File, "fid"
    unique = ("fid", "uuid", "uri")

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the owner of a file."""
        yield Named("uid", "user", row["uid"])

    def conflicts(self) -> Iterator[str]:
        """Yield where a file is another one here, and where its name is taken by other bytes."""
        yield from super().conflicts()
        here = File.objects.using(self.run.using)
        place = 0
        for batch in batches(self.rows):
            known = here.filter(pk__in=[row["fid"] for row in batch])
            own = set(known.values_list("pk", "uri"))
            for index, row in enumerate(batch, start=place):
                if (row["fid"], row["uri"]) not in own and _differs(row):
                    yield (
                        f"files[{index}].uri: there is another file at {row['uri']!r} in the "
                        f"storage. {WAY_OUT}"
                    )
            place += len(batch)

    def faults(self) -> Iterator[str]:
        """Yield that there is no folder for the bytes of files."""
        yield from super().faults()
        if not has_folder() and any(_has_public_bytes(row) for row in self.rows):
            yield "files: There is no folder for them. Set MEDIA_ROOT in the settings."

    def load(self) -> None:
        """Load the files."""
        done = 0
        for batch in batches(self.rows):
            files = [self._file(row) for row in batch]
            measured = [file for file in files if file.width is not None]
            upsert(File, measured, "fid")
            others = [file for file in files if file.width is None]
            upsert(File, others, "fid", keep={"width", "height"})
            self._save_usage(batch)
            for row in batch:
                self._save_content(row)
            done += len(batch)
            self.run.progress("files", done, len(self.rows))
        self.run.counts["files"] += len(self.rows)

    def _file(self, row: Row) -> File:
        times = ("created", "changed")
        left_out = {"uid", "data", "path", "usage", *times}
        file = File(
            uid_id=self.run.users.key(row["uid"]),
            **{name: from_unix(row[name]) for name in times},
            **{name: value for name, value in row.items() if name not in left_out},
        )
        with _described(row) as content:
            if content is not None:
                file.width, file.height = image_size(content)
        return file

    def _save_usage(self, rows: Sequence[Row]) -> None:
        """Note what uses files; of what more there was here, nothing is forgotten."""
        described = {
            (row["fid"], entity_type, self._key_of(entity_type, key))
            for row in rows
            for by_type in row["usage"].values()
            for entity_type, keys in by_type.items()
            for key in keys
        }
        usages = FileUsage.objects.using(self.run.using)
        known = usages.filter(file__in=[row["fid"] for row in rows])
        new = described - set(known.values_list("file_id", "entity_type", "entity_id"))
        usages.bulk_create(
            FileUsage(file_id=fid, entity_type=entity_type, entity_id=key)
            for fid, entity_type, key in sorted(new)
        )

    def _key_of(self, entity_type: str, key: str) -> str:
        """Return the key that an entity has here, as text: users may have others."""
        return str(self.run.users.key(int(key))) if entity_type == "user" else key

    def _save_content(self, row: Row) -> None:
        """Put the bytes of a file under its name; what fails later takes them away again."""
        name = row["uri"]
        with _described(row) as content:
            if content is None:
                return
            if not has_room(name):
                self.run.without_room.append(name)
                return
            is_stored = _is_stored(name, content)
            if is_stored:
                return
            if is_stored is None:
                self.run.undo.callback(_put, name, None)
            else:
                copy = self.run.folder / str(row["fid"])
                _keep(name, copy)
                self.run.undo.callback(_bring_back, name, copy)
            _put(name, content)


@contextmanager
def _stored(name: str) -> Iterator[SiteStorage]:
    """Give the storage; raise SiteDescriptionError where it fails at a file of this name."""
    try:
        yield site_storage()
    except (OSError, SuspiciousOperation) as error:
        raise SiteDescriptionError(f"files: {name!r} cannot be stored: {error}") from error


@contextmanager
def _described(row: Row) -> Iterator[Content[Any] | None]:
    """Give the bytes of a file as it is described, None where they are not."""
    if row["data"] is not None:
        yield ContentFile(row["data"])
    elif row.get("path") is not None:
        try:
            with Path(row["path"]).open("rb") as content:
                yield Content(content)
        except OSError as error:
            raise SiteDescriptionError(f"files: {row['path']!r} cannot be read: {error}") from error
    else:
        yield None


def _is_stored(name: str, content: Content[Any]) -> bool | None:
    """Tell whether these bytes are stored under a name, None where nothing is."""
    with _stored(name) as storage:
        if not storage.exists(name):
            return None
        with storage.open(name) as stored:
            if storage.size(name) != content.size:
                return False
            pairs = zip_longest(stored.chunks(), content.chunks())
            return all(one == other for one, other in pairs)


def _has_public_bytes(row: Row) -> bool:
    """Tell whether the bytes of a file are described, and everybody may have them."""
    known = (row["data"], row.get("path"))
    return not row["uri"].startswith(PRIVATE) and any(each is not None for each in known)


def _differs(row: Row) -> bool:
    """Tell whether other bytes than those of a file are stored under its name."""
    with _described(row) as content:
        return content is not None and _is_stored(row["uri"], content) is False


def _keep(name: str, copy: Path) -> None:
    """Copy what is stored under a name."""
    with _stored(name) as storage, storage.open(name) as stored, copy.open("wb") as kept:
        for chunk in stored.chunks():
            kept.write(chunk)


def _bring_back(name: str, copy: Path) -> None:
    with copy.open("rb") as kept:
        _put(name, Content(kept))


def _put(name: str, content: Content[Any] | None) -> None:
    """Have content, or nothing, under a name; raise SiteDescriptionError where it gets another."""
    with _stored(name) as storage:
        storage.delete(name)
        if content is None:
            return
        content.seek(0)
        saved = storage.save(name, content)
        if saved != name:
            storage.delete(saved)
            raise SiteConflictError(f"files: somebody else has just stored a file at {name!r}.")
