"""What all models of this app are: a row that was deleted is never saved again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models.base import ModelBase


class StoredModel(models.Model):
    """A model whose loaded rows are updated when they are saved, and never inserted again.

    Django inserts a row that an update does not find, so whoever saves what somebody else has
    deleted meanwhile would bring it back. Here ``save()`` raises DatabaseError then.
    """

    class Meta:
        abstract = True
        # Who may do what with content is said by Drupal's permissions.
        default_permissions = ()

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row: insert a new one, update one that was loaded."""
        loaded = not (self._state.adding or force_insert)
        super().save(
            force_insert=force_insert,
            force_update=force_update or loaded,
            using=using,
            update_fields=update_fields,
        )
