"""The statistics of comments, which a field of the entity that they are on shows.

They are kept in that field, in the entity's own row, so that it costs nothing to show them. Each
time they are counted anew with the row locked: what several writers do at once cannot make them
wrong, and where they were wrong they are right again. What else the row says of the entity stays,
when it was changed above all; no revision is made of it.

Source: Drupal core 10.6, the statistics of comments.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Window

from drupal_jwt_auth.content.comment.host import Host, locked_host
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.comment import OPEN
from drupal_jwt_auth.fields.timestamps import to_unix
from drupal_jwt_auth.fields.user_keys import wire_key
from drupal_jwt_auth.models import Comment


def count_comments(comment: Comment, using: str) -> None:
    """Count what is published beside a comment, and note it on what it is on, if that is there."""
    host = locked_host(comment, using)
    if host is None:
        return
    field, entity = host.field, host.entity
    before = field.get(entity)
    kept = before[0] if before else {"status": OPEN}
    after = [{**kept, **_statistics(host, comment, using)}]
    if after != before:
        field.store(entity, after)
        rows = type(entity)._default_manager.using(using).filter(pk=entity.pk)
        rows.update(**{name: getattr(entity, name) for name in field.columns})


def _statistics(host: Host, comment: Comment, using: str) -> Item:
    published = Comment.objects.using(using).filter(
        entity_type=comment.entity_type,
        entity_id=comment.entity_id,
        field_name=comment.field_name,
        status=True,
    )
    last: Any = (
        published.annotate(count=Window(Count("cid")))
        .order_by("-created", "-cid")
        .values("cid", "name", "uid", "changed", "count")
        .first()
    )
    if last is None:
        keys = host.entity_type.keys
        changed: Any = getattr(host.entity, keys.changed) if keys.changed else comment.changed
        return {
            "cid": 0,
            "last_comment_timestamp": to_unix(changed),
            "last_comment_name": "",
            "last_comment_uid": wire_key(host.entity_type.owner_key(host.entity)),
            "comment_count": 0,
        }
    return {
        "cid": last["cid"],
        "last_comment_timestamp": to_unix(last["changed"]),
        "last_comment_name": last["name"] if last["uid"] is None else "",
        "last_comment_uid": wire_key(last["uid"]),
        "comment_count": last["count"],
    }
