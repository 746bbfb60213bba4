"""Which names of users are one: to MySQL and MariaDB that is up to the collation of the column."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection


def is_one_name(user: User, name: str) -> bool:
    """Tell whether the database takes a name for the user's; no two users can have both then."""
    is_one = User.objects.filter(pk=user.pk, username=name).exists()
    assert connection.vendor == "mysql" or is_one == (user.username == name)
    return is_one
