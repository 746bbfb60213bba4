"""The user model."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models

EXACT = "utf8mb4_bin" if connection.vendor == "mysql" else None
"""To MySQL and MariaDB, names of users would be one in upper and lower case, unless told this."""


class UserManager(BaseUserManager["User"]):
    """Names are the same in upper and lower case, and may so be ambiguous."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A user without Django's permissions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True, db_collation=EXACT)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
