"""The documented errors: the table of all errors that have to do with tokens.

Source: the two documents of Drupal's "REST API Authentication" module on getting and using a JWT,
and the error tables of that module's later releases for what the documents leave out.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import APIException, AuthenticationFailed, ErrorDetail
from rest_framework.status import HTTP_401_UNAUTHORIZED

from drupal_jwt_auth.conf import app_settings

CHALLENGE = "Bearer"
"""``WWW-Authenticate`` of a 401 (RFC 6750), unless the view has another challenge."""


class Error(Enum):
    """One row of the table: HTTP status, the key that carries the text, and the text."""

    MISSING_AUTHORIZATION_HEADER = (
        401,
        "error_description",
        "Authorization header not received.",
    )
    INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE = (
        401,
        "error_description",
        "Authorization header must be the type of Bearer Token.",
    )
    TOKEN_EXPIRED = (
        401,
        "message",
        "Invalid request: Token Expired.",
    )
    USER_INFORMATION_NOT_FOUND = (
        401,
        "message",
        "Could Not Retrieve User Information.",
    )
    INVALID_SIGNATURE = (
        401,
        "message",
        "Invalid Token signature.",
    )
    INVALID_CREDENTIALS = (
        401,
        "error_description",
        "Invalid username or password.",
    )
    SEGMENT_FAULT = (
        401,
        "error_description",
        "Incorrect JWT Format.",
    )
    USER_BLOCKED = (
        403,
        "error_description",
        "The user is blocked or inactive.",
    )
    INVALID_HTTP_METHOD = (
        405,
        "error_description",
        "The used HTTP method should be a POST.",
    )
    TOO_MANY_REQUESTS = (
        429,
        "error_description",
        "Too many requests. Please try again later.",
    )
    MISSING_API_KEY_HEADER = (
        401,
        "error_description",
        "API key header is missing.",
    )
    INVALID_API_KEY_FORMAT = (
        401,
        "error_description",
        "API key format is invalid.",
    )
    INVALID_API_KEY = (
        401,
        "error_description",
        "Sorry, you are using an invalid API Key.",
    )

    def __init__(self, status: int, key: str, text: str) -> None:
        self.status = status
        self.key = key
        self.text = text

    def body(self, text: str | None = None) -> dict[str, Any]:
        """Return the JSON document with exactly the documented keys, in their order.

        With ``ERRORS_WITH_MESSAGE``, a ``message`` is added at the end if there is none.
        """
        document = {"status": "error", "error": self.name, self.key: text or self.text}
        if app_settings.ERRORS_WITH_MESSAGE:
            document.setdefault("message", document[self.key])
        return document


class DocumentedError(APIException):
    """An error that is answered with a row of the table: status, challenge and body.

    The exception has all of them, so the answer is the same with DRF's own exception handler, and
    with any handler that calls it. ``text`` replaces the row's own text, ``wait`` is the number of
    seconds for ``Retry-After``.
    """

    _challenge = CHALLENGE

    def __init__(self, error: Error, *, text: str | None = None, wait: float | None = None) -> None:
        self.error = error
        # DRF's exception handler answers with a dict as it is.
        code = error.name.lower()
        self.detail = {key: ErrorDetail(value, code) for key, value in error.body(text).items()}
        self.wait = wait

    @property
    def status_code(self) -> int:
        """Return the status of the row, which cannot be changed.

        DRF would make a 401 a 403 if the first authentication class of a view has no challenge, as
        that for sessions.
        """
        return self.error.status

    @status_code.setter
    def status_code(self, status: int) -> None: ...

    @property
    def auth_header(self) -> str | None:
        """Return the challenge of a 401, or None; the view may have set another one."""
        return self._challenge if self.error.status == HTTP_401_UNAUTHORIZED else None

    @auth_header.setter
    def auth_header(self, challenge: str) -> None:
        self._challenge = challenge


class AuthenticationError(DocumentedError, AuthenticationFailed):
    """The credentials of a request are bad.

    What follows is for logs, not for the client. ``user`` is whose credentials they are, where that
    is certain, ``username`` the name that was tried, as its user has it, and ``reason`` what is
    wrong with a token, in the words of the log.
    """

    username = ""

    def __init__(
        self,
        error: Error,
        *,
        text: str | None = None,
        wait: float | None = None,
        user: AbstractBaseUser | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(error, text=text, wait=wait)
        self.user = user
        self.reason = reason
