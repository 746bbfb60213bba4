"""Revisions of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.timezone import is_naive, localtime
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.numbering import continue_after
from drupal_jwt_auth.models.stored_model import StoredModel
from drupal_jwt_auth.models.text_columns import AnyJSONField, AnyTextField

DATE_FORMAT = "D, m/d/Y - H:i"
"""Drupal's medium date format."""


def now() -> datetime:
    """Return the time; Drupal counts whole seconds."""
    return timezone.now().replace(microsecond=0)


class Revision(StoredModel):
    """A version of a node: its number, when it was made, by whom, and what was noted.

    Numbers are unique over all nodes, and grow. The one that a node is at is its ``revision``; an
    older one keeps in ``snapshot`` what the node was: the items of its fields by name, as
    `Node.snapshot` returns them, or None where that is not known.
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
    revision_log: models.TextField[str | None, str | None] = AnyTextField(
        _("log message"), null=True, blank=True
    )
    snapshot: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = AnyJSONField(
        null=True, editable=False, encoder=DjangoJSONEncoder
    )

    class Meta(StoredModel.Meta):
        ordering = ("-vid",)
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return str(self.vid)

    def make(self, using: str | None = None) -> None:
        """Save a new revision, never over another one; later ones get higher numbers."""
        if self.vid is not None:
            continue_after(Revision, self.vid, using)
        self.save(using=using, force_insert=True)

    @property
    def made_on(self) -> str:
        """Return when it was made, in Drupal's medium format and the time zone of the admin."""
        moment = self.revision_timestamp
        return format_date(moment if is_naive(moment) else localtime(moment), DATE_FORMAT)

    def retire(self, snapshot: Mapping[str, Any]) -> None:
        """Make it an older revision, which keeps what the node was."""
        self.snapshot = dict(snapshot)
        self.current_for = None
        self.save(update_fields=["snapshot", "current_for"])
