"""The user model."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class User(AbstractBaseUser):
    """A user with a name."""

    last_login = None

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60, unique=True)

    objects: Any = BaseUserManager()

    USERNAME_FIELD = "name"
