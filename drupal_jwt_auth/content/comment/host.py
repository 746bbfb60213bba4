"""What a comment is on, its host: an entity of any type that has a field for comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Subquery

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import Structure, get_structure
from drupal_jwt_auth.fields import Field
from drupal_jwt_auth.fields.comment import CLOSED, NO_CONTACT, CommentFieldType
from drupal_jwt_auth.models import Comment, ContentModel
from drupal_jwt_auth.transactions import lock


@dataclass(frozen=True)
class Host:
    """An entity that has comments, and its field that they are a part of."""

    entity_type: ContentEntityType
    entity: Any
    field: Field
    field_type: CommentFieldType

    @property
    def is_closed(self) -> bool:
        """Tell whether nobody may comment any more."""
        return self.field_type.status(self.field.get(self.entity)) == CLOSED

    @property
    def contact(self) -> int:
        """Return whether guests say how to reach them."""
        return int(self.field_type.setting(self.field, "anonymous", NO_CONTACT))

    @property
    def comment_type(self) -> str | None:
        """Return the type of the comments, None where the field does not say."""
        found: str | None = self.field_type.setting(self.field, "comment_type")
        return found


def host_types() -> dict[str, ContentEntityType]:
    """Return the types of what can have comments, by id: comments have replies instead."""
    return {
        each.id: each
        for each in ENTITY_TYPES.all_content()
        if each.may_have_comments and each.model is not Comment
    }


def host_type(comment: Comment) -> ContentEntityType | None:
    """Return the type of the entity that a comment is on, None where there is none such."""
    return host_types().get(comment.entity_type)


def host_key(comment: Comment) -> Any:
    """Return the key of the entity that a comment is on, None where it can be nobody's."""
    found = host_type(comment)
    return found and found.reference_key(comment.entity_id)


def commented_entity(comment: Comment, using: str | None = None) -> Any | None:
    """Return the entity that a comment is on, with what is shown of it; None where there is none.

    It is looked for once for each comment.
    """
    if "host" not in vars(comment):
        found, key = host_type(comment), host_key(comment)
        rows = None if found is None else found.storage.query().using(using)
        comment.host = None if rows is None or key is None else rows.filter(pk=key).first()
    return comment.host


def fetch_hosts(comments: Sequence[Comment]) -> None:
    """Look for what comments are on, with a query for each type."""
    unknown = [each for each in comments if "host" not in vars(each)]
    wanted: dict[ContentEntityType, dict[Any, list[Comment]]] = defaultdict(dict)
    for comment in unknown:
        found, comment.host = host_type(comment), None
        key = found and found.key_reader.in_json(comment.entity_id)
        if found is not None and key is not None:
            wanted[found].setdefault(key, []).append(comment)
    for entity_type, by_key in wanted.items():
        for batch in batches(by_key):
            for entity in entity_type.storage.query().filter(pk__in=batch):
                for comment in by_key[entity.pk]:
                    comment.host = entity


def host_in(structure: Structure, comment: Comment, using: str | None = None) -> Host | None:
    """Return the host of a comment, None where there is no such entity, or no such field of it."""
    return _host(comment, commented_entity(comment, using), structure)


def locked_host(comment: Comment, using: str) -> Host | None:
    """Return the same with the entity's own row alone, as it is once it is locked."""
    found, key = host_type(comment), host_key(comment)
    if found is None or key is None:
        return None
    stamp = ContentModel.objects.filter(pk=1).values("stamp")
    rows = found.model._default_manager.using(using).order_by().select_for_update()
    entity = rows.annotate(content_stamp=Subquery(stamp)).filter(pk=key).first()
    return None if entity is None else _host(comment, entity, get_structure(entity.content_stamp))


def rows_of_hosts(comments: Iterable[Comment]) -> dict[type[Model], set[Any]]:
    """Return the keys of what comments are on by its model: what can be nothing is left out."""
    rows: dict[type[Model], set[Any]] = defaultdict(set)
    for comment in comments:
        found, key = host_type(comment), host_key(comment)
        if found is not None and key is not None:
            rows[found.model].add(key)
    return rows


def lock_hosts(comments: Iterable[Comment], using: str) -> None:
    """Lock what comments are on, where it is there."""
    for model, keys in rows_of_hosts(comments).items():
        lock(model, *keys, using=using)


def _host(comment: Comment, entity: Any, structure: Structure) -> Host | None:
    found = host_type(comment)
    if found is None or entity is None:
        return None
    bundle = structure.bundles_of(found).get(found.bundle_of(entity))
    field = None if bundle is None else bundle.fields.get(comment.field_name)
    if field is None or not isinstance(field.type, CommentFieldType):
        return None
    return Host(found, entity, field, field.type)
