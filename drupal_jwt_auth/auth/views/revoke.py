"""``POST /rest_api/revoke``: a token in, which is revoked (RFC 7009)."""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.tokens.revoking import revoke_text
from drupal_jwt_auth.auth.views.endpoint import ParameterEndpoint
from drupal_jwt_auth.http.parameters import read_parameter

SUCCESS = {"status": "success", "message": "Token revoked successfully"}
"""The answer of the original module's later releases."""


class RevokeView(ParameterEndpoint):
    """Answer ``POST`` with the parameter ``token``, in a form or as JSON.

    The token is a JWT or a refresh token, and whoever has it may revoke it; ``token_type_hint`` is
    ignored. The answer to an unknown or invalid token is the same 200 (RFC 7009, 2.2): the client
    has what it wanted.
    """

    @sensitive_variables("text")
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Revoke the token."""
        revoke_text(read_parameter(request, "token"))
        return Response(SUCCESS)
