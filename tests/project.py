"""A project that uses the app's parts on views of its own, and serves the app beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.urls import include, path
from rest_framework import exceptions, serializers
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    SessionAuthentication,
)
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny, BasePermission, IsAdminUser, IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, BaseThrottle
from rest_framework.views import APIView

from drupal_jwt_auth.auth.authentication import ApiKeyAuthentication, JWTAuthentication
from drupal_jwt_auth.auth.exception_handler import DrupalErrorsMixin
from drupal_jwt_auth.auth.permissions import TokenRequired
from drupal_jwt_auth.http.json import DrupalJSONRenderer
from drupal_jwt_auth.http.negotiation import FormatNegotiation
from drupal_jwt_auth.http.views import ResourceView
from drupal_jwt_auth.views import IdTokenView

Classes = tuple[type[BaseAuthentication], ...]


class WhoAmI(APIView):
    """Who asks, and by which token."""

    authentication_classes: Classes = (JWTAuthentication,)
    permission_classes: tuple[type[BasePermission], ...] = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        token: Any = request.auth
        subject = token.subject if token else None
        return Response({"user": request.user.get_username(), "subject": subject})

    post = get


class Public(WhoAmI):
    permission_classes = (AllowAny,)


class SessionFirst(WhoAmI):
    authentication_classes = (SessionAuthentication, JWTAuthentication)


class TokenFirst(WhoAmI):
    authentication_classes = (JWTAuthentication, SessionAuthentication)


class BasicFirst(WhoAmI):
    authentication_classes = (BasicAuthentication, JWTAuthentication)


class SessionOnly(WhoAmI):
    authentication_classes = (SessionAuthentication,)


class BasicOnly(WhoAmI):
    authentication_classes = (BasicAuthentication,)


class NoAuthentication(WhoAmI):
    authentication_classes = ()


class NeedsKey(WhoAmI):
    authentication_classes = (ApiKeyAuthentication,)


class StaffOnly(WhoAmI):
    permission_classes = (IsAdminUser,)


class StaffOnlyAsDrupal(DrupalErrorsMixin, StaffOnly):
    pass


class NeedsToken(WhoAmI):
    permission_classes = (TokenRequired,)

    def delete(self, request: Request) -> Response:
        return Response(status=204)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response()


class Item(serializers.Serializer[Any]):
    title = serializers.CharField()
    detail = serializers.CharField(required=False)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["title"] == "both":
            raise serializers.ValidationError("These two do not go together.")
        return attrs


class Outer(serializers.Serializer[Any]):
    item = Item()


class Items(APIView):
    """What serializers say of a document."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (JSONParser,)
    renderer_classes = (JSONRenderer,)

    def post(self, request: Request) -> Response:
        Item(data=request.data, many=isinstance(request.data, list)).is_valid(raise_exception=True)
        return Response(status=204)

    def put(self, request: Request) -> Response:
        Outer(data=request.data).is_valid(raise_exception=True)
        return Response(status=204)


class TeapotError(exceptions.APIException):
    """An exception class of the project's own."""

    status_code = 418
    default_detail = "I am a teapot."


class WorkingError(Exception):
    """A fault of the server's, not of the client's."""


FAULTS: dict[str, Callable[[], Exception]] = {
    "not-found": exceptions.NotFound,
    "http404": Http404,
    "http404-text": lambda: Http404("No such page."),
    "denied": exceptions.PermissionDenied,
    "django-denied": lambda: DjangoPermissionDenied("Not yours."),
    "parse": exceptions.ParseError,
    "teapot": TeapotError,
    "throttled": lambda: exceptions.Throttled(wait=6.5),
    "text": lambda: exceptions.ValidationError("One text."),
    "list": lambda: exceptions.ValidationError(["One text.", "Another."]),
    "empty": lambda: exceptions.ValidationError([]),
    "nested": lambda: exceptions.ValidationError(
        {"title": ["Too long."], "body": [{}, {"value": ["Empty.", "Bad."]}]}
    ),
    "by-index": lambda: exceptions.ValidationError(
        {1: {"title": ["This field is required."]}}  # type: ignore[dict-item]  # DRF gives such keys
    ),
    "working": WorkingError,
    "deadlock": lambda: OperationalError(1213, "Deadlock found when trying to get lock"),
}


