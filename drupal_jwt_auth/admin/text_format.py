"""Text formats in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.admin.site import AdminContext
from drupal_jwt_auth.admin.uses import told
from drupal_jwt_auth.content.query.uses import fields_limited_to, uses_of_format
from drupal_jwt_auth.fields.forms.documents import SettingsJSON
from drupal_jwt_auth.models import TextFormat
from drupal_jwt_auth.text import PLAIN_TEXT

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[TextFormat]
else:
    ModelForm = forms.ModelForm


class TextFormatForm(ModelForm):
    """A text format."""

    def clean_filters(self) -> Any:
        """Return the filters; nothing, and null, are none."""
        return self.cleaned_data["filters"] or {}


@admin.register(TextFormat)
class TextFormatAdmin(ConfigurationPages, LockingAdmin):
    """Text formats. As in Drupal they are not deleted, as the texts in them would be lost.

    One is disabled instead, once somebody has read what uses it; and enabled again, which Drupal
    has no page for.
    """

    administer = ("administer filters",)

    form = TextFormatForm
    list_display = ("name", "format", "weight", "enabled")
    list_filter = ("status",)
    search_fields = ("name", "format")
    fields = ("name", "format", "weight", "filters")
    formfield_overrides = {models.JSONField: {"decoder": SettingsJSON}}

    def get_readonly_fields(self, request: HttpRequest, obj: TextFormat | None = None) -> Any:
        """Keep the machine name as it is: texts and permissions carry it."""
        return ("format",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: TextFormat | None = None) -> bool:
        """Tell that nobody deletes any."""
        return False

    @admin.display(description=_("Status"), ordering="status")
    def enabled(self, text_format: TextFormat) -> str:
        """Return whether it is enabled, in words."""
        return gettext("Enabled") if text_format.status else gettext("Disabled")

    def get_urls(self) -> list[URLPattern]:
        """Return the page to switch one on or off before Django's pages."""
        switch = self.page("<path:object_id>/switch/", self.switch_view, "switch")
        return [switch, *super().get_urls()]

    def switch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether to disable a format, and tell what uses it, or to enable it; or do it.

        The form says which it was asked about: whoever comes second changes nothing.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        with self.writing(request, object_id):
            found: TextFormat | None = self.get_object(request, unquote(object_id))
            # The one that texts without a format are in is always there.
            if found is None or found.format == PLAIN_TEXT.format:
                raise Http404
            if request.method != "POST":
                return self._ask(request, found)
            status = request.POST.get("status") == "1"
            if found.status != status:
                found.status = status
                found.save(update_fields=["status"])
                self.log_change(request, found, "Enabled." if status else "Disabled.")
        text = _("%(name)s is enabled.") if status else _("%(name)s is disabled.")
        self.message_user(request, text % {"name": found})
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:{name}"))

    def _ask(self, request: HttpRequest, found: TextFormat) -> HttpResponse:
        site = AdminContext.of(request, self.admin_site)
        title = _("Disable the text format %(name)s") if found.status else _("Enable %(name)s")
        structure = site.structure
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"name": found},
            "opts": self.opts,
            "original": found,
            "uses": list(told(uses_of_format(found.format, structure), site)),
            "fields": list(fields_limited_to(found.format, structure)),
        }
        return TemplateResponse(request, "admin/drupal_jwt_auth/textformat/switch.html", context)
