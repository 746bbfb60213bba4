"""The users in the admin."""

from django.contrib import admin

from drupal_jwt_auth.admin import UserTokensMixin
from tests.user_keys.models import User


@admin.register(User)
class UserAdmin(UserTokensMixin):
    """Users, with the button that ends their tokens."""

    fields = ("username", "is_active", "is_staff")
