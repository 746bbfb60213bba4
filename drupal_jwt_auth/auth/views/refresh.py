"""``POST /rest_api/refresh``: a refresh token in, new tokens out."""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.tokens import refresh
from drupal_jwt_auth.auth.views.endpoint import ParameterEndpoint
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.parameters import read_parameter
from drupal_jwt_auth.http.views import request_url


class RefreshView(ParameterEndpoint):
    """Answer ``POST`` with the parameter ``refresh_token``, in a form or as JSON.

    200 with the answer of ``/rest_api/id_token``; the next refresh token is in it, and the one that
    was sent is used up. 404 where ``REFRESH_TOKEN_LIFETIME`` is not set.
    """

    audited_authentication = "refresh_token"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotFound (404) if the site has no refresh tokens."""
        super().initial(request, *args, **kwargs)
        if app_settings.REFRESH_TOKEN_LIFETIME is None:
            raise NotFound(f'No route found for "{request.method} {request_url(request)}"')

    @sensitive_variables("text")
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return new tokens, and use the refresh token up."""
        text = read_parameter(request, "refresh_token")
        self.audited_user, _ = refresh(text, request._request, prepare=self.prepare)
        return Response(self.prepared)
