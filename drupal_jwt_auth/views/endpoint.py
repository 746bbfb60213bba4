"""What the endpoints for tokens share: POST only, JSON out, in no cache."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from rest_framework.request import Request
from rest_framework.views import APIView

from drupal_jwt_auth.authentication import JWTAuthentication
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.exceptions import exception_handler
from drupal_jwt_auth.http.json import DrupalJSONParser, DrupalJSONRenderer
from drupal_jwt_auth.http.negotiation import FixedNegotiation
from drupal_jwt_auth.http.views import AnyRequest


class TokenEndpoint(APIView):
    """A view that takes a secret by ``POST`` and needs no token.

    Each refusal is a row of `drupal_jwt_auth.errors.Error`. Throttle it with ``throttle_classes``
    as any DRF view.
    """

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (DrupalJSONParser,)
    renderer_classes = (DrupalJSONRenderer,)
    content_negotiation_class = FixedNegotiation
    versioning_class = None

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
