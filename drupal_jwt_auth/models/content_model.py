"""The stamp that tells whether what a process knows of the content model is still current."""

from __future__ import annotations

import uuid

from drupal_jwt_auth.models.exact_columns import ExactCharField
from drupal_jwt_auth.models.stored_model import StoredModel


def new_stamp() -> str:
    """Return a text that was never used before."""
    return uuid.uuid4().hex


class ContentModel(StoredModel):
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
        rows = ContentModel.objects.using(using)
        if not rows.filter(pk=1).update(stamp=new_stamp()):
            # Where somebody else makes it at this moment, it is new all the same.
            rows.bulk_create([ContentModel(pk=1)], ignore_conflicts=True)
