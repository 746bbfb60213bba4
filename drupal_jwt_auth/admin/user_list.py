"""The list of users, as Drupal's list of people, of any length."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drupal_jwt_auth.admin.api_document import ApiDocumentPages
from drupal_jwt_auth.admin.content_list import ListPages
from drupal_jwt_auth.admin.parameters import CheckedParameters
from drupal_jwt_auth.admin.user_filters import ActivityFilter, PermissionFilter, RoleFilter
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.search.names import names_of
from drupal_jwt_auth.content.user.columns import column_of, has_roles
from drupal_jwt_auth.content.user.profile import PROFILE, profile_of
from drupal_jwt_auth.content.user.roles import EVERYBODYS, role_name, sorted_roles
from drupal_jwt_auth.models import UserProfile


class UserListMixin(ListPages, ApiDocumentPages, CheckedParameters):
    """A page of users whose list may be of any length, and tells what Drupal's does.

    What a project's own page says of columns, filters or search stays as it is.

    Django's own page of users gets this by itself; a page of the project's own names it first:
    ``class MyUserAdmin(UserListMixin, UserAdmin)``.
    """

    change_list_template = "admin/drupal_jwt_auth/user/change_list.html"

    class Media:
        css = {"all": ["drupal_jwt_auth/admin.css"]}

    @property
    def entity_type(self) -> ContentEntityType:
        """Return the type that users are entities of."""
        return ENTITY_TYPES.content("user")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns: name, status, roles, and since when and until when one was here."""
        own = super().get_list_display(request)
        if not _is_djangos(own, "list_display"):
            return own
        status = ("account_status",) if column_of("is_active") else ()
        roles = ("account_roles",) if has_roles() else ()
        return (
            get_user_model().USERNAME_FIELD,
            *status,
            *roles,
            "member_for",
            "last_access",
            "view_link",
        )

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Return the filters, as far as users have what is filtered by."""
        own = super().get_list_filter(request)
        if not _is_djangos(own, "list_filter"):
            return own
        status = (ActivityFilter,) if column_of("is_active") else ()
        return (*status, *((RoleFilter, PermissionFilter) if has_roles() else ()))

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return what is searched: the name and the e-mail address."""
        own = super().get_search_fields(request)
        if not _is_djangos(own, "search_fields"):
            return own
        return [*names_of(get_user_model())]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; tell the template which one it extends."""
        above = getattr(super(), "change_list_template", None)
        context = {
            "list_of_users": above or "admin/change_list.html",
            "opts_of_lists": UserProfile._meta,
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    @admin.display(description=_("Status"))
    def account_status(self, user: Any) -> str:
        """Return whether the user may log in."""
        return gettext("Active") if user.is_active else gettext("Blocked")

    @admin.display(description=_("Roles"))
    def account_roles(self, user: Any) -> str:
        """Return the labels of the roles; a list of a project's own has not fetched them."""
        if not hasattr(user, "account_roles"):
            _fetch_accounts([user])
        return ", ".join(user.account_roles)

    @admin.display(description=_("Member since"))
    def member_for(self, user: Any) -> Any:
        """Return when the account was made, as far as that is known."""
        return user.date_joined if column_of("date_joined") else profile_of(user).created

    @admin.display(description=_("Last access"))
    def last_access(self, user: Any) -> Any:
        """Return when the user was seen last."""
        return profile_of(user).access or gettext("never")

    def complete(self, request: HttpRequest, rows: list[Any]) -> None:
        """Fetch the profiles and the roles of the users that the list shows."""
        _fetch_accounts(rows)


def _fetch_accounts(users: list[Any]) -> None:
    """Fetch the profiles of users, and the labels of their roles, in the order of the roles."""
    prefetch_related_objects(users, PROFILE)
    if has_roles():
        prefetch_related_objects(users, "groups")
        labels = {role.id: role.label for role in sorted_roles()}
        for user in users:
            roles = {role_name(group.name) for group in user.groups.all()} - {*EVERYBODYS}
            user.account_roles = [label for role, label in labels.items() if role in roles]


def _is_djangos(value: Any, name: str) -> bool:
    """Tell whether something is what Django's pages have where a project says nothing."""
    return value in (getattr(UserAdmin, name), getattr(admin.ModelAdmin, name))
