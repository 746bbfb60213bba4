"""Vocabularies of a described site, and their terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.models import Term, Vocabulary
from drupal_jwt_auth.transfer.description_fields import IdField, MachineNameField, uuid_field
from drupal_jwt_auth.transfer.loader import ConfigLoader, ContentLoader, Named, Row


class VocabularyDescription(serializers.Serializer[Any]):
    """A vocabulary."""

    vid = MachineNameField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=255)


class TermDescription(serializers.Serializer[Any]):
    """A term of a vocabulary."""

    tid = IdField()
    uuid = uuid_field()
    vid = MachineNameField()
    name = serializers.CharField(max_length=255)
    status = serializers.BooleanField(default=True)


class VocabularyLoader(ConfigLoader):
    """Vocabularies."""

    part, noun, model, key = "vocabularies", "vocabulary", Vocabulary, "vid"
    unique = ("vid", "uuid")

    def load(self) -> None:
        """Load the vocabularies."""
        for row in self.rows:
            self.run.save(Vocabulary, "vocabularies", {"vid": row["vid"]}, row)


class TermLoader(ContentLoader):
    """Terms."""

    part, noun, model, key = "terms", "term", Term, "tid"
    unique = ("tid", "uuid")

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the vocabulary of a term."""
        yield Named("vid", "vocabulary", row["vid"])

    def load(self) -> None:
        """Load the terms."""
        for row in self.rows:
            values = {**row, "vid_id": row["vid"]}
            del values["vid"]
            self.run.save(Term, "terms", {"tid": row["tid"], "uuid": row["uuid"]}, values)
