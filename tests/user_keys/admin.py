"""The users in the admin."""

from django.contrib import admin

from drupal_jwt_auth.admin import UserListMixin, UserTokensMixin
from tests.user_keys.models import User


@admin.register(User)
class UserAdmin(UserListMixin, UserTokensMixin):
    """Users, listed as in Drupal, with the button that ends their tokens."""

    fields = ("username", "is_active", "is_staff")
