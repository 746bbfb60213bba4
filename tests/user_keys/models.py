"""The user model."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from tests.user_keys.kinds import KINDS
from tests.user_keys.settings import USER_KEY


class Person(models.Model):
    """Who may be a user."""

    id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.id)


class User(AbstractBaseUser, PermissionsMixin):
    """A user whose key is of the kind that the environment says."""

    key: Any = KINDS[USER_KEY].field()
    username = models.CharField(max_length=60, unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: Any = BaseUserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.username


class Thing(models.Model):
    """What a user has."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=20)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    keepers = models.ManyToManyField(User, related_name="+", blank=True)
    published = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name
