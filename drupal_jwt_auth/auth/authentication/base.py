"""What all authentication classes of this app do: who may call, and from where."""

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
    """A DRF authentication class that minds the lists of addresses, and the paths of roles.

    A subclass says in ``identify`` whose the credentials are. ``scheme`` is that of the
    ``Authorization`` header which it reads, in lower case, and ``challenge`` what a 401 asks for.
    """

    scheme: ClassVar[str]
    challenge: str

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, Any] | None:
        """Return user and ``request.auth``, or None where nothing was sent for this class.

        Raise what `identify` raises, or ClientNotAllowed where address or roles are not let in.
        """
        check_address(request)
        found = self.identify(request)
        if found is not None:
            check_path(request, found[0])
            overrule_refusal(request)
        elif request.authenticators and request.authenticators[-1] is self:
            # Else an authentication class after this one may still know the user.
            check_path(request, None)
        return found

    def authenticate_header(self, request: Request) -> str:
        """Return the ``WWW-Authenticate`` challenge of a 401."""
        return self.challenge

    @abstractmethod
    def identify(self, request: Request) -> tuple[AbstractBaseUser, Any] | None:
        """Return user and ``request.auth``, None where nothing was sent for this class.

        Raise AuthenticationError for credentials that are no good.
        """

    @abstractmethod
    def missing_credentials(self, request: Request) -> APIException:
        """Return the error for a request that needed credentials and came without any."""

    def is_meant(self, request: Request) -> bool:
        """Tell whether the ``Authorization`` header is of the scheme that this class reads."""
        header = read_authorization(request, self.scheme)
        return header is not None and header.scheme == self.scheme
