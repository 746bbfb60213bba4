"""What becomes of what somebody has written, once the account is deleted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from drupal_jwt_auth.batches import BATCH, batches
from drupal_jwt_auth.content.comment.host import rows_of_hosts
from drupal_jwt_auth.models import Comment, Node
from drupal_jwt_auth.transactions import lock


def comments_of(user: Any, using: str) -> QuerySet[Comment]:
    """Return the comments of the user with a key."""
    return Comment.objects.using(using).filter(uid=user).order_by("pk")


def nodes_of(user: Any, using: str) -> QuerySet[Node]:
    """Return the nodes of the user with a key."""
    return Node.objects.using(using).filter(uid=user).order_by("pk")


def lock_content(user: Any, using: str) -> None:
    """Lock the nodes of a user, and what the user's comments are on.

    Before the user: whoever comments locks in this order, too.
    """
    said = comments_of(user, using).only("entity_type", "entity_id").iterator()
    rows = rows_of_hosts(said)
    rows.setdefault(Node, set()).update(nodes_of(user, using).values_list("pk", flat=True))
    for model, keys in rows.items():
        for batch in batches(sorted(keys)):
            lock(model, *batch, using=using)


def delete_content(user: Any, using: str) -> None:
    """Delete the comments of a user with the replies to them, and the nodes with what is on them.

    As Drupal does over REST; files stay, and are nobody's.
    """
    for rows in (comments_of(user, using), nodes_of(user, using)):
        found: QuerySet[Any] = rows
        while keys := list(found.values_list("pk", flat=True)[:BATCH]):
            found.model._default_manager.using(using).filter(pk__in=keys).delete()
