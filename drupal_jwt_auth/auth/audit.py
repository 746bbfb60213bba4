"""The audit log: for each request to an `Audited` view, who sent it and how it was answered.

An entry goes to the logger ``drupal_jwt_auth.audit`` and, if ``AUDIT_LOG`` says so, into the table
of `AuditEntry`. Passwords, tokens, queries and bodies are never looked at. An error in here is
logged, and does not change the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.db import IntegrityError, connections, router, transaction
from django.http import Http404, HttpRequest
from django.template.response import SimpleTemplateResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drupal_jwt_auth.auth.api_keys import is_like_a_key
from drupal_jwt_auth.auth.authentication.refusals import RefusedLogin, tried_login
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.contention import has_lost_a_reference
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.http.authorization import read_authorization
from drupal_jwt_auth.http.client_address import client_address
from drupal_jwt_auth.http.exceptions import as_api_exception
from drupal_jwt_auth.models import AuditEntry
from drupal_jwt_auth.models.audit_entry import REFUSALS

# The name that is documented: that of the public module.
logger = logging.getLogger("drupal_jwt_auth.audit")

SCHEMES = frozenset({"basic", "bearer"})
"""The schemes that are logged of a bad header: another word may be a token without a scheme."""

CODES: Mapping[type[Exception], str] = {Http404: "not_found", PermissionDenied: "permission_denied"}
SUCCESS, SERVER_ERROR = 200, 500


class Audited(APIView):
    """A base class for views whose requests are logged; name it before other base classes.

    ``audited_as`` is the kind of the entries: "tokens" for views that deal in tokens, or
    "requests". Of the latter, answers with 401, 403 or 429 and bad credentials are "refusals". Bad
    credentials beside good ones, by another method, are logged as an entry of their own. A view
    that authenticates by itself sets ``audited_user``, ``audited_username`` (the name that was
    tried) and ``audited_authentication``.
    """

    audited_as: ClassVar[str] = "requests"
    audited_user: Any = None
    audited_username = ""
    audited_authentication = ""
    audited_error = ""
    is_refused_login = False
    overruled_login: RefusedLogin | None = None
    _authenticator: Any = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Mark the request as logged, so that `record_login` adds no entry for it."""
        vars(request)["is_audited"] = True
        return super().initialize_request(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate and remember the user; reading ``request.user`` later could do it again."""
        super().perform_authentication(request)
        if request.successful_authenticator:
            self.audited_user = request.user
            self._authenticator = request.successful_authenticator

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an exception, and remember its error code."""
        try:
            response = super().handle_exception(exc)
        except Exception:
            # No answer for it: Django rolls back and answers 500, and `record_failure` logs that.
            vars(self.request._request)["audited_view"] = self
            raise
        with _log_exceptions(self.request._request):
            # The user of a refused token, and the name of a refused login.
            self.audited_user = self.audited_user or getattr(exc, "user", None)
            self.audited_username = getattr(exc, "username", "") or self.audited_username
            self.audited_error = _error(as_api_exception(exc), response)
        return response

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Log after the transaction ends, so that a rollback keeps the entry."""
        response = super().finalize_response(request, response, *args, **kwargs)
        with _log_exceptions(self.request._request):
            self.learn_of_refused_login()
            # A view may return a plain HttpResponse, though DRF's types do not allow it.
            if isinstance(response, SimpleTemplateResponse):
                response.add_post_render_callback(lambda done: _record(self, done.status_code))
            else:
                using = router.db_for_write(AuditEntry)
                transaction.on_commit(lambda: _record(self, response.status_code), using=using)
        return response

    def learn_of_refused_login(self) -> None:
        """Remember refused Basic credentials, which raise no exception.

        The request goes on as an anonymous one, or as that of another method's user. It is logged
        as a refusal all the same, for it may be a guess.
        """
        tried = tried_login(self.request)
        if tried and self._authenticator:
            self.overruled_login = tried
        elif tried:
            self.is_refused_login = True
            self.audited_user, self.audited_username = tried.user, tried.known_username
            self.audited_authentication = tried.method
            self.audited_error = tried.error.error.name

    def audit_entry(self, status: int) -> AuditEntry:
        """Return the entry for the request, answered with this status."""
        return _entry(
            self.request,
            status=status,
            user=self.audited_user,
            username=self.audited_username,
            authentication=self._authentication,
            error=self.audited_error,
        )

    def overruled_entry(self, tried: RefusedLogin, status: int) -> AuditEntry:
        """Return the entry for bad credentials beside the good ones of another method."""
        return _entry(
            self.request,
            status=status,
            user=tried.user,
            username=tried.known_username,
            authentication=tried.method,
            error=tried.error.error.name,
        )

    @property
    def _authentication(self) -> str:
        """Return the method that succeeded, or else the scheme of the header that was sent."""
        if self.audited_authentication or self._authenticator:
            return self.audited_authentication or _name(self._authenticator, self.request)
        header = read_authorization(self.request, "bearer")
        return header.scheme if header and header.scheme in SCHEMES else ""


def record_login(
    request: HttpRequest,
    *,
    user: Any = None,
    username: str = "",
    authentication: str = "password",
    error: Error | None = None,
) -> None:
    """Log a login at a view that is not `Audited`, such as the admin's.

    Its status is the one that ``/rest_api/id_token`` would have answered with.
    """
    if getattr(request, "is_audited", False):
        return
    status = SUCCESS if error is None else error.status

    def make_entry() -> AuditEntry:
        return _entry(
            request,
            status=status,
            user=user,
            username=username,
            authentication=authentication,
            error="" if error is None else error.name,
        )

    _write(request, make_entry, "tokens", is_warning=error is not None)


def record_failure(request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Log a request that ended in a server error: a receiver of ``got_request_exception``."""
    view: Audited | None = getattr(request, "audited_view", None)
    if view is not None:
        with _log_exceptions(view.request._request):
            view.learn_of_refused_login()
        view.audited_error = "server_error"
        with _own_connections() if isinstance(request, ASGIRequest) else nullcontext():
            _record(view, SERVER_ERROR)


def printable(text: str) -> str:
    """Return a text with U+FFFD in place of each character that is not printable.

    Such are NUL and lone surrogates, which databases refuse, and line breaks and marks that turn
    the direction of writing, which mislead readers of a log.
    """
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _text(name: str, text: str) -> str:
    """Return a printable text, cut to the length of the column of this name."""
    column: Any = AuditEntry._meta.get_field(name)
    return printable(str(text)[: column.max_length])


def _name(authenticator: BaseAuthentication, request: Request) -> str:
    """Return the name of a DRF authentication class: its scheme, or else from its class name."""
    # The authenticator of DRF's `force_authenticate` does not have this method.
    challenge = getattr(authenticator, "authenticate_header", lambda request: None)(request)
    if challenge:
        return str(challenge).partition(" ")[0].lower()
    return type(authenticator).__name__.removesuffix("Authentication").lower()


def _error(exc: Exception, response: Response) -> str:
    """Return the code of the documented error in the answer, or else of the exception."""
    data = getattr(response, "data", None)
    told = str(data.get("error")) if isinstance(data, Mapping) else ""
    if told in Error.__members__:
        return told
    if isinstance(exc, DocumentedError):
        return exc.error.name
    if isinstance(exc, APIException):
        codes = exc.get_codes()
        return codes if isinstance(codes, str) else exc.default_code
    return next((code for kind, code in CODES.items() if isinstance(exc, kind)), "error")


def _record(view: Audited, status: int) -> None:
    """Log the request of a view that was answered with this status."""
    refused = status in REFUSALS or view.is_refused_login
    kind_of_refusal = "refusals" if view.audited_as == "requests" else view.audited_as
    kind = kind_of_refusal if refused else view.audited_as
    is_warning = refused or status >= SERVER_ERROR
    request, tried = view.request._request, view.overruled_login
    if tried is not None:
        entry = partial(view.overruled_entry, tried, status)
        _write(request, entry, kind_of_refusal, is_warning=True)
    _write(request, lambda: view.audit_entry(status), kind, is_warning=is_warning)


def _write(
    request: HttpRequest, make_entry: Callable[[], AuditEntry], kind: str, *, is_warning: bool
) -> None:
    """Make an entry, and write it as a row and as a line, as far as the settings ask for them."""
    with _log_exceptions(request):
        level = logging.WARNING if is_warning else logging.INFO
        keeps = kind in app_settings.AUDIT_LOG
        if keeps or logger.isEnabledFor(level):
            entry = make_entry()
            if keeps:
                _save(request, entry)
            _log(entry, level)


def _save(request: HttpRequest, entry: AuditEntry) -> None:
    with _log_exceptions(request):
        try:
            _insert(entry)
        except IntegrityError as error:
            if not has_lost_a_reference(error):
                raise
            # The user was deleted meanwhile; the entry keeps the name.
            entry.pk = entry.user_id = None
            _insert(entry)


def _insert(entry: AuditEntry) -> None:
    using = router.db_for_write(AuditEntry)
    # A savepoint in a transaction of the project's, so that an error does not break that.
    with transaction.atomic(using=using):
        entry.save(using=using, force_insert=True)


def _entry(
    request: HttpRequest | Request,
    *,
    status: int,
    user: Any,
    username: str,
    authentication: str,
    error: str,
) -> AuditEntry:
    """Return an entry for a request; ``username`` is the name that was tried, without a user."""
    known = isinstance(user, get_user_model())
    address = client_address(request)
    return AuditEntry(
        user_id=user.pk if known else None,
        username=_text("username", user.get_username() if known else _tried(username)),
        address=None if address is None else str(address),
        method=_text("method", request.method or ""),
        path=_text("path", request.path_info),
        authentication=_text("authentication", authentication),
        status=status,
        error=_text("error", error),
        user_agent=_text("user_agent", request.headers.get("User-Agent", "")),
    )


def _tried(username: str) -> str:
    """Return the name that was tried, or "" for a text that may be a key or a token instead."""
    field = get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)
    limit: int | None = getattr(field, "max_length", None)
    is_secret = is_like_a_key(username) or (limit is not None and len(username) > limit)
    return "" if is_secret else username


def _log(entry: AuditEntry, level: int) -> None:
    """Write the line, each value with ``repr``, so that none can pass for another value or line."""
    fields = {
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "error": entry.error,
        "user_id": None if entry.user_id is None else str(entry.user_id),
        "username": entry.username,
        "authentication": entry.authentication,
        "address": entry.address,
        "user_agent": entry.user_agent,
    }
    logger.log(level, " ".join(f"{name}=%r" for name in fields), *fields.values(), extra=fields)


@contextmanager
def _own_connections() -> Iterator[None]:
    """Close all connections afterwards: under ASGI, no request ends in the thread of an error."""
    try:
        yield
    finally:
        connections.close_all()


@contextmanager
def _log_exceptions(request: HttpRequest) -> Iterator[None]:
    """Log an exception instead of raising it: the answer must not depend on its log entry."""
    try:
        yield
    except Exception:
        with suppress(Exception):
            # The error report is filtered only where it has the request.
            logger.exception("A request could not be logged.", extra={"request": request})
