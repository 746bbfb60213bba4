"""``Authorization: Bearer <jwt>``."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.auth.signals import token_refused
from drupal_jwt_auth.auth.tokens import VerifiedToken, verify
from drupal_jwt_auth.auth.tokens.external_users import load_external_user
from drupal_jwt_auth.auth.tokens.refusals import refusal
from drupal_jwt_auth.auth.tokens.revoking import revocation_key, why_revoked
from drupal_jwt_auth.auth.tokens.users import TokenUser, load_user
from drupal_jwt_auth.errors import CHALLENGE, AuthenticationError, Error
from drupal_jwt_auth.http.authorization import log_missing_header, read_authorization


class JWTAuthentication(CallerAuthentication):
    """Authenticate by ``Authorization: Bearer <jwt>``, with one query.

    Then ``request.user`` is the user and ``request.auth`` the
    `drupal_jwt_auth.auth.tokens.VerifiedToken`. A request without this header is left to the other
    authentication classes and to the view's permissions, as DRF's own classes leave it. A bad token
    is refused with a documented error, and ``token_refused`` is sent.
    """

    scheme = "bearer"
    challenge = CHALLENGE

    def identify(self, request: Request) -> tuple[AbstractBaseUser, VerifiedToken] | None:
        """Return user and token, or None if no Bearer token was sent.

        Raise AuthenticationError with a row of the error table.
        """
        header = read_authorization(request, self.scheme)
        if header is None or header.scheme != self.scheme:
            return None
        try:
            token = verify(header.credentials)
            user = self.get_user(token)
        except AuthenticationError as refused:
            token_refused.send_robust(
                sender=type(self), error=refused.error, reason=refused.reason, request=request
            )
            raise
        return user, token

    def get_user(self, token: VerifiedToken) -> AbstractBaseUser:
        """Return the active user whom a token of this site or of a trusted issuer names.

        Raise AuthenticationError: USER_INFORMATION_NOT_FOUND, USER_BLOCKED, or TOKEN_EXPIRED for
        a token that was revoked.
        """
        found = _find_user(token)
        user, issuer = found.user, token.issuer
        if not user.is_active:
            reason = "user %r is not active"
            raise refusal(Error.USER_BLOCKED, reason, user.pk, issuer=issuer, user=user)
        revoked = why_revoked(token, found)
        if revoked is not None:
            raise refusal(Error.TOKEN_EXPIRED, revoked, user.pk, issuer=issuer, user=user)
        return user

    def missing_credentials(self, request: Request) -> AuthenticationError:
        """Return the error for a request without a token."""
        if read_authorization(request, self.scheme) is None:
            log_missing_header(request)
            return AuthenticationError(Error.MISSING_AUTHORIZATION_HEADER)
        return AuthenticationError(Error.INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE)


def _find_user(token: VerifiedToken) -> TokenUser:
    """Return the user whom a token names; raise AuthenticationError if there is none."""
    key = revocation_key(token)
    if token.issuer is not None:
        return load_external_user(token, key)
    found = load_user(token.subject, key)
    if found is None:
        raise refusal(Error.USER_INFORMATION_NOT_FOUND, "there is no user %r", token.subject)
    return found
