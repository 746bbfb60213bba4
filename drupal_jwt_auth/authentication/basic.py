"""``Authorization: Basic base64(user:password)``, as Drupal core's ``basic_auth`` takes it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from drupal_jwt_auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.authentication.refusals import RefusedLogin, remember_refusal
from drupal_jwt_auth.credentials import check_credentials
from drupal_jwt_auth.errors import DocumentedError
from drupal_jwt_auth.http.authorization import read_basic


class DrupalBasicAuthentication(CallerAuthentication):
    """Authenticate by user name and password, with each request.

    Credentials that are no good, and those of a blocked user, are no error: as in Drupal the
    request goes on as an anonymous one, and what that may not do is 403, without a challenge.
    Failures count for flood control as those of a login do; while a limit is reached, no password
    is right.
    """

    scheme = "basic"
    challenge = 'Basic realm="Drupal"'

    def identify(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        """Return the user, or None where no Basic credentials were sent, or none that are good."""
        credentials = read_basic(request)
        if credentials is None:
            return None
        username, password = credentials
        try:
            return check_credentials(request._request, username, password), None
        except DocumentedError as error:
            remember_refusal(request, RefusedLogin(self.scheme, username, error))
            return None

    def missing_credentials(self, request: Request) -> NotAuthenticated:
        """Return Drupal's error for a request that came without a user name and a password."""
        error = NotAuthenticated("No authentication credentials provided.")
        # As DRF's own handler does, whose types do not have it.
        vars(error)["auth_header"] = self.challenge
        return error
