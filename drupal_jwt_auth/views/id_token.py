"""``POST /rest_api/id_token``: user name and password in, JWT out."""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.credentials import check_credentials
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.http.authorization import decode_basic, read_authorization
from drupal_jwt_auth.tokens import IssuedToken, issue
from drupal_jwt_auth.views.endpoint import TokenEndpoint


class IdTokenView(TokenEndpoint):
    """Answer ``POST`` with ``Authorization: Basic base64(user:password)``; a body is not read.

    200 with ``{"token_type", "iat", "expires_in", "jwt_token", "id_token"}``: ``iat`` in Unix
    time, ``expires_in`` in seconds, the JWT under both its names. The header is read after the
    throttles ran, so that failures are limited too.
    """

    @sensitive_variables("password")
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a new token for the user whose credentials were sent."""
        username, password = self.read_credentials(request)
        user = check_credentials(request._request, username, password)
        return Response(self.answer(issue(user, request._request)))

    @sensitive_variables("header", "credentials")
    def read_credentials(self, request: Request) -> tuple[str, str]:
        """Return user name and password; raise AuthenticationError where there are none."""
        header = read_authorization(request)
        if header is None:
            raise AuthenticationError(Error.MISSING_AUTHORIZATION_HEADER)
        if header.scheme != "basic":
            raise AuthenticationError(
                Error.INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE,
                text="Authorization header must be the type of Basic.",
            )
        credentials = decode_basic(header.credentials)
        if credentials is None:
            raise AuthenticationError(Error.INVALID_CREDENTIALS)
        return credentials

    def answer(self, token: IssuedToken) -> dict[str, Any]:
        """Return the document that carries a token."""
        return {
            "token_type": "Bearer",
            "iat": token.issued_at,
            "expires_in": token.expires_in,
            "jwt_token": token.text,
            "id_token": token.text,
        }
