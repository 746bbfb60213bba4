"""``POST /rest_api/id_token``: user name and password in, JWT out."""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.credentials import log_in
from drupal_jwt_auth.auth.tokens import start_session
from drupal_jwt_auth.auth.views.endpoint import TokenEndpoint
from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.http.authorization import decode_basic, log_missing_header, read_authorization


class IdTokenView(TokenEndpoint):
    """Answer ``POST`` with ``Authorization: Basic base64(user:password)``; a body is not read.

    200 with ``{"token_type", "iat", "expires_in", "jwt_token", "id_token"}``: ``iat`` in Unix
    time, ``expires_in`` in seconds, the JWT under both its names. Failures are limited by
    `drupal_jwt_auth.auth.flood`, and by what throttles the project has set: these run before the
    header is read.
    """

    @sensitive_variables("password")
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a new token for the user whose credentials were sent."""
        username, password = self.read_credentials(request)
        self.audited_username = username
        self.audited_authentication = "basic"
        user = log_in(request._request, username, password)
        self.audited_user = user
        start_session(user, request._request, prepare=self.prepare)
        return Response(self.prepared)

    @sensitive_variables("header", "credentials")
    def read_credentials(self, request: Request) -> tuple[str, str]:
        """Return user name and password; raise AuthenticationError if they cannot be read."""
        header = read_authorization(request, "basic")
        if header is None:
            log_missing_header(request)
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
