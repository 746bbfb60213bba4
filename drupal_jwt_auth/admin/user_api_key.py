"""The API key of a user, made, reset and deleted from the user's page in the admin."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import router
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from drupal_jwt_auth.admin.permitted import PermittedPages
from drupal_jwt_auth.auth.api_keys import delete_api_key, make_api_key
from drupal_jwt_auth.auth.error_reports import silence
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.authorization import API_KEY_HEADER
from drupal_jwt_auth.models import ApiKey


class UserApiKeyMixin(PermittedPages):
    """A page "API key" for the admin of the project's users.

    Whoever may change a user may use it, as for the user's password. A button leads there where
    ``AUTHENTICATION_METHODS`` has API keys.
    """

    def get_urls(self) -> list[URLPattern]:
        """Return the page before those of Django, whose last one takes any path."""
        own = self.page("<path:object_id>/api-key/", self.api_key_view, "api_key")
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the template whether there is a button."""
        context["has_api_keys"] = "api_key" in app_settings.AUTHENTICATION_METHODS
        return super().render_change_form(request, context, *args, **kwargs)

    def changeable_user(self, request: HttpRequest, object_id: str) -> Any:
        """Return the user of a page; raise PermissionDenied or Http404."""
        user = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        return user

    def page_of_user(self, object_id: str) -> str:
        """Return the URL of the page of a user."""
        page = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(f"{self.admin_site.name}:{page}", args=(object_id,))

    def api_key_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say whether there is a key; make one, which is shown in this one answer; delete it."""
        silence(request)
        user = self.changeable_user(request, object_id)
        page, key = self.page_of_user(object_id), ""
        if "delete" in request.POST:
            delete_api_key(user)
            self.log_change(request, user, _("Deleted the API key."))
            text = _("The API key of %(user)s has been deleted.")
            self.message_user(request, text % {"user": user}, messages.SUCCESS)
            return HttpResponseRedirect(page)
        if request.method == "POST":
            key = make_api_key(user)
            self.log_change(request, user, _("Made an API key."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("API key of %(user)s") % {"user": user},
            "opts": self.opts,
            "user_page": page,
            "shown_user": user,
            "known": ApiKey.objects.using(router.db_for_write(ApiKey)).filter(pk=user.pk).first(),
            "key": key,
            "header": API_KEY_HEADER,
            "header_value": base64.b64encode(f"{user.get_username()}:{key}".encode()).decode(),
        }
        return TemplateResponse(request, "admin/drupal_jwt_auth/user/api_key.html", context)
