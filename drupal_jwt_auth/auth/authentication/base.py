"""The base class of this app's authentication classes: it checks addresses and paths."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication.refusals import overrule_refusal
from drupal_jwt_auth.auth.client_access import check_address, check_path
from drupal_jwt_auth.http.authorization import read_authorization


class CallerAuthentication(BaseAuthentication):
    """A DRF authentication class that obeys the lists of addresses, and ``ROLE_PATHS``.

    A subclass returns the user of the credentials from ``identify``. ``scheme`` is that of the
    ``Authorization`` header which it reads, in lower case, and ``challenge`` is the value of
    ``WWW-Authenticate`` in a 401.
    """

    scheme: ClassVar[str]
    challenge: str

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, Any] | None:
        """Return user and ``request.auth``, or None if nothing was sent for this class.

        Raise ClientNotAllowed for an address or a role that has no access, or what `identify`
        raises.
        """
        check_address(request)
        found = self.identify(request)
        if found is not None:
            check_path(request, found[0])
            overrule_refusal(request)
        elif request.authenticators and request.authenticators[-1] is self:
            # The last class: the request is anonymous. A class after this might know the user.
            check_path(request, None)
        return found

    def authenticate_header(self, request: Request) -> str:
        """Return the ``WWW-Authenticate`` challenge of a 401."""
        return self.challenge

    @abstractmethod
    def identify(self, request: Request) -> tuple[AbstractBaseUser, Any] | None:
        """Return user and ``request.auth``, or None if nothing was sent for this class.

        Raise AuthenticationError for bad credentials.
        """

    @abstractmethod
    def missing_credentials(self, request: Request) -> APIException:
        """Return the error for a request that needs credentials and has none."""

    def is_meant(self, request: Request) -> bool:
        """Return True if the ``Authorization`` header has the scheme that this class reads."""
        header = read_authorization(request, self.scheme)
        return header is not None and header.scheme == self.scheme
