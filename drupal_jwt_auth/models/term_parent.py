"""Where terms are in the hierarchy of their vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.batches import batches
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.term import Term

ROOT: Sequence[int | None] = [None]
"""The parents of a term that is below no other one."""


class TermParentQuerySet(models.QuerySet["TermParent"]):
    """Places of terms, to be filtered."""

    def make(self, tid: int, parents: Sequence[int | None]) -> None:
        """Save the parents of a term that has none yet; the root alone is where it is anyway."""
        if parents == ROOT:
            return
        rows = (
            TermParent(term_id=tid, delta=delta, parent_id=parent)
            for delta, parent in enumerate(parents)
        )
        for batch in batches(rows):
            self.bulk_create(batch)


class TermParent(StoredModel):
    """One of the terms that a term is below; without a ``parent`` it is the root.

    A term may be in several places, and the same twice. One without any row is below the root.
    """

    term = models.ForeignKey(
        Term, on_delete=models.CASCADE, related_name="parent_rows", verbose_name=_("term")
    )
    delta = models.PositiveIntegerField(_("position"))
    parent = models.ForeignKey(
        Term,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="child_rows",
        verbose_name=_("parent"),
    )

    objects = TermParentQuerySet.as_manager()

    class Meta(StoredModel.Meta):
        ordering = ("term_id", "delta")
        verbose_name = _("parent of a term")
        verbose_name_plural = _("parents of terms")
        constraints = [
            models.UniqueConstraint(fields=("term", "delta"), name="drupal_jwt_auth_parent_of_term")
        ]

    def __str__(self) -> str:
        return f"{self.term_id} < {self.parent_id or 0}"
