"""The view that all Drupal resources are made from: status order, methods, headers."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    ParseError,
    UnsupportedMediaType,
)
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.authorization import credential_headers
from drupal_jwt_auth.http.body import read_body
from drupal_jwt_auth.http.error_formats import error_renderer
from drupal_jwt_auth.http.json import NO_CONTENT, DrupalJSONParser, DrupalJSONRenderer
from drupal_jwt_auth.http.negotiation import FixedNegotiation, FormatNegotiation, media_type_of

CONTENT_TYPES = frozenset({"application/json", "application/x-json"})
AnyRequest = HttpRequest | Request

METHODS_WITH_BODY = frozenset({"POST", "PATCH"})
NO_BODY = frozenset({b"", b"0"})
"""What PHP takes for no content."""


def is_json(request: AnyRequest) -> bool:
    """Tell whether a request says that its body is JSON."""
    return media_type_of(request.META.get("CONTENT_TYPE", "")) in CONTENT_TYPES


def site_url(request: AnyRequest) -> str:
    """Return scheme and host of a request, as all absolute URLs of its answer begin."""
    return f"{request.scheme}://{request.get_host()}"


def request_url(request: AnyRequest) -> str:
    """Return the URL of a request as Drupal's messages show it, without the query."""
    return site_url(request) + request.get_full_path().partition("?")[0]


def no_route(request: AnyRequest) -> str:
    """Return what is said where nothing is served at a URL."""
    referer = request.headers.get("Referer")
    source = f' (from "{referer}")' if referer else ""
    return f'No route found for "{request.method} {request_url(request)}"{source}'


def common_headers() -> dict[str, str]:
    """Return the headers of every answer, as Drupal's, and what keeps shared caches safe."""
    return {
        "Cache-Control": "must-revalidate, no-cache, private",
        "Content-language": app_settings.LANGCODES[0],
        "Expires": "Sun, 19 Nov 1978 05:00:00 GMT",
        "Vary": ", ".join(credential_headers()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "X-Generator": "Drupal 10 (https://www.drupal.org)",
    }


class ResourceView(APIView):
    """A resource of Drupal's: the checks that come before the method, in Drupal's order.

    Method (405), content type (415), ``_format`` (406), a bad token (401), what the path names
    (404), permissions (401, 403), throttles (429), length of the body (413). The order decides
    which error a client sees first, and what strangers can make the server read: nothing. One that
    locks what the path names asks throttles and reads the body before.

    ``methods`` are those it serves, in the order in which ``Allow`` names them, and
    ``methods_of_options`` those that OPTIONS names; ``content_types`` are what a body may be.
    """

    methods: ClassVar[tuple[str, ...]] = ()
    methods_of_options: ClassVar[tuple[str, ...]] = ()
    content_types: ClassVar[frozenset[str]] = CONTENT_TYPES
    parser_classes = (DrupalJSONParser,)
    renderer_classes = (DrupalJSONRenderer,)
    content_negotiation_class: type[FixedNegotiation] = FormatNegotiation
    versioning_class = None
    format_kwarg = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Run all checks before the method handler."""
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request, force=True
        )
        if request.method == "OPTIONS":
            return
        if request.method not in self.methods:
            self.http_method_not_allowed(request)
        if request.method in METHODS_WITH_BODY:
            self.check_content_type(request)
        self.perform_content_negotiation(request)
        # Answers name the host: a wrong one is refused before anything is done.
        request.get_host()
        self.perform_authentication(request)
        self.load(request, *args, **kwargs)
        self.check_permissions(request)
        self.check_throttles(request)
        if request.method in METHODS_WITH_BODY:
            self.read_body(request)

    def perform_content_negotiation(
        self,
        request: Request,
        force: bool = False,  # noqa: FBT001, FBT002  so DRF declares it
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type; raise NotAcceptable (406).

        With ``force``, where there is none, it is the one for errors.
        """
        try:
            return super().perform_content_negotiation(request)
        except (APIException, TooManyFieldsSent):
            if not force:
                raise
            renderer = error_renderer(request)
            return renderer, renderer.media_type

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load what the path names; raise NotFound (404)."""

    def read_body(self, request: Request) -> bytes:
        """Return the body, read once; raise ContentTooLarge (413).

        Of a POST and a PATCH it is read before the handler is called. A handler of another method
        that wants it asks for it before it locks anything.
        """
        return read_body(request, app_settings.MAX_CONTENT_LENGTH)

    def check_content_type(self, request: Request) -> None:
        """Raise UnsupportedMediaType (415) for a body that is of no type which is read here."""
        content_type = request.META.get("CONTENT_TYPE", "")
        if not content_type:
            raise UnsupportedMediaType("", 'No "Content-Type" request header specified')
        if media_type_of(content_type) not in self.content_types:
            raise UnsupportedMediaType(
                content_type, f'No route found that matches "Content-Type: {content_type}"'
            )

    def document(self, request: Request) -> Any:
        """Return the JSON document of the body; raise ParseError (400)."""
        if request.stream is None:
            raise ParseError(NO_CONTENT)
        return request.data

    def options(  # type: ignore[override]  # DRF's is a Response, which would have a body
        self, request: AnyRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Answer which methods there are, with no body."""
        json = request.GET.get("_format") == DrupalJSONRenderer.format
        return HttpResponse(
            content_type=DrupalJSONRenderer.media_type if json else "text/html; charset=UTF-8",
            headers={"Allow": ", ".join(self.methods_of_options)},
        )

    def http_method_not_allowed(self, request: AnyRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse a method with the list of those there are."""
        allow = ", ".join(self.methods)
        self.headers["Allow"] = allow
        url = request_url(request)
        raise MethodNotAllowed(
            request.method or "",
            f'No route found for "{request.method} {url}": Method Not Allowed (Allow: {allow})',
        )

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return the headers of every answer."""
        return common_headers()
