"""Vocabularies of a described site, and their terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import Term, TermParent, Vocabulary
from drupal_jwt_auth.models.languages import LANGCODE_MAX_LENGTH
from drupal_jwt_auth.models.term import NAME_MAX_LENGTH
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.description_fields import (
    MAX_ID,
    IdField,
    MachineNameField,
    UnixTimeField,
    user_field,
    uuid_field,
)
from drupal_jwt_auth.transfer.entities import EntityLoader
from drupal_jwt_auth.transfer.fields import FieldDescription, refuse_namesakes, values_field
from drupal_jwt_auth.transfer.loader import Named, Row, upsert

ROOT = 0
"""What a term is below that has no parent."""


def weight_field() -> serializers.IntegerField:
    """Return a field for a weight, which may be left out."""
    return serializers.IntegerField(required=False, min_value=-MAX_ID, max_value=MAX_ID)


class TermFieldDescription(FieldDescription):
    """A configurable field of a vocabulary."""

    entity_type = "taxonomy_term"


class VocabularyDescription(serializers.Serializer[Any]):
    """A vocabulary with the configurable fields of its terms."""

    vid = MachineNameField()
    uuid = uuid_field()
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_blank=True)
    weight = weight_field()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the one whose name is a serializer's own too."""
        return {**super().get_fields(), "fields": TermFieldDescription(many=True, default=list)}

    def validate_fields(self, value: list[Any]) -> list[Any]:
        """Return the fields; refuse two of one name."""
        refuse_namesakes(value)
        return value


class TermTextDescription(serializers.Serializer[Any]):
    """What a term is about, and the format of the text."""

    value = serializers.CharField(allow_blank=True, allow_null=True, trim_whitespace=False)
    format = serializers.CharField(max_length=255, allow_null=True, default=None)


class TermDescription(serializers.Serializer[Any]):
    """A term; ``parent`` are the numbers of the terms that it is below, 0 being the root."""

    tid = IdField()
    revision_id = IdField(default=None, allow_null=True)
    uuid = uuid_field()
    vid = MachineNameField()
    langcode = serializers.CharField(max_length=LANGCODE_MAX_LENGTH, required=False)
    name = serializers.CharField(max_length=NAME_MAX_LENGTH, trim_whitespace=False)
    status = serializers.BooleanField(default=True)
    weight = weight_field()
    description = TermTextDescription(many=True, required=False)
    changed = UnixTimeField(required=False)
    revision_created = UnixTimeField(required=False)
    revision_user = user_field(required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with those whose names are a serializer's own too."""
        numbers = serializers.IntegerField(min_value=ROOT, max_value=MAX_ID)
        return {
            **super().get_fields(),
            "parent": serializers.ListField(child=numbers, required=False),
            "fields": values_field(),
        }


class VocabularyLoader(BundleLoader):
    """Vocabularies with the fields of their terms."""

    part, noun, model, key = "vocabularies", "vocabulary", Vocabulary, "vid"
    unique = ("vid", "uuid")
    entity_type, content, content_key = "taxonomy_term", "terms", "tid"

    def load(self) -> None:
        """Load the vocabularies."""
        for row in self.rows:
            values = {name: row[name] for name in row if name != "fields"}
            self.run.save(Vocabulary, "vocabularies", {"vid": row["vid"]}, values)
            self.load_fields(row)


class TermLoader(EntityLoader):
    """Terms, and where each is; of what is not described, what is here stays."""

    part, noun, model, key = "terms", "term", Term, "tid"
    unique = ("tid", "uuid", "revision_id")
    bundles, bundle = VocabularyLoader, "vid"

    def names(self) -> set[Any]:
        """Return the numbers of the terms, and that of the root."""
        return super().names() | {ROOT}

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the vocabulary of a term, its parents, and who has made its revision."""
        yield Named("vid", "vocabulary", row["vid"])
        for parent in row.get("parent", ()):
            yield Named("parent", "term", parent)
        yield Named("revision_user", "user", row.get("revision_user") or 0)

    def load(self) -> None:
        """Load the terms, then their parents: one may come after what is below it."""
        bundles = get_structure(None).bundles_of("taxonomy_term")
        columns = {column.name for column in Term._meta.concrete_fields}
        for batch in batches(self.rows):
            telling: dict[frozenset[str], list[Term]] = defaultdict(list)
            for row in batch:
                telling[frozenset(_columns(row))].append(self._term(row, bundles[row["vid"]]))
            for told, terms in telling.items():
                upsert(Term, terms, "tid", keep=columns - told)
        for batch in batches(row for row in self.rows if "parent" in row):
            self._place(batch)
        self.run.counts["terms"] += len(self.rows)

    def _term(self, row: Row, bundle: Bundle) -> Term:
        names = {"tid", "uuid", "name", "status", "langcode", "weight"}
        values = {name: row[name] for name in row if name in names}
        times = {"changed", "revision_created"}
        values |= {name: from_unix(row[name]) for name in row if name in times}
        for text in row.get("description", ())[:1]:
            values |= {"description": text["value"], "description_format": text["format"]}
        author = row.get("revision_user")
        return Term(
            vid_id=row["vid"],
            revision_id=None if row["revision_id"] == row["tid"] else row["revision_id"],
            revision_user_id=None if author is None else self.run.users.key(author),
            fields=self.values(row, bundle),
            **values,
        )

    def _place(self, rows: Sequence[Row]) -> None:
        places = TermParent.objects.using(self.run.using)
        places.filter(term__in=[row["tid"] for row in rows]).delete()
        for row in rows:
            places.make(row["tid"], [parent or None for parent in row["parent"]] or [None])


def _columns(row: Row) -> Iterator[str]:
    """Yield the columns that a description of a term tells of."""
    yield from row
    if "description" in row:
        yield "description_format"
