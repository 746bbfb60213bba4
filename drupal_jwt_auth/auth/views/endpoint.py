"""The base classes of the endpoints for tokens: POST only, answers in JSON, never cached."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.parsers import BaseParser, FormParser, MultiPartParser
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication import JWTAuthentication
from drupal_jwt_auth.auth.error_reports import silence
from drupal_jwt_auth.auth.tokens import IssuedToken
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.http.json import DrupalJSONParser, DrupalJSONRenderer
from drupal_jwt_auth.http.negotiation import FixedNegotiation
from drupal_jwt_auth.http.parameters import BodyNegotiation
from drupal_jwt_auth.http.views import AnyRequest


class TokenEndpoint(GuardedView):
    """A view that takes a secret by ``POST`` and needs no token.

    Each refusal is a row of `drupal_jwt_auth.errors.Error`, and does not roll back what was
    written: a used refresh token ends its login, and django-axes counts refused logins. Throttle it
    with ``throttle_classes`` as any DRF view.
    """

    audited_as = "tokens"
    authentication_classes = ()
    permission_classes = ()
    parser_classes: tuple[type[BaseParser], ...] = (DrupalJSONParser,)
    renderer_classes = (DrupalJSONRenderer,)
    content_negotiation_class = FixedNegotiation
    versioning_class = None
    prepared: Any = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Hide all variables and parameters in error reports: secrets come in and go out here."""
        silence(request)
        return super().initialize_request(request, *args, **kwargs)

    def prepare(self, user: AbstractBaseUser, token: IssuedToken) -> None:
        """Make the answer with a new token in ``prepared``, and render it once, before saving.

        If the project's hook or the renderer fails, nothing is saved: the client's refresh token
        can be used again.
        """
        self.prepared = self.answer(user, token)
        request = self.request
        request.accepted_renderer.render(
            self.prepared, request.accepted_media_type, self.get_renderer_context()
        )

    def answer(self, user: AbstractBaseUser, token: IssuedToken) -> Any:
        """Return the document of the answer with a new token.

        The callable of ``DRUPAL_JWT_AUTH["TOKEN_RESPONSE"]``, if there is one, has the last word:
        it gets the document, user, token and request, and returns the document that is sent.
        """
        document = {
            "token_type": "Bearer",
            "iat": token.issued_at,
            "expires_in": token.expires_in,
            "jwt_token": token.text,
            "id_token": token.text,
        }
        if token.refresh_token is not None:
            document["refresh_token"] = token.refresh_token
        if app_settings.TOKEN_RESPONSE is None:
            return document
        shape = import_string(app_settings.TOKEN_RESPONSE)
        return shape(document, user, token, self.request._request)

    def http_method_not_allowed(self, request: AnyRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse every method but POST."""
        raise DocumentedError(Error.INVALID_HTTP_METHOD)

    options = http_method_not_allowed

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return the headers of every answer: RFC 6749, 5.1 wants tokens out of all caches."""
        return {"Allow": "POST", "Cache-Control": "no-store"}

    def get_authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return JWTAuthentication.challenge


class ParameterEndpoint(TokenEndpoint):
    """A token endpoint whose secret is a parameter of the body, in a form or in JSON."""

    parser_classes = (DrupalJSONParser, FormParser, MultiPartParser)
    content_negotiation_class = BodyNegotiation
