"""Filters for Django's error reports, which hide tokens, passwords and keys, also with DEBUG.

Django reads the filter of a report from the request that failed (``exception_reporter_filter``).
`reporter_filter` provides it for all requests, so that no function has to be marked with its
sensitive variables.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Collection, Iterator, MutableMapping
from contextlib import suppress
from copy import copy
from types import FrameType
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.request import HttpHeaders
from django.views.debug import SafeExceptionReporterFilter, get_default_exception_reporter_filter

from drupal_jwt_auth.http.authorization import (
    API_KEY_HEADER,
    REDIRECTED,
    header_names,
    sent_credentials,
)

PARAMETERS = frozenset({"refresh_token", "token"})
"""The parameters of a form that are secrets."""

KEEPERS = (
    "drupal_jwt_auth.admin.user_api_key",
    "drupal_jwt_auth.auth.api_keys",
    "drupal_jwt_auth.auth.audit",
    "drupal_jwt_auth.auth.authentication",
    "drupal_jwt_auth.auth.backends",
    "drupal_jwt_auth.auth.credentials",
    "drupal_jwt_auth.auth.hashers",
    "drupal_jwt_auth.auth.sessions",
    "drupal_jwt_auth.http.authorization",
    "drupal_jwt_auth.http.parameters",
    "drupal_jwt_auth.auth.tokens",
)
"""The modules and packages that deal in secrets: none of their variables is shown."""

SHORTEST = 8
"""The shortest text that is searched for: else sending "e" as a token would empty a report."""

_PREFIXES = tuple(f"{keeper}." for keeper in KEEPERS)
Values = TypeVar("Values", bound=MutableMapping[str, Any])


class SecretFilter:
    """An exception reporter filter that hides secrets in what another filter shows.

    It hides each variable that contains the credentials of the request, and all variables of the
    code that deals in secrets, and of the functions which that calls.
    """

    # `copy` reads attributes before `__init__` has run: `__getattr__` must find this one.
    _shown: Any = None

    def __init__(self, shown: Any = None) -> None:
        self._shown = shown or SafeExceptionReporterFilter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shown, name)

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return ``request.META``, with the headers for credentials hidden."""
        sent = (*header_names(), API_KEY_HEADER)
        names = {HttpHeaders.to_wsgi_name(name) for name in sent}
        return self._hide(self._shown.get_safe_request_meta(request), names | {REDIRECTED})

    def get_post_parameters(self, request: HttpRequest | None) -> MutableMapping[str, Any]:
        """Return the parameters of a form, with tokens hidden."""
        return self._hide(self._shown.get_post_parameters(request), PARAMETERS)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        """Return the names and values of a frame's variables, with secrets hidden."""
        variables = dict(self._shown.get_traceback_frame_variables(request, tb_frame))
        names: Collection[str] = variables
        if not _is_of_keeper(tb_frame):
            secrets = set() if request is None else set(_secrets_of(request))
            names = [name for name, value in variables.items() if _contains(value, secrets)]
        return list(self._hide(variables, names).items())

    def _hide(self, values: Values, names: Collection[str]) -> Values:
        hidden = copy(values)
        for name in names:
            if name in hidden:
                hidden[name] = self._shown.cleansed_substitute
        return hidden


class SilentFilter(SecretFilter):
    """A filter that hides all variables and all parameters."""

    def get_post_parameters(self, request: HttpRequest | None) -> MutableMapping[str, Any]:
        """Return the parameters of a form, with all values hidden."""
        parameters = self._shown.get_post_parameters(request)
        return self._hide(parameters, list(parameters))

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        """Return the names of a frame's variables, with all values hidden."""
        return [(name, self._shown.cleansed_substitute) for name in tb_frame.f_locals]


def _filter_of(request: HttpRequest) -> SecretFilter:
    """Return the filter that the project has set, on the request or for all, in a SecretFilter."""
    shown = vars(request).get("exception_reporter_filter")
    shown = shown or get_default_exception_reporter_filter()
    return shown if isinstance(shown, SecretFilter) else SecretFilter(shown)


def _set_filter(request: HttpRequest, shown: Any) -> None:
    vars(request)["exception_reporter_filter"] = shown


reporter_filter = property(_filter_of, _set_filter)
"""For ``HttpRequest.exception_reporter_filter``, Django's name for the filter of a request."""


def silence(request: HttpRequest) -> None:
    """Hide all variables and parameters in the error report of a request."""
    _set_filter(request, SilentFilter(_filter_of(request)))


def _is_of_keeper(frame: FrameType | None) -> bool:
    """Return True if a frame, or a frame that called it, belongs to one of `KEEPERS`."""
    while frame is not None:
        if f"{frame.f_globals.get('__name__')}.".startswith(_PREFIXES):
            return True
        frame = frame.f_back
    return False


def _secrets_of(request: HttpRequest) -> Iterator[str]:
    """Yield the texts to search for, in lower case: the credentials of a request and their parts.

    The parts are what follows the last dot, a token's signature, and what Basic has encoded.
    """
    sent = list(sent_credentials(request))
    for text in (*sent, *_sent_parameters(request), *_of_session(request)):
        for secret in (text.rstrip("="), text.rpartition(".")[2]):
            if len(secret) >= SHORTEST:
                yield secret.lower()
    for secret in itertools.chain.from_iterable(map(_decoded, sent)):
        quoted = repr(secret).lower()
        # A short one is searched for with its quotes: a text that only contains it stays.
        yield quoted[1:-1] if len(secret) >= SHORTEST else quoted


def _decoded(credentials: str) -> Iterator[str]:
    """Yield the text that Basic has encoded, and the password or key in it, if there is one.

    It may be UTF-8, or Latin-1, which Django REST framework reads as well.
    """
    try:
        content = base64.b64decode(credentials + "=" * (-len(credentials) % 4), validate=True)
    except ValueError:
        return
    for encoding in ("utf-8", "latin-1"):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            password = text.partition(":")[2]
            if password:
                yield from (text, password)


def _of_session(request: HttpRequest) -> Iterator[str]:
    """Yield the key of the session and its token for what writes, as they were sent."""
    yield request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    yield request.headers.get("X-CSRF-Token", "")


def _sent_parameters(request: HttpRequest) -> list[str]:
    try:
        return [text for name in PARAMETERS for text in request.POST.getlist(name)]
    except Exception:  # Reading the form may have caused the error, or may fail now.
        return []


def _contains(value: Any, secrets: Collection[str]) -> bool:
    """Return True if the ``repr`` of a value contains one of the texts, whatever the case."""
    if not secrets:
        return False
    try:
        text = repr(value).lower()
    except Exception:  # The object's own `__repr__` may raise anything.
        return True
    return any(secret in text for secret in secrets)
