"""What follows from comments that are saved or deleted, and from what they are on being deleted.

By whomever: the API, the admin, a project's own code, a cascade. For receivers of signals.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from drupal_jwt_auth.content.comment.host import host_types
from drupal_jwt_auth.content.comment.statistics import count_comments
from drupal_jwt_auth.content.comment.threads import take_place
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.models import Comment

_COUNTED = "_drupal_jwt_auth_counted"
"""What a deletion remembers: where comments were counted since the last of them was deleted."""


def place(instance: Comment, using: str, *, raw: bool, **kwargs: Any) -> None:
    """Give a new comment its place: for ``pre_save``. Those of fixtures have theirs."""
    if not raw and not instance.thread:
        take_place(instance, using)


def count_saved(instance: Comment, using: str, *, raw: bool, **kwargs: Any) -> None:
    """Count the comments after one was saved: for ``post_save``. In fixtures they are counted."""
    if not raw:
        count_comments(instance, using)


def expect_deletion(instance: Comment, origin: Any = None, **kwargs: Any) -> None:
    """Note that a comment is about to be deleted: for ``pre_delete``."""
    _counted(origin).discard(_place_of(instance))


def count_deleted(instance: Comment, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Count the comments after one was deleted: for ``post_delete``.

    Django deletes all that it has found before it tells of the first one, so that for many comments
    at one place once is enough.
    """
    counted = _counted(origin)
    if _place_of(instance) not in counted:
        counted.add(_place_of(instance))
        count_comments(instance, using)


def delete_comments_on(
    sender: ContentEntityType, instance: Model, using: str, **kwargs: Any
) -> None:
    """Delete the comments on an entity that was deleted, with all replies to them.

    What is written about a comment is a reply to it, and deleted as such.
    """
    if sender.id not in host_types():
        return
    on_it = Comment.objects.using(using).filter(entity_type=sender.id, entity_id=str(instance.pk))
    on_it.delete()


def _place_of(comment: Comment) -> tuple[str, str, str]:
    return comment.entity_type, comment.entity_id, comment.field_name


def _counted(origin: Any) -> set[tuple[str, str, str]]:
    """Return what is remembered of a deletion by what it began with: a row, or a queryset."""
    if origin is None:
        return set()
    remembered: set[tuple[str, str, str]] = vars(origin).setdefault(_COUNTED, set())
    return remembered
