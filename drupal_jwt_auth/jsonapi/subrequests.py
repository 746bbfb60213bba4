"""Several requests in one: ``POST /subrequests``, as Drupal's module subrequests has it.

Each goes through all middleware and to its view as if it had come on its own, by a handler of
Django's: so the rules for it are the same, be it one of this app's, of the project's or of another
package's, and so is its transaction. From the request around it come credentials, cookies, and
whatever tells of the client and of servers between.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_urlconf, set_urlconf
from django.utils.encoding import iri_to_uri
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.access import AccessResult, allowed_if_has_permission
from drupal_jwt_auth.http.authorization import API_KEY_HEADER, REDIRECTED, header_names
from drupal_jwt_auth.http.content_type import keep_readable
from drupal_jwt_auth.http.json import DrupalJSONRenderer, encode
from drupal_jwt_auth.http.paths import site_root
from drupal_jwt_auth.http.views import CONTENT_TYPES, site_url
from drupal_jwt_auth.jsonapi.blueprints import Part, Subrequest, read_blueprint
from drupal_jwt_auth.jsonapi.media import MEDIA_TYPE
from drupal_jwt_auth.resources.access import AccessResource

PERMISSION = "issue subrequests"
MARK = "drupal_jwt_auth.subrequest"
"""What tells of a request that it is in another one: no header can have this name."""

OWN_HEADERS = ("Accept", "Content-Type", "Content-Disposition", "X-CSRF-Token")
"""What a request may have of its own, besides credentials. Others are of the client, or of a server
that has vouched for it, such as its address."""

MAX_ANSWERS = 16_777_216
"""The characters of all answers: one that has them inside takes several times as much to write."""

NOT_INHERITED = frozenset(
    {
        # Of the message around it alone.
        "CONTENT_TYPE",
        "HTTP_ACCEPT",
        "HTTP_CONTENT_DISPOSITION",
        "HTTP_CONTENT_ENCODING",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_X_HTTP_METHOD_OVERRIDE",
        # The answer is to be text, and a whole one.
        "HTTP_ACCEPT_ENCODING",
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_RANGE",
        # What a server has made of the path.
        "SCRIPT_URL",
        "REDIRECT_URL",
    }
)


class AnswerTooLong(APIException):
    """413: there is no room for an answer besides those before it."""

    status_code = 413
    default_detail = (
        f"The answers have more than {MAX_ANSWERS} characters with this one: ask for it alone."
    )
    default_code = "content_too_large"


class SubrequestsView(AccessResource):
    """``POST /subrequests``: a blueprint, answered with 207 and the answers by their names."""

    schema = None
    methods: ClassVar[tuple[str, ...]] = ("POST",)
    methods_of_options: ClassVar[tuple[str, ...]] = ("POST",)
    content_types: ClassVar[frozenset[str]] = CONTENT_TYPES | {MEDIA_TYPE}

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is in another one itself."""
        if MARK in request.META:
            raise ParseError("Subrequests have no subrequests.")

    def get_access(self) -> AccessResult:
        """Return whether the account may send several requests in one."""
        return allowed_if_has_permission(self.account, PERMISSION)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with all answers; raise ParseError (400) for what is no blueprint.

        A request is not sent where a token of it stands for nothing, or where one that it waits for
        was not sent.
        """
        blueprint = read_blueprint(self.document(request))
        for each in blueprint:
            check_headers(each)
        named: dict[str, Part] = {}
        answers: dict[str, Part] = {}
        response = Response(status=status.HTTP_207_MULTI_STATUS)
        room = MAX_ANSWERS
        for each in blueprint:
            if each.dependencies <= answers.keys():
                part = self.answer(each, answers, response, room)
                if part is not None:
                    answers[each.request_id] = named[each.answered_as] = part
                    room = max(room - len(part.body), 0)
        response.data = {
            name: {"body": part.body, "headers": part.headers} for name, part in named.items()
        }
        return response

    def answer(
        self, subrequest: Subrequest, answers: Mapping[str, Part], around: Response, room: int
    ) -> Part | None:
        """Send a request and return its answer, None where it cannot be sent for want of a value.

        One that there is no room for is told of by its part. Its cookies are those of the answer
        around it: scripts may not see them.
        """
        name = subrequest.answered_as
        try:
            resolved = subrequest.resolve(answers, app_settings.MAX_CONTENT_LENGTH)
            if resolved is None:
                return None
            inner = make_request(self.request._request, subrequest, *resolved)
            response = send(inner)
            around.cookies.update(response.cookies)
            go_on_with_session(self.request._request, inner)
            return part_of(inner, response, name, room)
        except APIException as error:
            body = encode({"message": str(error.detail)})
            told = {"content-type": [DrupalJSONRenderer.media_type]}
            return Part(body, {**told, **_said(name, error.status_code)})


def check_headers(subrequest: Subrequest) -> None:
    """Raise ParseError (400) for a header that a request cannot have of its own."""
    known = {each.lower() for each in (*OWN_HEADERS, *_credentials())}
    if not subrequest.headers.keys() <= known:
        raise ParseError(
            f"{subrequest.request_id}: of its own a request has none of the headers but "
            f"{', '.join((*OWN_HEADERS, *_credentials()))}."
        )


def make_request(around: HttpRequest, subrequest: Subrequest, uri: str, body: str) -> HttpRequest:
    """Return a request as a server would make it; raise ParseError (400) for an address elsewhere.

    With credentials of its own it has none of the request around it, and no cookies.
    """
    path, _, query = own_path(around, uri).partition("?")
    content = body.encode()
    environ = {name: value for name, value in around.META.items() if name not in NOT_INHERITED}
    credentials = {_meta_name(each) for each in _credentials()}
    own = {
        _meta_name(name): value.encode().decode("latin-1")
        for name, value in subrequest.headers.items()
    }
    if credentials & own.keys():
        for name in credentials | {REDIRECTED, "HTTP_COOKIE"}:
            environ.pop(name, None)
    environ |= {
        "REQUEST_METHOD": subrequest.method,
        "SCRIPT_NAME": around.META.get("SCRIPT_NAME", "").encode().decode("latin-1"),
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": BytesIO(content),
        "wsgi.url_scheme": around._get_scheme(),  # type: ignore[attr-defined]  # no stub has it
        MARK: True,
        **own,
    }
    keep_readable(environ)
    return WSGIRequest(environ)


def own_path(around: HttpRequest, uri: str) -> str:
    """Return path and query below the server's prefix; raise ParseError (400) for another site's.

    Clients leave out what all paths of the site begin with, or have it from an answer.
    """
    site = site_url(around)
    path = iri_to_uri(uri.removeprefix(site) if uri.startswith(f"{site}/") else uri)
    if not path.startswith("/") or path.startswith("//"):
        raise ParseError("The uri of a request is a path of this site.")
    if not path.startswith(site_root()):
        path = site_root(around) + path[1:]
    script = iri_to_uri(around.META.get("SCRIPT_NAME", ""))
    return path.removeprefix(script).partition("#")[0]


def send(request: HttpRequest) -> HttpResponseBase:
    """Return the answer to a request; the URLconf stays that of the request around it."""
    urlconf = get_urlconf()
    try:
        return _handler(tuple(settings.MIDDLEWARE)).get_response(request)
    finally:
        set_urlconf(urlconf)


def go_on_with_session(around: HttpRequest, inner: HttpRequest) -> None:
    """Let a request have the session that one in it has begun, changed or ended.

    What it had before is no longer there perhaps: Django would refuse to save that, and the answer.
    """
    session = getattr(inner, "session", None)
    if session is not None and session.modified:
        around.session = session


def part_of(request: HttpRequest, response: HttpResponseBase, name: str, room: int) -> Part:
    """Return an answer as a part, if there is room for it.

    Raise AnswerTooLong (413) for another one, ParseError (400) for a file: it can be of any length.
    """
    try:
        if not hasattr(response, "content"):
            raise ParseError("A file is no part of an answer: ask for it alone.")
        body = "" if request.method == "HEAD" else response.content.decode(errors="replace")
        if len(body) > room:
            raise AnswerTooLong
        headers = {header.lower(): [value] for header, value in response.headers.items()}
        return Part(body, {**headers, **_said(name, response.status_code)})
    finally:
        # Not `close`, which tells everybody that the request around it has ended.
        for close in vars(response)["_resource_closers"]:
            with suppress(Exception):
                close()


def _said(name: str, code: int) -> dict[str, list[Any]]:
    """Return the headers that each part has."""
    return {"content-id": [f"<{name}>"], "status": [code]}


def _credentials() -> tuple[str, ...]:
    """Return the names of the headers for credentials."""
    return (*header_names(), API_KEY_HEADER)


def _meta_name(header: str) -> str:
    """Return the name that a header has in ``META``."""
    name = header.upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" else f"HTTP_{name}"


@lru_cache(maxsize=1)
def _handler(middleware: tuple[str, ...]) -> BaseHandler:
    """Return what runs the middleware of the project, and views; it lasts as long as these do."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler
