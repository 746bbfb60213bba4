"""DRF permissions of the auth wing."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from drupal_jwt_auth.conf import app_settings


class TokenRequired(BasePermission):
    """Every request needs a token, or what else is accepted, but those of ``PUBLIC_METHODS``.

    As the original module does. Opening GET opens HEAD with it.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the request came with good credentials, or needs none."""
        methods = {"GET", "HEAD"} if request.method == "HEAD" else {request.method}
        return not methods.isdisjoint(app_settings.PUBLIC_METHODS) or (
            getattr(request.user, "is_authenticated", False)
        )
