"""The page of users is for those who administer users, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from drupal_jwt_auth.admin.permitted import PermittedPages, account_of
from drupal_jwt_auth.content.user.access import ADMINISTER

OF_DJANGO = ("is_staff", "is_superuser", "user_permissions")
"""What Drupal knows nothing of, and only Django's permissions give."""


class UserPermissionsMixin(PermittedPages):
    """A page of users for whoever has ``administer users``, as at the API.

    The model is the project's own: to the staff Django's permissions for it are good as well, as
    everywhere in Django's admin, and what only these give is left to those who have them.

    Django's own page of users gets this by itself; a page of the project's own names it first:
    ``class MyUserAdmin(UserPermissionsMixin, UserAdmin)``.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may do anything here."""
        return self._may(request, super().has_module_permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may look at a user here."""
        return self._may(request, super().has_view_permission, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may make users."""
        return self._may(request, super().has_add_permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may change a user."""
        return self._may(request, super().has_change_permission, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether somebody may delete a user."""
        return self._may(request, super().has_delete_permission, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what is Django's alone to those who administer users in Drupal's way."""
        known = super().get_readonly_fields(request, obj)
        user: Any = request.user
        is_superuser = account_of(request).is_superuser
        if is_superuser or (user.is_staff and super().has_change_permission(request, obj)):
            return known
        names = {field.name for field in self.opts.get_fields()}
        return (*known, *(name for name in OF_DJANGO if name in names))

    def _may(self, request: HttpRequest, as_django: Callable[..., bool], *asked: Any) -> bool:
        user: Any = request.user
        return self.may(request, ADMINISTER) or (user.is_staff and as_django(request, *asked))
