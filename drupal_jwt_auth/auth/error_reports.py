"""Django's error reports: no token, password or key is in one, in DEBUG neither.

Django asks the request that failed for the filter of its report (``exception_reporter_filter``).
`reporter_filter` answers for all requests, wherever they fail, so that no function has to say which
of its variables are secrets.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Collection, Iterator, MutableMapping
from contextlib import suppress
from copy import copy
from types import FrameType
from typing import Any, TypeVar

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
    "drupal_jwt_auth.http.authorization",
    "drupal_jwt_auth.http.parameters",
    "drupal_jwt_auth.auth.tokens",
)
"""The modules and packages that read passwords and tokens, have the keys, and make tokens."""

SHORTEST = 8
"""A shorter text is no token: nobody can empty a report by sending the letter e as one."""

_PREFIXES = tuple(f"{keeper}." for keeper in KEEPERS)
Values = TypeVar("Values", bound=MutableMapping[str, Any])


class SecretFilter:
    """An exception reporter filter that shows what another one shows, but for secrets.

    Of variables it hides each that contains what the client has sent to say who it is, and all of
    the code that deals in secrets, and of what that calls.
    """

    # To be asked for anything before it is made, as by `copy`, must not ask on for ever.
    _shown: Any = None

    def __init__(self, shown: Any = None) -> None:
        self._shown = shown or SafeExceptionReporterFilter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shown, name)

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the headers, and what else the server says of the request."""
        sent = (*header_names(), API_KEY_HEADER)
        names = {HttpHeaders.to_wsgi_name(name) for name in sent}
        return self._hide(self._shown.get_safe_request_meta(request), names | {REDIRECTED})

    def get_post_parameters(self, request: HttpRequest | None) -> MutableMapping[str, Any]:
        """Return the parameters of a form."""
        return self._hide(self._shown.get_post_parameters(request), PARAMETERS)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        """Return the variables of a function that was running, each with its value."""
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
    """One that shows no variable and no parameter at all."""

    def get_post_parameters(self, request: HttpRequest | None) -> MutableMapping[str, Any]:
        """Return the names of the parameters of a form."""
        parameters = self._shown.get_post_parameters(request)
        return self._hide(parameters, list(parameters))

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        """Return the names of the variables of a function that was running."""
        return [(name, self._shown.cleansed_substitute) for name in tb_frame.f_locals]


def _filter_of(request: HttpRequest) -> SecretFilter:
    """Return the filter that the project has set, on the request or for all, less the secrets."""
    shown = vars(request).get("exception_reporter_filter")
    shown = shown or get_default_exception_reporter_filter()
    return shown if isinstance(shown, SecretFilter) else SecretFilter(shown)


def _set_filter(request: HttpRequest, shown: Any) -> None:
    vars(request)["exception_reporter_filter"] = shown


reporter_filter = property(_filter_of, _set_filter)
"""For ``HttpRequest.exception_reporter_filter``, Django's name for the filter of a request."""


def silence(request: HttpRequest) -> None:
    """Let the error report of a request show no variable and no parameter at all."""
    _set_filter(request, SilentFilter(_filter_of(request)))


def _is_of_keeper(frame: FrameType | None) -> bool:
    """Tell whether a function is one of a keeper of secrets, or was called by one."""
    while frame is not None:
        if f"{frame.f_globals.get('__name__')}.".startswith(_PREFIXES):
            return True
        frame = frame.f_back
    return False


def _secrets_of(request: HttpRequest) -> Iterator[str]:
    """Yield what a client has sent to say who it is, as it is shown, in lower case.

    That is all of it, the last part of each, which is a token's signature, and what is in it.
    """
    sent = list(sent_credentials(request))
    for text in (*sent, *_sent_parameters(request)):
        for secret in (text.rstrip("="), text.rpartition(".")[2]):
            if len(secret) >= SHORTEST:
                yield secret.lower()
    for secret in itertools.chain.from_iterable(map(_decoded, sent)):
        quoted = repr(secret).lower()
        # Of a short one, no text is hidden that only has it inside.
        yield quoted[1:-1] if len(secret) >= SHORTEST else quoted


def _decoded(credentials: str) -> Iterator[str]:
    """Yield what Basic has encoded, and the password or key in it, as far as there are any.

    Django REST framework takes for Latin-1 what is not UTF-8.
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


def _sent_parameters(request: HttpRequest) -> list[str]:
    try:
        return [text for name in PARAMETERS for text in request.POST.getlist(name)]
    except Exception:  # Reading the form may be what has failed, or may fail only now.
        return []


def _contains(value: Any, secrets: Collection[str]) -> bool:
    """Tell whether a value shows one of the texts, in upper or lower case, however deep inside."""
    if not secrets:
        return False
    try:
        text = repr(value).lower()
    except Exception:  # An object's own code may fail in any way.
        return True
    return any(secret in text for secret in secrets)
