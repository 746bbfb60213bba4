"""Files of a described site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import File
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    UnixTimeField,
    user_field,
    uuid_field,
)
from drupal_jwt_auth.transfer.loader import ContentLoader, Named, Row, upsert

PUBLIC = "public://"
PRIVATE = "private://"


class FileDescription(serializers.Serializer[Any]):
    """A file; ``uri`` is where Drupal's public files have it, ``uid`` is 0 for the anonymous user.

    The bytes are not part of a description.
    """

    fid = IdField()
    uuid = uuid_field()
    uid = user_field(default=0)
    filename = serializers.CharField(max_length=255)
    uri = serializers.CharField(max_length=255 + len(PUBLIC))
    filemime = serializers.CharField(max_length=255, default="application/octet-stream")
    filesize = serializers.IntegerField(default=0, min_value=0, max_value=2**63 - 1)
    status = serializers.BooleanField(default=True)
    created = UnixTimeField(default=0)
    changed = UnixTimeField(default=0)

    def validate_uri(self, value: str) -> str:
        """Return the name in the storage; refuse what is no public file."""
        if value.startswith(PRIVATE):
            return value
        name = value.removeprefix(PUBLIC)
        if name == value or {"", ".", ".."} & set(name.split("/")):
            raise serializers.ValidationError(
                f"Use {PUBLIC} and a path, such as {PUBLIC}2026-11/photo.jpg."
            )
        return name


class FileLoader(ContentLoader):
    """What is known of files; their bytes are not part of a description."""

    part, noun, model, key = "files", "file", File, "fid"
    unique = ("fid", "uuid")

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the owner of a file."""
        yield Named("uid", "user", row["uid"])

    def load(self) -> None:
        """Load the files."""
        times = ("created", "changed")
        files = [
            File(
                uid_id=self.run.users.key(row["uid"]),
                **{name: from_unix(row[name]) for name in times},
                **{name: value for name, value in row.items() if name not in {"uid", *times}},
            )
            for row in self.rows
        ]
        for batch in batches(files):
            upsert(File, batch, "fid", keep={"width", "height"})
        self.run.counts["files"] += len(self.rows)
