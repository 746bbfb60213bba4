"""What the page of the project's users in the admin gets from this app."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import get_user_model

from drupal_jwt_auth.admin.cancelling import CancellingMixin
from drupal_jwt_auth.admin.imported_users import ImportedUsersMixin
from drupal_jwt_auth.admin.user_list import UserListMixin
from drupal_jwt_auth.admin.user_permissions import UserPermissionsMixin
from drupal_jwt_auth.admin.user_profile import ProfileMixin
from drupal_jwt_auth.admin.user_tokens import UserTokensMixin

MIXINS = (
    UserTokensMixin,
    UserListMixin,
    ImportedUsersMixin,
    ProfileMixin,
    CancellingMixin,
    UserPermissionsMixin,
)


def add_to_page_of_users(site: admin.AdminSite) -> None:
    """Give the registered page of users what it does not have yet."""
    user_model = get_user_model()
    if not site.is_registered(user_model):
        return
    registered = type(site.get_model_admin(user_model))
    missing = tuple(mixin for mixin in MIXINS if not issubclass(registered, mixin))
    if missing:
        site.unregister(user_model)
        site.register(user_model, type(registered.__name__, (*missing, registered), {}))
