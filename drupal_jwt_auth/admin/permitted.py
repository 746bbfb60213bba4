"""Pages that obey Drupal's permissions instead of Django's for their model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.transactions import own_transactions

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

Page = Callable[..., HttpResponseBase]


def account_of(request: HttpRequest) -> Account:
    """Return whoever is logged in, whose permissions are read once for a request."""
    user, account = getattr(request, "drupal_account", (None, None))
    if account is None or user is not request.user:
        account = Account(request.user)
        vars(request)["drupal_account"] = request.user, account
    return account


class PermittedPages(ModelAdmin):
    """Pages of this app: whoever has a permission for one may enter the admin for it.

    Subclasses say who may do what with `has_view_permission` and its like, as with Django. Asked
    without an object these are about the list of all.
    """

    def page(self, route: str, view: Page, name: str) -> URLPattern:
        """Return a page besides Django's; it opens its transactions itself."""
        shown: Any = own_transactions(self.admin_site.admin_view(view))
        # As Django marks its own pages.
        shown.model_admin = self
        pattern: URLPattern = path(
            route, shown, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        )
        return pattern

    def entries(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the pages that the index has besides the list, as labels and names of URLs."""
        return []

    def may(self, request: HttpRequest, *permissions: str) -> bool:
        """Tell whether whoever is logged in has one of these permissions."""
        return any(map(account_of(request).has_permission, permissions))


class ConfigurationPages(PermittedPages):
    """Pages of configuration: one of some permissions is needed for all that can be done.

    ``administer`` are the names of these, ``see`` of what is enough to look at it.
    """

    administer: ClassVar[Sequence[str]]
    see: ClassVar[Sequence[str]] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may do anything here."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may look at it."""
        return self.may(request, *self.administer, *self.see)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may make new ones."""
        return self.may(request, *self.administer)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may change one."""
        return self.may(request, *self.administer)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may delete one."""
        return self.may(request, *self.administer)
