"""Revisions of nodes."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.management.color import no_style
from django.db import connections, models, router
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def continue_numbering(model: type[models.Model], using: str | None = None) -> None:
    """Let the database go on after the highest number, where some were not given by it."""
    connection = connections[using or router.db_for_write(model)]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def now() -> datetime:
    """Return the time; Drupal counts whole seconds."""
    return timezone.now().replace(microsecond=0)


class Revision(models.Model):
    """A version of a node: its number, when it was made, by whom, and what was noted.

    Numbers are unique over all nodes, and grow. The one that a node is at is its ``revision``; an
    older one keeps in ``snapshot`` what the node was.
    """

    vid = models.BigAutoField(_("revision ID"), primary_key=True)
    node = models.ForeignKey(
        "Node", on_delete=models.CASCADE, related_name="revisions", verbose_name=_("content item")
    )
    current_for = models.OneToOneField(
        "Node", on_delete=models.CASCADE, null=True, editable=False, related_name="revision"
    )
    revision_timestamp = models.DateTimeField(_("made on"), default=now)
    revision_uid = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_column="revision_uid",
        related_name="+",
        verbose_name=_("made by"),
    )
    revision_log = models.TextField(_("log message"), null=True, blank=True)
    snapshot = models.JSONField(null=True, editable=False)

    class Meta:
        ordering = ("-vid",)
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return str(self.vid)

    def make(self, using: str | None = None) -> None:
        """Save a new revision, never over another one; later ones get higher numbers."""
        numbered = self.vid is not None
        self.save(using=using, force_insert=True)
        if numbered:
            continue_numbering(Revision, using)
