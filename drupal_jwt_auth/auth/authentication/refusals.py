"""Credentials that were no good, remembered with their request.

Drupal answers wrong Basic credentials as it answers an anonymous user: no exception tells of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from rest_framework.request import Request

from drupal_jwt_auth.errors import DocumentedError

_REMEMBERED = "drupal_jwt_auth_refused_login"
_OVERRULED = "drupal_jwt_auth_overruled"


class RefusedLogin(NamedTuple):
    """By which method somebody tried to be whom, and why that was refused."""

    method: str
    username: str
    error: DocumentedError

    @property
    def user(self) -> AbstractBaseUser | None:
        """Return whose credentials they are, where that is certain."""
        return getattr(self.error, "user", None)

    @property
    def known_username(self) -> str:
        """Return the name as its user has it, or else as it came."""
        return getattr(self.error, "username", "") or self.username


def remember_refusal(request: Request, refused: RefusedLogin) -> None:
    """Let `refused_login` return it for this request."""
    vars(request._request).update({_REMEMBERED: refused, _OVERRULED: False})


def overrule_refusal(request: Request) -> None:
    """Let what one method has refused be no reason for anything: another has told who it is."""
    setattr(request._request, _OVERRULED, True)


def refused_login(request: HttpRequest | Request | None) -> RefusedLogin | None:
    """Return what was refused of a request that no method knows the user of, else None."""
    plain = getattr(request, "_request", request)
    return None if getattr(plain, _OVERRULED, False) else tried_login(plain)


def tried_login(request: HttpRequest | Request | None) -> RefusedLogin | None:
    """Return what was refused of a request, also where another method knows the user."""
    plain: Any = getattr(request, "_request", request)
    return getattr(plain, _REMEMBERED, None)
