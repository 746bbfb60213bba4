"""DRF permissions of the auth wing."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from drupal_jwt_auth.conf import app_settings


class TokenRequired(BasePermission):
    """Require an authenticated user, by whatever method, except for ``PUBLIC_METHODS``.

    So does the original module, where a token is the method. A public GET makes HEAD public too.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True for an authenticated user, or a method that is public."""
        methods = {"GET", "HEAD"} if request.method == "HEAD" else {request.method}
        return not methods.isdisjoint(app_settings.PUBLIC_METHODS) or (
            getattr(request.user, "is_authenticated", False)
        )
