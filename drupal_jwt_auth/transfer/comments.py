"""Comment types of a described site, and the comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import serializers

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.comment.host import host_types
from drupal_jwt_auth.content.comment.statistics import count_comments
from drupal_jwt_auth.content.comment.threads import THREAD
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.fields.comment import CommentFieldType
from drupal_jwt_auth.fields.primitives import to_integer
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import Comment, CommentType
from drupal_jwt_auth.models.comment import (
    HOMEPAGE_MAX_LENGTH,
    HOST_KEY_LENGTH,
    HOSTNAME_MAX_LENGTH,
    MAIL_MAX_LENGTH,
    NAME_MAX_LENGTH,
    SUBJECT_MAX_LENGTH,
    THREAD_MAX_LENGTH,
)
from drupal_jwt_auth.transfer.bundles import BundleLoader
from drupal_jwt_auth.transfer.configuration import config_value
from drupal_jwt_auth.transfer.description_fields import (
    IdField,
    MachineNameField,
    UnixTimeField,
    user_field,
    uuid_field,
)
from drupal_jwt_auth.transfer.entities import EntityLoader
from drupal_jwt_auth.transfer.fields import FieldDescription, refuse_namesakes, values_field
from drupal_jwt_auth.transfer.loader import KNOWN, Named, Row, upsert


class CommentFieldDescription(FieldDescription):
    """A configurable field of a comment type."""

    entity_type = "comment"


class CommentTypeDescription(serializers.Serializer[Any]):
    """A comment type with its configurable fields."""

    id = MachineNameField()
    uuid = uuid_field()
    description = serializers.CharField(allow_blank=True, allow_null=True, default=None)
    target_entity_type_id = MachineNameField(default="node")

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with those whose names are a serializer's own too."""
        return {
            **super().get_fields(),
            "label": serializers.CharField(max_length=255),
            "fields": CommentFieldDescription(many=True, default=list),
        }

    def validate_fields(self, value: list[Any]) -> list[Any]:
        """Return the fields; refuse two of one name."""
        refuse_namesakes(value)
        return value


class CommentTypesDescription(serializers.ListSerializer[Any]):
    """The comment types, in a list or by their machine names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=CommentTypeDescription(), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the list."""
        if isinstance(data, Mapping):
            data = [
                {"id": name, **each} if isinstance(each, Mapping) else each
                for name, each in data.items()
            ]
        return super().to_internal_value(data)


