"""What becomes of an account that is cancelled, and of what its user has written.

Source: Drupal core 10.6, the methods of cancelling an account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import router, transaction
from django.db.models import QuerySet

from drupal_jwt_auth.batches import BATCH, batches
from drupal_jwt_auth.content import content_log
from drupal_jwt_auth.content.comment.host import rows_of_hosts
from drupal_jwt_auth.content.comment.statistics import count_comments
from drupal_jwt_auth.models import Comment, Node
from drupal_jwt_auth.models.revision import now
from drupal_jwt_auth.transactions import lock

GUEST = "Anonymous"
"""Who has written the comments of nobody."""


def comments_of(user: Any, using: str) -> QuerySet[Comment]:
    """Return the comments of the user with a key."""
    return Comment.objects.using(using).filter(uid=user).order_by("pk")


def nodes_of(user: Any, using: str) -> QuerySet[Node]:
    """Return the nodes of the user with a key."""
    return Node.objects.using(using).filter(uid=user).order_by("pk")


@contextmanager
def locked_content(user: Any, using: str) -> Iterator[None]:
    """Open a transaction in which what a user has written, and has commented on, is locked.

    Before the user: whoever comments locks in this order, too. What there is, is asked before the
    transaction: on MySQL and MariaDB it would go on to see that alone, and nothing that is written
    while it waits for the locks.
    """
    said = comments_of(user, using).only("entity_type", "entity_id").iterator()
    rows = rows_of_hosts(said)
    rows.setdefault(Node, set()).update(nodes_of(user, using).values_list("pk", flat=True))
    with transaction.atomic(using=using):
        lock(Node, using=using)
        for model, keys in rows.items():
            for batch in batches(sorted(keys)):
                lock(model, *batch, using=using)
        yield


@contextmanager
def to_cancel(user: Any) -> Iterator[Any | None]:
    """Open a transaction with the account of a key locked, and what is written; None for none."""
    user_model = get_user_model()
    using = router.db_for_write(user_model)
    with locked_content(user, using):
        lock(user_model, user, using=using)
        yield user_model._base_manager.using(using).filter(pk=user).first()


def delete_content(user: Any, using: str) -> None:
    """Delete the comments of a user with the replies to them, and the nodes with what is on them.

    As Drupal does over REST; files stay, and are nobody's.
    """
    for rows in (comments_of(user, using), nodes_of(user, using)):
        found: QuerySet[Any] = rows
        while keys := list(found.values_list("pk", flat=True)[:BATCH]):
            found.model._default_manager.using(using).filter(pk__in=keys).delete()


def keep_content(user: Any, using: str) -> None:
    """Leave everything as it is."""


def unpublish_content(user: Any, using: str) -> None:
    """Let nobody see what a user has written."""
    for rows in (nodes_of(user, using), comments_of(user, using)):
        content_log.note_update(rows.filter(status=True))
    nodes_of(user, using).filter(status=True).update(status=False, changed=now())
    places = _places_of(user, using)
    comments_of(user, using).filter(status=True).update(status=False, changed=now())
    _count(places, using)


def give_away_content(user: Any, using: str) -> None:
    """Let the anonymous user have written what a user has."""
    for rows in (nodes_of(user, using), comments_of(user, using)):
        content_log.note_update(rows)
    nodes_of(user, using).update(uid=None)
    places = _places_of(user, using)
    comments_of(user, using).update(uid=None, name=GUEST)
    _count(places, using)


METHODS: Mapping[str, tuple[bool, Callable[[Any, str], None]]] = {
    "user_cancel_block": (False, keep_content),
    "user_cancel_block_unpublish": (False, unpublish_content),
    "user_cancel_reassign": (True, give_away_content),
    "user_cancel_delete": (True, delete_content),
}
"""Drupal's methods: whether the account goes, or is blocked, and what becomes of the content."""


def _places_of(user: Any, using: str) -> list[tuple[str, str, str]]:
    """Return where a user has commented."""
    places = comments_of(user, using).order_by("entity_type", "entity_id", "field_name")
    return list(places.values_list("entity_type", "entity_id", "field_name").distinct())


def _count(places: list[tuple[str, str, str]], using: str) -> None:
    for entity_type, entity_id, field_name in places:
        there = Comment(entity_type=entity_type, entity_id=entity_id, field_name=field_name)
        count_comments(there, using)
