"""The cookie of a session of Django's, with ``X-CSRF-Token`` where something is written."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.auth.sessions import (
    CSRF,
    has_session_cookie,
    is_token,
    load_session_user,
    session_of,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The methods that need no token: they write nothing."""


class CookieAuthentication(CallerAuthentication):
    """Authenticate by the session that a login has begun, with one query beside the session's own.

    A session that has ended is none: the request is an anonymous one. Whatever writes needs the
    token of the session in the header ``X-CSRF-Token``, or else is refused with PermissionDenied,
    here or by a view that has ``checks_csrf_token``, with `check_csrf_token` at its own time.
    """

    scheme = "cookie"
    challenge = "Cookie"

    def identify(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        """Return the user of the session, or None without one."""
        user = load_session_user(request._request)
        if user is None:
            return None
        view = (request.parser_context or {}).get("view")
        if not getattr(view, "checks_csrf_token", False):
            fault = csrf_fault(request)
            if fault is not None:
                raise PermissionDenied(fault)
        return user, None

    def missing_credentials(self, request: Request) -> NotAuthenticated:
        """Return the error for a request that came without a session."""
        error = NotAuthenticated("No authentication credentials provided.")
        # As DRF's own handler does, whose types do not have it.
        vars(error)["auth_header"] = self.challenge
        return error

    def is_meant(self, request: Request) -> bool:
        """Return False: no ``Authorization`` header is for this class."""
        return False


def check_csrf_token(request: Request) -> None:
    """Raise PermissionDenied (403) for what writes without the token of the session sent with it.

    As in Drupal that is so for all who are known, by whatever method, once they send the cookie of
    any session: with a token of JWT beside it, too. Where no cookie is taken, nothing is checked.
    """
    fault = csrf_fault(request)
    if fault is not None and request.successful_authenticator:
        raise PermissionDenied(fault)


def csrf_fault(request: Request) -> str | None:
    """Return what is wrong with the token of a request, or None."""
    plain = request._request
    if request.method in SAFE_METHODS or not has_session_cookie(plain):
        return None
    methods = request.authenticators or ()
    takes_cookies = any(isinstance(each, CookieAuthentication) for each in methods)
    session = session_of(plain) if takes_cookies else None
    if session is None:
        return None
    sent = request.headers.get(CSRF)
    if sent is None:
        return f"{CSRF} request header is missing"
    return None if is_token(sent, session, CSRF) else f"{CSRF} request header is invalid"
