"""What the pages of all bundles have: the way to their fields."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.field_pages import administer, fields_url
from drupal_jwt_auth.admin.locking import LockingAdmin
from drupal_jwt_auth.admin.permitted import ConfigurationPages
from drupal_jwt_auth.models import FieldConfig


class BundlePages(ConfigurationPages, LockingAdmin):
    """Pages of the bundles of an entity type, each with a link to the page of its fields."""

    entity_type_id: ClassVar[str]

    change_form_template = "admin/drupal_jwt_auth/entity/bundle_form.html"

    def fields_url(self, request: HttpRequest, bundle: Any) -> str | None:
        """Return the page of a bundle's fields, None for those who may not change them."""
        is_there = self.admin_site.is_registered(FieldConfig)
        if not (is_there and self.may(request, administer(self.entity_type_id))):
            return None
        return fields_url(self.admin_site, self.entity_type_id, str(bundle.pk))

    def get_list_display(self, request: HttpRequest) -> Any:
        """Add the links to the fields."""

        @admin.display(description=_("Fields"))
        def fields(bundle: Any) -> str:
            url = self.fields_url(request, bundle)
            label = gettext("Manage fields of %(bundle)s") % {"bundle": bundle}
            link = '<a href="{}" aria-label="{}">{}</a>'
            return format_html(link, url, label, gettext("Manage fields")) if url else ""

        return (*super().get_list_display(request), fields)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Return the page, with the way to the fields of one that there is."""
        bundle = context["original"]
        context["fields_url"] = bundle and self.fields_url(request, bundle)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go on to the fields of a new bundle."""
        url = self.fields_url(request, obj)
        return HttpResponseRedirect(url) if url else super().response_post_save_add(request, obj)
