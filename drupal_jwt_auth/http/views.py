"""The base class of all Drupal resources: order of checks, methods, headers."""

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
"""The bodies that are no content: to PHP they are false."""


def is_json(request: AnyRequest) -> bool:
    """Return True if the content type of a request is JSON."""
    return media_type_of(request.META.get("CONTENT_TYPE", "")) in CONTENT_TYPES


def site_url(request: AnyRequest) -> str:
    """Return scheme and host of a request, with which all absolute URLs of its answer begin."""
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
    """Return the headers of every answer: Drupal's, and a ``Vary`` for shared caches."""
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
    """A resource of Drupal's, which runs all checks before the method handler in Drupal's order.

    Method (405), content type (415), ``_format`` (406), a bad token (401), the object that the path
    names (404), permissions (401, 403), throttles (429), length of the body (413). The order
    decides which error a client sees first, and keeps strangers from making the server read a body.
    A view that locks the object checks throttles and reads the body before it does.

    ``methods`` are the methods that it serves, in the order of the ``Allow`` header, and
    ``methods_of_options`` those that OPTIONS answers with. ``content_types`` are the media types
    that a body may have.
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
        self.check_method(request)
        if request.method in METHODS_WITH_BODY:
            self.check_content_type(request)
        self.perform_content_negotiation(request)
        # Raises an error for a host that is not allowed, as answers have it in their URLs.
        request.get_host()
        self.perform_authentication(request)
        self.load(request, *args, **kwargs)
        self.check_permissions(request)
        self.check_throttles(request)
        if request.method in METHODS_WITH_BODY:
            self.read_body(request)

    def check_method(self, request: Request) -> None:
        """Raise MethodNotAllowed (405) for a method that is not served."""
        if request.method not in self.methods:
            self.http_method_not_allowed(request)

    def perform_content_negotiation(
        self,
        request: Request,
        force: bool = False,  # noqa: FBT001, FBT002  so DRF declares it
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type; raise NotAcceptable (406).

        With ``force`` it is that of errors, if there is no other.
        """
        try:
            return super().perform_content_negotiation(request)
        except (APIException, TooManyFieldsSent):
            if not force:
                raise
            renderer = error_renderer(request)
            return renderer, renderer.media_type

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the object that the path names; raise NotFound (404)."""

    def read_body(self, request: Request) -> bytes:
        """Return the body, read once; raise ContentTooLarge (413).

        It is read before the handlers of POST and PATCH are called. The handler of another method
        has to read it before it locks anything.
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
        """Return an empty answer with the methods in ``Allow``."""
        json = request.GET.get("_format") == DrupalJSONRenderer.format
        return HttpResponse(
            content_type=DrupalJSONRenderer.media_type if json else "text/html; charset=UTF-8",
            headers={"Allow": ", ".join(self.methods_of_options)},
        )

    def http_method_not_allowed(self, request: AnyRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise MethodNotAllowed (405) with the list of the methods."""
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
