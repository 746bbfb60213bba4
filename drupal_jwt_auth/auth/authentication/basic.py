"""``Authorization: Basic base64(user:password)``, as Drupal core's ``basic_auth`` takes it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication.base import CallerAuthentication
from drupal_jwt_auth.auth.authentication.refusals import RefusedLogin, remember_refusal
from drupal_jwt_auth.auth.credentials import check_credentials
from drupal_jwt_auth.errors import DocumentedError
from drupal_jwt_auth.http.authorization import read_basic


class DrupalBasicAuthentication(CallerAuthentication):
    """Authenticate by user name and password, with each request.

    Bad credentials, and those of a blocked user, raise no exception: as in Drupal the request goes
    on as an anonymous one, and where that has no access the answer is 403, without a challenge.
    Failures count for flood control as those of a login do, and beyond a limit each password counts
    as wrong.
    """

    scheme = "basic"
    challenge = 'Basic realm="Drupal"'

    def identify(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        """Return the user, or None if no Basic credentials were sent, or bad ones."""
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
