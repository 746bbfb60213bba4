"""``API-KEY: base64(user:key)``, or the same as ``Authorization: Basic``."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.authentication import BasicAuthentication
from rest_framework.request import Request

from drupal_jwt_auth.auth.api_keys import find_owner, is_like_a_key
from drupal_jwt_auth.auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.auth.authentication.basic import DrupalBasicAuthentication
from drupal_jwt_auth.auth.authentication.refusals import RefusedLogin, remember_refusal
from drupal_jwt_auth.auth.flood import FloodControl
from drupal_jwt_auth.auth.usernames import Named
from drupal_jwt_auth.errors import AuthenticationError, DocumentedError, Error
from drupal_jwt_auth.http.authorization import (
    API_KEY_HEADER,
    decode_basic,
    log_missing_header,
    read_basic,
)

METHOD = API_KEY_HEADER.lower()


class ApiKeyAuthentication(CallerAuthentication):
    """Authenticate by a user's API key, with two queries, one of which is flood control's.

    In the header ``API-KEY`` anything but a key is an error. What comes as Basic may be a password
    instead: if it is not an existing key, it is left to an authentication class for passwords, if
    one comes after this.
    """

    scheme = "basic"
    challenge = API_KEY_HEADER

    def identify(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        """Return the user, or None if no key was sent.

        Raise AuthenticationError: INVALID_API_KEY_FORMAT, INVALID_API_KEY, or USER_BLOCKED for the
        key of an inactive user; and DocumentedError, TOO_MANY_REQUESTS, as for a login.
        """
        header = request.headers.get(API_KEY_HEADER, "").strip()
        sent = decode_basic(header) if header else read_basic(request)
        username, key = sent or ("", "")
        if not header and not is_like_a_key(key):
            return None
        owner = find_owner(username, key)
        if owner is None and not header and self._may_be_a_password(request):
            return None
        try:
            if sent is None:
                raise AuthenticationError(Error.INVALID_API_KEY_FORMAT)
            return self.admit(request, username, owner), None
        except DocumentedError as error:
            remember_refusal(request, RefusedLogin(METHOD, username, error))
            raise

    def admit(
        self, request: Request, username: str, owner: AbstractBaseUser | None
    ) -> AbstractBaseUser:
        """Return the owner of the key, if active; else count a failure and raise an error.

        A good key does not reset the failures of its user: with a stolen one, somebody could then
        guess the password without a limit.
        """
        given = get_user_model().normalize_username(username)
        flood = FloodControl(request._request, given)
        usage = flood.ensure_allowed()
        if owner is not None and owner.is_active:
            return owner
        named = Named(given)
        named.look_further()
        # Under the name that a login would count it, so that logging in resets it.
        flood.username = named.username
        flood.record_failure(usage)
        error = Error.INVALID_API_KEY if owner is None else Error.USER_BLOCKED
        refusal = AuthenticationError(error, user=owner)
        refusal.username = named.username
        raise refusal

    def is_meant(self, request: Request) -> bool:
        """Return True for a Basic header, unless a later class takes passwords from it."""
        return super().is_meant(request) and not self._may_be_a_password(request)

    def missing_credentials(self, request: Request) -> AuthenticationError:
        """Return the error for a request without a key."""
        if self.is_meant(request):
            error = AuthenticationError(Error.INVALID_API_KEY_FORMAT)
        else:
            log_missing_header(request)
            error = AuthenticationError(Error.MISSING_API_KEY_HEADER)
        error.auth_header = self.challenge
        return error

    def _may_be_a_password(self, request: Request) -> bool:
        """Return True if an authentication class after this one takes passwords."""
        classes = list(request.authenticators or ())
        return any(
            isinstance(other, DrupalBasicAuthentication | BasicAuthentication)
            for other in classes[classes.index(self) + 1 :]
        )