class Faulty(APIView):
    """A view in which something goes wrong."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, fault: str) -> Response:
        raise FAULTS[fault]()


class Regretful(Faulty):
    """A view that writes before it refuses."""

    def get(self, request: Request, fault: str = "denied") -> Response:
        User.objects.create(username="new")
        return super().get(request, fault)


class ThreeTries(AnonRateThrottle):
    """Three requests a minute from an address."""

    scope = "three-tries"
    rate = "3/min"


class Closed(BaseThrottle):
    """Lets nothing through, and cannot tell until when."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return False


class ClosedForAWhile(Closed):
    """Lets nothing through for six seconds and a half."""

    def wait(self) -> float:
        return 6.5


class LimitedIdToken(IdTokenView):
    throttle_classes = (ThreeTries,)


class ClosedIdToken(IdTokenView):
    throttle_classes = (Closed,)


class ClosedForAWhileIdToken(IdTokenView):
    throttle_classes = (ClosedForAWhile,)


class LimitedFaulty(Faulty):
    throttle_classes = (ThreeTries,)


class PlainRenderer(BaseRenderer):
    """A second format."""

    media_type = "text/plain"
    format = "plain"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return str(data).encode()


class Resource(ResourceView):
    """A resource that is made as the app makes its own."""

    methods = ("GET", "HEAD", "POST", "PATCH", "DELETE")
    methods_of_options = ("GET", "POST", "PATCH", "DELETE")
    authentication_classes = (JWTAuthentication,)
    permission_classes = (TokenRequired,)
    throttle_classes: tuple[type[BaseThrottle], ...] = ()

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().load(request, *args, **kwargs)
        if "missing" in request.query_params:
            raise exceptions.NotFound("There is none.")

    def get(self, request: Request) -> Response:
        return Response({"path": "a/b", "user": request.user.get_username()})

    def post(self, request: Request) -> Response:
        return Response({"document": self.document(request)}, status=201)

    patch = post

    def delete(self, request: Request) -> Response:
        return Response(status=204)


class ClosedResource(Resource):
    throttle_classes = (Closed,)


class TwoFormats(WhoAmI):
    """A view that answers in the format that ``_format`` names."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (DrupalJSONRenderer, PlainRenderer)
    content_negotiation_class: type[BaseContentNegotiation] = FormatNegotiation


class ByAccept(TwoFormats):
    content_negotiation_class = DefaultContentNegotiation


urlpatterns = [
    path("whoami", WhoAmI.as_view()),
    path("public", Public.as_view()),
    path("session-first", SessionFirst.as_view()),
    path("token-first", TokenFirst.as_view()),
    path("basic-first", BasicFirst.as_view()),
    path("session-only", SessionOnly.as_view()),
    path("basic-only", BasicOnly.as_view()),
    path("no-authentication", NoAuthentication.as_view()),
    path("key-needed", NeedsKey.as_view()),
    path("staff-only", StaffOnly.as_view()),
    path("staff-only-as-drupal", StaffOnlyAsDrupal.as_view()),
    path("needs-token", NeedsToken.as_view()),
    path("items", Items.as_view()),
    path("faulty/<fault>", Faulty.as_view()),
    path("regretful", Regretful.as_view()),
    path("limited/faulty/<fault>", LimitedFaulty.as_view()),
    path("limited/id_token", LimitedIdToken.as_view()),
    path("closed/id_token", ClosedIdToken.as_view()),
    path("closed-for-a-while/id_token", ClosedForAWhileIdToken.as_view()),
    path("resource", Resource.as_view()),
    path("closed/resource", ClosedResource.as_view()),
    path("two-formats", TwoFormats.as_view()),
    path("by-accept", ByAccept.as_view()),
    path("", include("drupal_jwt_auth.urls")),
]
