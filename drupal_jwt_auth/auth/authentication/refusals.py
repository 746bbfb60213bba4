"""Bad credentials, remembered on the request that they came with.

Drupal answers wrong Basic credentials as if none had been sent, without an exception; permissions
and the audit log have to know of them all the same.
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
    """A refused login: the method, the user name that was tried, and the error."""

    method: str
    username: str
    error: DocumentedError

    @property
    def user(self) -> AbstractBaseUser | None:
        """Return the user of the credentials, or None if that is not certain."""
        return getattr(self.error, "user", None)

    @property
    def known_username(self) -> str:
        """Return the user name in the spelling of its user, or else as it was sent."""
        return getattr(self.error, "username", "") or self.username


def remember_refusal(request: Request, refused: RefusedLogin) -> None:
    """Remember a refused login on its request, for `refused_login`."""
    vars(request._request).update({_REMEMBERED: refused, _OVERRULED: False})


def overrule_refusal(request: Request) -> None:
    """Disregard a refused login, as another method has authenticated the request."""
    setattr(request._request, _OVERRULED, True)


def refused_login(request: HttpRequest | Request | None) -> RefusedLogin | None:
    """Return the refused login of a request that no method has authenticated, or None."""
    plain = getattr(request, "_request", request)
    return None if getattr(plain, _OVERRULED, False) else tried_login(plain)


def tried_login(request: HttpRequest | Request | None) -> RefusedLogin | None:
    """Return the refused login of a request, even if another method has authenticated it."""
    plain: Any = getattr(request, "_request", request)
    return getattr(plain, _REMEMBERED, None)