def _text(max_length: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(
        max_length=max_length,
        allow_blank=True,
        allow_null=True,
        default=None,
        trim_whitespace=False,
        **kwargs,
    )


class CommentDescription(serializers.Serializer[Any]):
    """A comment; ``uid`` is 0 for a guest, ``pid`` the comment that it replies to."""

    cid = IdField()
    uuid = uuid_field()
    comment_type = MachineNameField()
    langcode = serializers.CharField(max_length=12, default="en")
    status = serializers.BooleanField(default=True)
    uid = user_field(default=0)
    pid = IdField(allow_null=True, default=None)
    entity_type = MachineNameField(default="node")
    entity_id = serializers.CharField(max_length=HOST_KEY_LENGTH)
    subject = _text(SUBJECT_MAX_LENGTH)
    name = _text(NAME_MAX_LENGTH)
    mail = _text(MAIL_MAX_LENGTH)
    homepage = _text(HOMEPAGE_MAX_LENGTH)
    hostname = _text(HOSTNAME_MAX_LENGTH)
    thread = serializers.RegexField(rf"\A{THREAD.pattern}\Z", max_length=THREAD_MAX_LENGTH)
    created = UnixTimeField()
    changed = UnixTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with those whose names are a serializer's own too."""
        own = {"field_name": MachineNameField(), "fields": values_field()}
        return {**super().get_fields(), **own}


def complete(row: dict[str, Any], config: Mapping[str, Any]) -> None:
    """Take what a comment type does not say from the configuration objects of its site."""
    if row["description"] is None:
        name = f"comment.type.{row['id']}"
        row["description"] = str(config_value(config, name, "description") or "")


class CommentTypeLoader(BundleLoader):
    """Comment types with their fields."""

    part, noun, model, key = "comment_types", "comment type", CommentType, "id"
    unique = ("id", "uuid")
    entity_type, content, content_key = "comment", "comments", "cid"

    def faults(self) -> Iterator[str]:
        """Yield where comments would be on what can have none, too."""
        yield from super().faults()
        for index, row in enumerate(self.rows):
            target = row["target_entity_type_id"]
            if target not in host_types():
                yield (
                    f"{self.part}[{index}].target_entity_type_id: "
                    f"there are no comments on {target!r}."
                )

    def load(self) -> None:
        """Load the comment types."""
        for row in self.rows:
            values = {name: value for name, value in row.items() if name not in {"id", "fields"}}
            self.run.save(CommentType, "comment types", {"id": row["id"]}, values)
            self.load_fields(row)


class CommentLoader(EntityLoader):
    """Comments, which are counted where they are once they are loaded."""

    part, noun, model, key = "comments", "comment", Comment, "cid"
    unique = ("cid", "uuid")
    bundles, bundle = CommentTypeLoader, "comment_type"

    def named(self, row: Row) -> Iterator[Named]:
        """Yield the type of a comment, who has written it, and what it replies to."""
        yield Named("comment_type", "comment type", row["comment_type"])
        yield Named("uid", "user", row["uid"])
        if row["pid"] is not None:
            yield Named("pid", "comment", row["pid"])

    def faults(self) -> Iterator[str]:
        """Yield where a comment is on nothing that has such, below none, or cannot be shown."""
        yield from super().faults()
        targets = {row["id"]: row["target_entity_type_id"] for row in self.site["comment_types"]}
        threads = {row["cid"]: row["thread"] for row in self.rows}
        nodes = {row["nid"]: row["type"] for row in self.site["nodes"]}
        unchanged = self.site.get(KNOWN, {}).get("nodes", set()) - nodes.keys()
        commented = {
            row["type"]: [
                field["name"] for field in row["fields"] if field["type"] == CommentFieldType.id
            ]
            for row in self.site["node_types"]
        }
        for index, row in enumerate(self.rows):
            place, name = f"comments[{index}]", row["comment_type"]
            target = targets[name]
            if row["entity_type"] != target:
                yield f"{place}.entity_type: comments of the type {name} are on {target!r}."
            elif target == "node" and not (
                (number := to_integer(row["entity_id"])) in unchanged
                or row["field_name"] in commented.get(nodes.get(number, ""), ())
            ):
                yield (
                    f"{place}.entity_id: there is no node {row['entity_id']} in the site with a "
                    f"field {row['field_name']} for comments."
                )
            # Of one that has not changed nothing is told.
            above = row["pid"] and threads.get(row["pid"], "").rstrip("/")
            if above and not row["thread"].startswith(f"{above}."):
                yield f"{place}.thread: a reply to {row['pid']} has a place below {above}/."

    def load(self) -> None:
        """Load the comments, those before that others reply to, and count all that are here."""
        bundles = get_structure(None).bundles_of("comment")
        done = 0
        for level in sorted({_level(row) for row in self.rows}):
            for batch in batches(row for row in self.rows if _level(row) == level):
                comments = [self._comment(row, bundles[row["comment_type"]]) for row in batch]
                upsert(Comment, comments, "cid", keep={"default_langcode"})
                done += len(comments)
                self.run.progress("comments", done, len(self.rows))
        if done:
            self.run.counts["comments"] += done
        places = Comment.objects.using(self.run.using).order_by().distinct()
        for entity_type, entity_id, field_name in places.values_list(
            "entity_type", "entity_id", "field_name"
        ):
            there = Comment(entity_type=entity_type, entity_id=entity_id, field_name=field_name)
            count_comments(there, self.run.using)

    def _comment(self, row: Row, bundle: Bundle) -> Comment:
        others = {"comment_type", "uid", "pid", "created", "changed", "fields"}
        return Comment(
            comment_type_id=row["comment_type"],
            uid_id=self.run.users.key(row["uid"]),
            pid_id=row["pid"],
            created=from_unix(row["created"]),
            changed=from_unix(row["changed"]),
            fields=self.values(row, bundle),
            **{name: value for name, value in row.items() if name not in others},
        )


def _level(row: Row) -> int:
    """Return how many comments a comment is below."""
    return int(row["thread"].count("."))
