"""Who may enter the admin: whoever has a permission that has a page there."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.permitted import PermittedPages
from drupal_jwt_auth.admin.site import SUGGESTIONS
from drupal_jwt_auth.admin.suggestions import suggestions
from drupal_jwt_auth.content.content_log import Way, acting
from drupal_jwt_auth.content.entity.accounts import APP_LABEL

OF_SITE = frozenset(
    {
        *("index", "app_list", "login", "logout", "jsi18n", "autocomplete"),
        *("password_change", "password_change_done", SUGGESTIONS),
    }
)
"""The pages of a site itself, by name, for whoever may enter."""


class EntranceMixin(AdminSite):
    """An admin site that lets people in who have one of Drupal's permissions for a page here.

    They need not be of the staff, and see the pages of this app alone. To those of the project's
    own models, and whatever else a project has in its admin, the staff is admitted, as ever.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may see the page that a request asks for."""
        return super().has_permission(request) or (
            self._is_for_others(request) and self.may_enter(request)
        )

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return a page of the site, of which the content log tells who writes by it."""

        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with acting(lambda: request.user, Way.ADMIN):
                return view(request, *args, **kwargs)

        return super().admin_view(page, cacheable)

    def may_enter(self, request: HttpRequest) -> bool:
        """Tell whether somebody has a permission that has a page here."""
        return request.user.is_active and any(
            isinstance(pages, PermittedPages) and pages.has_module_permission(request)
            for pages in self._registry.values()
        )

    def get_urls(self) -> list[Any]:
        """Return the pages, with what suggests the targets of references."""
        route = f"{APP_LABEL}/suggestions/<str:entity_type>/"
        own = path(route, self.admin_view(suggestions), name=SUGGESTIONS)
        return [own, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what the index shows, with the pages of this app that are no list of a model."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"] = [
                entry
                for model in app["models"]
                for entry in (model, *self._entries(request, model))
            ]
        return apps

    def _entries(self, request: HttpRequest, model: dict[str, Any]) -> Iterator[dict[str, Any]]:
        pages = self._registry[model["model"]]
        if isinstance(pages, PermittedPages):
            for label, name in pages.entries(request):
                url = reverse(f"admin:{name}", current_app=self.name)
                yield {
                    **model,
                    "name": label,
                    "object_name": name,
                    "admin_url": url,
                    "add_url": None,
                }

    def _is_for_others(self, request: HttpRequest) -> bool:
        match: Any = request.resolver_match
        if match is None:
            return False
        pages = getattr(match.func, "model_admin", None)
        if pages is None:
            return match.app_name == "admin" and match.url_name in OF_SITE
        return isinstance(pages, PermittedPages)


class EntranceForm(AdminAuthenticationForm):
    """The form to log in to a site, which says why it keeps somebody out."""

    site: ClassVar[EntranceMixin]

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "nothing_here": _(
            "There is nothing that this account may do here. Someone who administers permissions "
            "can give it a role that may."
        ),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse those who are not active, and those for whom there is no page."""
        AuthenticationForm.confirm_login_allowed(self, user)
        asked: Any = copy(self.request)
        asked.user = user
        if not (user.is_staff or self.site.may_enter(asked)):
            raise forms.ValidationError(self.error_messages["nothing_here"], code="nothing_here")


def open_to_editors(site: AdminSite) -> None:
    """Let those into a site whom `EntranceMixin` does, and have its form say why it refuses.

    A form of the project's own stays.
    """
    opened: Any = site
    if not isinstance(site, EntranceMixin):
        # The site is one object, which the project's URLconf and other apps have.
        opened.__class__ = type("AdminSite", (EntranceMixin, site.__class__), {})
    if site.login_form is None:
        site.login_form = type("EntranceForm", (EntranceForm,), {"site": opened})
