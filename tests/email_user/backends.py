"""The backend that finds the users."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from tests.email_user.models import User


class ExactBackend(BaseBackend):
    """Lets in whoever writes the address as it is."""

    def authenticate(
        self,
        request: HttpRequest | None,
        **credentials: Any,
    ) -> Any:
        user = User.objects.filter(email=credentials["username"], is_active=True).first()
        return user if user and user.check_password(credentials["password"]) else None
