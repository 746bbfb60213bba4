"""How a project limits logins: a throttle of Django REST framework."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle


class LoginThrottle(AnonRateThrottle):
    """Limit how often an address may ask for a token: the setting ``LOGIN_RATE``, such as 5/min."""

    scope = "login"

    def get_rate(self) -> str | None:
        """Return the rate, None for no limit."""
        rate: str | None = settings.LOGIN_RATE
        return rate

    def allow_request(self, request: Request, view: Any) -> bool:
        """Tell whether the request may go on; only those for a token are counted."""
        match = request.resolver_match
        asks_for_token = match is not None and match.view_name == "drupal_jwt_auth:id_token"
        return not asks_for_token or super().allow_request(request, view)
