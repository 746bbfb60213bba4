"""The audit log: who asked what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.models.stored_model import StoredModel

REFUSALS = (401, 403, 429)
"""The statuses of a request that was refused for who asked, or how often."""


class AuditEntry(StoredModel):
    """A request: when, by whom, from where, and how it was answered.

    Never a token, a password, a query or a body. ``user`` is who was authenticated, or whose the
    refused token was; ``username`` stays when the user is deleted, and where there is no user it is
    the name that was tried. Texts are those of `drupal_jwt_auth.auth.audit.printable`.
    """

    timestamp = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    username = models.CharField(_("user name"), max_length=255, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=16)
    path = models.CharField(_("path"), max_length=512)
    authentication = models.CharField(_("authentication"), max_length=32, blank=True)
    status = models.PositiveSmallIntegerField(_("status"))
    error = models.CharField(_("error"), max_length=64, blank=True)
    user_agent = models.CharField(_("user agent"), max_length=255, blank=True)

    class Meta(StoredModel.Meta):
        ordering = ("-timestamp", "-pk")
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        permissions = [("access site reports", "View site reports")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
