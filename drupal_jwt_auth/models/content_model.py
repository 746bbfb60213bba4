"""The stamp that tells whether what a process knows of the content model is still current."""

from __future__ import annotations

import uuid

from django.db import models

from drupal_jwt_auth.models.exact_columns import ExactCharField


def new_stamp() -> str:
    """Return a text that was never used before."""
    return uuid.uuid4().hex


class ContentModel(models.Model):
    """One row, whose stamp changes with every change of a node type or a field.

    Node types are read far more often than they change. A process keeps what it has read together
    with the stamp, and sees by a look at the stamp whether another process changed it since.
    """

    stamp = ExactCharField(max_length=32, default=new_stamp)

    def __str__(self) -> str:
        return self.stamp

    @classmethod
    def touch(cls, using: str | None = None) -> None:
        """Say that the content model has changed."""
        cls.objects.using(using).update_or_create(pk=1, defaults={"stamp": new_stamp()})
