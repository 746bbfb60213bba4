"""The places of comments in a thread: ``01/``, below it ``01.00/`` and ``01.01/``, then ``02/``.

The numbers of a place are those of the comments above, each with its length before it, so that
places are in the order of their texts: ``0z`` comes before ``110``.
Source: Drupal core 10.6, the threads of comments.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db.models import Max, Q

from drupal_jwt_auth.content.comment.host import lock_hosts
from drupal_jwt_auth.models import Comment
from drupal_jwt_auth.models.comment import THREAD_MAX_LENGTH

THREAD = re.compile(r"[0-9a-z]+(\.[0-9a-z]+)*/")
"""What places look like."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def to_alphadecimal(number: int) -> str:
    """Return a number in base 36, with its length, less one, before it."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"{chr(ord('0') + len(digits) - 1)}{digits}"


def from_alphadecimal(text: str) -> int:
    """Return the number that such a text stands for."""
    return int(text[1:] or "0", len(_DIGITS))


def thread_after(last: str | None, parent: str | None) -> str:
    """Return the place of a new comment: below that of its parent, or of none.

    ``last`` is the last place there is below the parent, or anywhere; None where there is none.
    """
    above = [] if parent is None else parent.rstrip("/").split(".")
    if last is not None:
        number = from_alphadecimal(last.rstrip("/").split(".")[len(above)]) + 1
    else:
        # Drupal counts the replies from 0, and the others from 1.
        number = 0 if above else 1
    return ".".join([*above, to_alphadecimal(number)]) + "/"


def take_place(comment: Comment, using: str) -> None:
    """Give a new comment a place, which nobody else gets: what it is on is locked for that.

    Raise ValidationError where replies are as deep already as a column has room for.
    """
    lock_hosts([comment], using)
    comments = Comment.objects.using(using).order_by()
    parent = None
    if comment.pid_id is not None:
        parent = comments.filter(pk=comment.pid_id).values_list("thread", flat=True).first()
    below = Q() if parent is None else Q(thread__startswith=parent.rstrip("/") + ".")
    others = comments.filter(
        below,
        entity_type=comment.entity_type,
        entity_id=comment.entity_id,
        field_name=comment.field_name,
    )
    thread = thread_after(others.aggregate(last=Max("thread"))["last"], parent)
    if len(thread) > THREAD_MAX_LENGTH:
        raise ValidationError({"pid": "Replies are not taken as deep as this."})
    comment.thread = thread
