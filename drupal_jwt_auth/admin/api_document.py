"""What the API answers for an entity, as a page: clients ask for it as browsers do not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.permitted import PermittedPages, account_of
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.rest.resource import path_of_one
from drupal_jwt_auth.rest.serializers import EntitySerializer


class ApiDocumentPages(PermittedPages):
    """Pages of entities, each with one that shows the document that the API has of it."""

    if TYPE_CHECKING:

        @property
        def entity_type(self) -> ContentEntityType:
            """Return the type of the entities, which subclasses know."""

    def get_urls(self) -> list[URLPattern]:
        """Return the page of the document before Django's pages."""
        shown = self.page("<path:object_id>/api/", self.api_document_view, "api")
        return [shown, *super().get_urls()]

    def document_url(self, obj: Any) -> str:
        """Return where the document is."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_api"
        return reverse(f"{self.admin_site.name}:{name}", args=(quote(obj.pk),))

    @admin.display(description=_("Operations"))
    def view_link(self, obj: Any) -> str:
        """Return a link to the document, for a list."""
        return format_html('<a href="{}">{}</a>', self.document_url(obj), gettext("View"))

    def api_document_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what the API answers to whoever is logged in: raise Http404, PermissionDenied."""
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        access = self.entity_type.access.view(account_of(request), found)
        if not (access.allowed and self.has_view_permission(request, found)):
            raise PermissionDenied
        entity = self.entity_type.storage.at(None, found.pk)
        context = {
            "request": request,
            "account": account_of(request),
            "entity_type": self.entity_type,
        }
        document: Any = EntitySerializer(entity, context=context).data
        page = {
            **self.admin_site.each_context(request),
            "title": _("View %(name)s") % {"name": found},
            "opts": self.opts,
            "original": found,
            "may_list": self.has_view_permission(request),
            "path": path_of_one(self.entity_type, str(found.pk)),
            "document": json.dumps(document, indent=4, ensure_ascii=False),
        }
        return TemplateResponse(request, "admin/drupal_jwt_auth/entity/api.html", page)
