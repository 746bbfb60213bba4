"""The audit log: who asked what, when, from where, and how it was answered.

Each request to an `Audited` view is one event. It goes to the logger of this module, and as
``AUDIT_LOG`` says into the table of `AuditEntry`. Nothing secret is looked at: no password, no
token, no query and no body. Whatever goes wrong in here is logged, and the answer goes out.
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

logger = logging.getLogger("drupal_jwt_auth.audit")

SCHEMES = frozenset({"basic", "bearer"})
"""What is told of a header that was no good: any other "scheme" may be a token without one."""

CODES: Mapping[type[Exception], str] = {Http404: "not_found", PermissionDenied: "permission_denied"}
SUCCESS, SERVER_ERROR = 200, 500


class Audited(APIView):
    """A view whose requests are logged; name it before other base classes.

    ``audited_as`` is "tokens" for a view that deals in tokens; what others refuse with 401, 403 or
    429 is one of the "refusals", as are credentials that were no good, and the rest "requests".
    Credentials that were no good beside others that were have an entry of their own. A view that
    authenticates by itself sets ``audited_user``, ``audited_username`` (the name that was
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
        """Remember that this request has its entry, whatever else in it is worth one."""
        vars(request)["is_audited"] = True
        return super().initialize_request(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate, and remember who it is: to ask later could mean to authenticate then."""
        super().perform_authentication(request)
        if request.successful_authenticator:
            self.audited_user = request.user
            self._authenticator = request.successful_authenticator

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an exception, and remember what it is called."""
        try:
            response = super().handle_exception(exc)
        except Exception:
            # No exception for a client: Django ends the view's transaction and answers 500.
            vars(self.request._request)["audited_view"] = self
            raise
        with _log_exceptions(self.request._request):
            # Whose a refused token was.
            self.audited_user = self.audited_user or getattr(exc, "user", None)
            self.audited_username = getattr(exc, "username", "") or self.audited_username
            self.audited_error = _error(as_api_exception(exc), response)
        return response

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Log the request once the view's transaction is over: that of a refusal is undone."""
        response = super().finalize_response(request, response, *args, **kwargs)
        with _log_exceptions(self.request._request):
            self.learn_of_refused_login()
            # A view may return a plain response, whatever DRF's types say.
            if isinstance(response, SimpleTemplateResponse):
                response.add_post_render_callback(lambda done: _record(self, done.status_code))
            else:
                using = router.db_for_write(AuditEntry)
                transaction.on_commit(lambda: _record(self, response.status_code), using=using)
        return response

    def learn_of_refused_login(self) -> None:
        """Remember credentials that were no good, whether others told who it is or nobody did.

        Such a request may be answered as if there had been none. A guess it is all the same.
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
        """Return what is logged of a request that was answered with this status."""
        return _entry(
            self.request,
            status=status,
            user=self.audited_user,
            username=self.audited_username,
            authentication=self._authentication,
            error=self.audited_error,
        )

    def overruled_entry(self, tried: RefusedLogin, status: int) -> AuditEntry:
        """Return what is logged of credentials that were no good where others were."""
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
        """Return how the client said who it is: by what succeeded, or else what it sent."""
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
    """Log a login at a view that is none of ours, unless its request has an entry of its own.

    The status is that with which ``/rest_api/id_token`` would have answered it.
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
    """Log a request that ended in an error of the server's: for ``got_request_exception``."""
    view: Audited | None = getattr(request, "audited_view", None)
    if view is not None:
        with _log_exceptions(view.request._request):
            view.learn_of_refused_login()
        view.audited_error = "server_error"
        with _own_connections() if isinstance(request, ASGIRequest) else nullcontext():
            _record(view, SERVER_ERROR)


def printable(text: str) -> str:
    """Return a text that any database takes, and that nobody is misled by.

    U+FFFD stands for what is not printable: NUL, line breaks, lone surrogates, marks that turn the
    direction of writing.
    """
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _text(name: str, text: str) -> str:
    """Return a text for a column, cut to its length."""
    column: Any = AuditEntry._meta.get_field(name)
    return printable(str(text)[: column.max_length])


def _name(authenticator: BaseAuthentication, request: Request) -> str:
    """Return what a DRF authentication class is called: its scheme, or its own name."""
    # That of `force_authenticate` has none.
    challenge = getattr(authenticator, "authenticate_header", lambda request: None)(request)
    if challenge:
        return str(challenge).partition(" ")[0].lower()
    return type(authenticator).__name__.removesuffix("Authentication").lower()


def _error(exc: Exception, response: Response) -> str:
    """Return the code of the documented error that a client was told, or of the exception."""
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
    """Log a request, where that is wanted."""
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
    """Make an entry and write it, as a row and as a line, where that is wanted."""
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
            # The user was deleted meanwhile, as users may be afterwards: the name stays.
            entry.pk = entry.user_id = None
            _insert(entry)


def _insert(entry: AuditEntry) -> None:
    using = router.db_for_write(AuditEntry)
    # Where somebody else's transaction is open, a failure must not spoil it.
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
    """Return what is logged of a request; without a user, the name is the one that was tried."""
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
    """Return the name that was tried; one too long for any user may be a token, or it is a key."""
    field = get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)
    limit: int | None = getattr(field, "max_length", None)
    is_secret = is_like_a_key(username) or (limit is not None and len(username) > limit)
    return "" if is_secret else username


def _log(entry: AuditEntry, level: int) -> None:
    """Write the line. With ``repr`` no text can pass for another one's, or for another line."""
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
    """Leave no connection open: under ASGI, errors are told in a thread that no request ends in."""
    try:
        yield
    finally:
        connections.close_all()


@contextmanager
def _log_exceptions(request: HttpRequest) -> Iterator[None]:
    """Log a failure instead of raising it: an answer does not depend on the log of it."""
    try:
        yield
    except Exception:
        with suppress(Exception):
            # Without the request its error report would show what is secret.
            logger.exception("A request could not be logged.", extra={"request": request})
