"""``/user/login``, ``/user/login_status``, ``/user/logout`` and ``/session/token``.

Source: Drupal core 10.6, where JavaScript logs in. What is wrong with a request is told in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    AuthenticationFailed,
    NotAuthenticated,
    NotFound,
    ParseError,
    PermissionDenied,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drupal_jwt_auth.auth.authentication import AcceptedMethods
from drupal_jwt_auth.auth.error_reports import silence
from drupal_jwt_auth.auth.exception_handler import exception_handler
from drupal_jwt_auth.auth.flood import TooManyFailuresError
from drupal_jwt_auth.auth.sessions import (
    CSRF,
    LOGOUT,
    is_token,
    log_in_with_session,
    make_token,
    session_of,
)
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.user.access import ADMINISTER
from drupal_jwt_auth.content.user.roles import roles_of
from drupal_jwt_auth.errors import AuthenticationError, DocumentedError, Error
from drupal_jwt_auth.http.body import read_body
from drupal_jwt_auth.http.json import decode
from drupal_jwt_auth.http.negotiation import FixedNegotiation, FormatNegotiation
from drupal_jwt_auth.http.origin import is_from_elsewhere
from drupal_jwt_auth.http.parameters import MAX_BODY
from drupal_jwt_auth.http.views import AnyRequest, ResourceView, common_headers, no_route

UNRECOGNIZED = "Sorry, unrecognized username or password."
BLOCKED = "The user has not been activated or is blocked."
TOO_MANY_FOR_ACCOUNT = (
    "Too many failed login attempts from your IP address. This IP address is temporarily blocked."
)
TOO_MANY_FROM_ADDRESS = "Access is blocked because of IP based flood prevention."
KNOWN = "This route can only be accessed by anonymous users."
ELSEWHERE = "A page of another site may not log anybody in here."


class SessionEndpoint(GuardedView, ResourceView):
    """What these paths share: they are there where the site takes sessions, and are never cached.

    Content types do not matter. Who cannot be told, by a bad token for one, is nobody.
    """

    authentication_classes: Sequence[type[BaseAuthentication]] = AcceptedMethods()
    permission_classes: tuple[type[BasePermission], ...] = ()
    content_negotiation_class = FixedNegotiation
    # Nothing is written here for whom a session is of, but for logging out, by its own token.
    checks_csrf_token = True
    # Schemas of a project (OpenAPI) are of its content.
    schema = None
    session: SessionBase

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Hide all variables and parameters in error reports: secrets come in and go out here."""
        silence(request)
        return super().initialize_request(request, *args, **kwargs)

    def check_content_type(self, request: Request) -> None:
        """Take any content type, as Drupal does here."""

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, if that can be told; raise NotFound (404) without sessions."""
        session = session_of(request._request)
        if session is None:
            raise NotFound(no_route(request))
        self.session = session
        with suppress(AuthenticationFailed, NotAuthenticated):
            super().perform_authentication(request)

    def read_body(self, request: Request) -> bytes:
        """Return the body; raise ContentTooLarge (413) for more than a login can have."""
        return read_body(request, MAX_BODY)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return the headers of every answer: no cache may keep what a session has."""
        return {**common_headers(), "Cache-Control": "no-store, private"}


class AnonymousOnly(BasePermission):
    """Let in who has not logged in."""

    message = KNOWN

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True for nobody in particular."""
        return not request.successful_authenticator


class LoginView(SessionEndpoint):
    """``POST /user/login``, ``{"name": ..., "pass": ...}``: begin a session.

    200 with ``{"current_user": {"uid", "name"}, "csrf_token", "logout_token"}`` and the cookie;
    ``uid`` is text, and ``roles`` are told to who may see roles. 400 where the name or the password
    is not right, 403 after too many failures, and for a page of another site.
    """

    audited_as = "tokens"
    audited_authentication = "password"
    methods = ("POST",)
    methods_of_options = ("POST",)
    permission_classes = (AnonymousOnly,)

    def get_exception_handler(self) -> Any:
        """Return the handler that tells of refusals in Drupal's words."""
        return login_errors_handler

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotAcceptable (406) for another format than JSON, PermissionDenied (403)."""
        FormatNegotiation().select_renderer(request, self.get_renderers())
        if is_from_elsewhere(request._request):
            raise PermissionDenied(ELSEWHERE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin a session for the user whose name and password were sent."""
        name, password = read_credentials(decode(self.read_body(request)))
        self.audited_username = name
        try:
            user = log_in_with_session(request._request, name, password)
        except DocumentedError:
            self.is_refused_login = True
            raise
        self.audited_user = user
        account = Account(user)
        document = {
            "current_user": current_user(account),
            "csrf_token": make_token(self.session, CSRF),
            "logout_token": make_token(self.session, LOGOUT),
        }
        account.note_access()
        return Response(document)


class LoginStatusView(SessionEndpoint):
    """``GET /user/login_status``: ``1`` for who is known, by whatever method, else ``0``."""

    methods = ("GET", "HEAD")
    methods_of_options = ("GET", "HEAD")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the number, as text."""
        return _text("1" if request.successful_authenticator else "0")

    def http_method_not_allowed(self, request: AnyRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse other methods; POST with 404, as in Drupal that is for the page of an account."""
        if request.method == "POST":
            raise NotFound(no_route(request))
        super().http_method_not_allowed(request, *args, **kwargs)


class LogoutView(SessionEndpoint):
    """``POST /user/logout?token=<logout_token>``: end the session; 204."""

    audited_as = "tokens"
    methods = ("POST",)
    methods_of_options = ("POST",)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """End the session whose token was sent; raise PermissionDenied (403) for another's."""
        token = request.GET.get("token")
        if token is None:
            raise PermissionDenied("'csrf_token' URL query argument is missing.")
        if not is_token(token, self.session, LOGOUT):
            raise PermissionDenied("'csrf_token' URL query argument is invalid.")
        logout(request._request)
        return Response(status=204)


class SessionTokenView(SessionEndpoint):
    """``/session/token``, by any method: the token that writes with the session's cookie need."""

    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    methods_of_options = ("GET",)
    authentication_classes = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the token, as text; who has no session gets one that is good for nothing."""
        return _text(make_token(self.session, CSRF))

    post = put = patch = delete = get


def login_errors_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception; what is wrong with a login, with Drupal's status and words."""
    if isinstance(exc, TooManyFailuresError):
        exc = PermissionDenied(TOO_MANY_FROM_ADDRESS if exc.of_address else TOO_MANY_FOR_ACCOUNT)
    elif isinstance(exc, AuthenticationError):
        exc = ParseError(BLOCKED if exc.error is Error.USER_BLOCKED else UNRECOGNIZED)
    return exception_handler(exc, context)


def read_credentials(document: Any) -> tuple[str, str]:
    """Return the name and the password in a document; raise ParseError (400).

    Numbers are the texts that PHP makes of them; null counts as missing.
    """
    sent = document if isinstance(document, Mapping) else {}
    name, password = sent.get("name"), sent.get("pass")
    missing = [key for key, value in (("name", name), ("pass", password)) if value is None]
    if missing:
        which = "" if len(missing) > 1 else f".{missing[0]}"
        raise ParseError(f"Missing credentials{which}.")
    for value in (name, password):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ParseError("The name and the password have to be texts.")
    return str(name), str(password)


def current_user(account: Account) -> dict[str, Any]:
    """Return what somebody is told of themselves on logging in."""
    user: Any = account.user
    roles = {"roles": roles_of(user)} if account.has_permission(ADMINISTER) else {}
    return {"uid": str(user.pk), **roles, "name": user.get_username()}


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=UTF-8")
