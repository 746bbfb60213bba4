"""DRF authentication: from the request's header to its user."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from drupal_jwt_auth.errors import AuthenticationError, Error
from drupal_jwt_auth.http.authorization import read_authorization
from drupal_jwt_auth.tokens import VerifiedToken, verify


class JWTAuthentication(BaseAuthentication):
    """Authenticate by ``Authorization: Bearer <jwt>``, with one query.

    After it ``request.user`` is the user and ``request.auth`` the
    `drupal_jwt_auth.tokens.VerifiedToken`. A request with no such header is left to the other
    authentication classes and to the view's permissions, as DRF's own classes leave it; a bad
    token is refused with a documented error.
    """

    challenge = "Bearer"

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, VerifiedToken] | None:
        """Return user and token, or None where no Bearer token was sent.

        Raise AuthenticationError with a row of the error table.
        """
        header = read_authorization(request)
        if header is None or header.scheme != "bearer":
            return None
        token = verify(header.credentials)
        return self.get_user(token), token

    def authenticate_header(self, request: Request) -> str:
        """Return the ``WWW-Authenticate`` challenge of a 401 (RFC 6750)."""
        return self.challenge

    def get_user(self, token: VerifiedToken) -> AbstractBaseUser:
        """Return the active user that the token's ``sub`` names.

        Raise AuthenticationError: USER_INFORMATION_NOT_FOUND or USER_BLOCKED.
        """
        manager = get_user_model()._default_manager
        try:
            user = manager.get(pk=token.subject)
        except (ObjectDoesNotExist, ValidationError, ValueError, OverflowError):
            raise AuthenticationError(Error.USER_INFORMATION_NOT_FOUND) from None
        # The database reads " 1" and "01" as 1 too; a user has one name.
        if str(user.pk) != token.subject:
            raise AuthenticationError(Error.USER_INFORMATION_NOT_FOUND)
        if not user.is_active:
            raise AuthenticationError(Error.USER_BLOCKED)
        return user

    def missing_token(self, request: Request) -> AuthenticationError:
        """Return the error for a request that needed a token and came without one."""
        if read_authorization(request) is None:
            return AuthenticationError(Error.MISSING_AUTHORIZATION_HEADER)
        return AuthenticationError(Error.INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE)
