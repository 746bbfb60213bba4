"""``POST /rest_api/id_token``: user name and password in, JWT out."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drupal_jwt_auth.authentication import JWTAuthentication
from drupal_jwt_auth.credentials import check_credentials
from drupal_jwt_auth.errors import AuthenticationError, DocumentedError, Error
from drupal_jwt_auth.exceptions import exception_handler
from drupal_jwt_auth.http.authorization import decode_basic, read_authorization
from drupal_jwt_auth.http.json import DrupalJSONParser, DrupalJSONRenderer
from drupal_jwt_auth.http.negotiation import FixedNegotiation
from drupal_jwt_auth.http.views import AnyRequest
from drupal_jwt_auth.tokens import IssuedToken, issue


class IdTokenView(APIView):
    """Answer ``POST`` with ``Authorization: Basic base64(user:password)``; a body is not read.

    200 with ``{"token_type", "iat", "expires_in", "jwt_token", "id_token"}``: ``iat`` in Unix
    time, ``expires_in`` in seconds, the JWT under both its names. Each refusal is a row of
    `drupal_jwt_auth.errors.Error`. Throttle it with ``throttle_classes`` as any DRF view: the
    header is read after the throttles ran, so that failures are limited too.
    """

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (DrupalJSONParser,)
    renderer_classes = (DrupalJSONRenderer,)
    content_negotiation_class = FixedNegotiation
    versioning_class = None

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

    def http_method_not_allowed(self, request: AnyRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse every method but POST."""
        raise DocumentedError(Error.INVALID_HTTP_METHOD)

    options = http_method_not_allowed

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Refuse what a throttle does not let through."""
        seconds = None if wait is None else math.ceil(wait)
        raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=seconds)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return the headers of every answer: RFC 6749, 5.1 wants tokens out of all caches."""
        return {"Allow": "POST", "Cache-Control": "no-store"}

    def get_authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return JWTAuthentication.challenge

    def get_exception_handler(self) -> Any:
        """Return this app's handler, whatever the project has set."""
        return exception_handler
