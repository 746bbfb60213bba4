"""Credentials that were no good, remembered with their request.

Drupal answers wrong Basic credentials as it answers an anonymous user: no exception tells of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from rest_framework.request import Request

from drupal_jwt_auth.errors import DocumentedError

_REMEMBERED = "drupal_jwt_auth_refused_login"


class RefusedLogin(NamedTuple):
    """By which method somebody tried to be whom, and why that was refused."""

    method: str
    username: str
    error: DocumentedError


def remember_refusal(request: Request, refused: RefusedLogin) -> None:
    """Let `refused_login` return it for this request."""
    setattr(request._request, _REMEMBERED, refused)


def forget_refusal(request: Request) -> None:
    """Forget what another method has refused: one has told who it is."""
    vars(request._request).pop(_REMEMBERED, None)


def refused_login(request: HttpRequest | Request | None) -> RefusedLogin | None:
    """Return what was refused of a request that no method knows the user of, else None."""
    plain: Any = getattr(request, "_request", request)
    return getattr(plain, _REMEMBERED, None)
