"""``/user/password``: ask for a mail with a link that lets its reader set a new password.

Source: Drupal core 10.6, and its flood control of such requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from drupal_jwt_auth.auth.error_reports import silence
from drupal_jwt_auth.auth.flood import address_bucket, fold_username, use_place
from drupal_jwt_auth.auth.usernames import Named, users_with_address
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.http.body import read_body
from drupal_jwt_auth.http.client_address import client_address
from drupal_jwt_auth.http.json import DrupalJSONRenderer
from drupal_jwt_auth.http.parameters import MAX_BODY
from drupal_jwt_auth.http.views import ResourceView
from drupal_jwt_auth.mail.notifying import notify

MISSING = "Missing credentials.name or credentials.mail"
_BUCKET = "password_request"


class PasswordView(GuardedView, ResourceView):
    """``POST /user/password``, ``{"name": ...}`` or ``{"mail": ...}``: mail a link to that user.

    200 with nothing, in the same time, whether or not there is such a user, and a mail only if
    there is. Who asks does not matter. ``FLOOD_PER_ADDRESS`` limits how often one address may ask
    (429), ``FLOOD_PER_USER`` how many mails one user gets, whoever asks, without a word: that this
    limit is reached would tell whose name an address belongs to.
    """

    methods = ("POST",)
    methods_of_options = ("POST",)
    authentication_classes = ()
    permission_classes = ()
    # Schemas of a project (OpenAPI) are of its content.
    schema = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Hide all variables in error reports: links are made here."""
        silence(request)
        return super().initialize_request(request, *args, **kwargs)

    def check_content_type(self, request: Request) -> None:
        """Take any content type, as Drupal does here."""

    def read_body(self, request: Request) -> bytes:
        """Return the body; raise ContentTooLarge (413) for more than a name or an address is."""
        return read_body(request, MAX_BODY)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mail a link to the user who is meant, if there is one who may get it."""
        key, text = read_identifier(self.document(request))
        address = address_bucket(client_address(request))
        wait = use_place(request._request, app_settings.FLOOD_PER_ADDRESS, _BUCKET, address)
        if wait is not None:
            raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=round(wait))
        user = find_user(key, text)
        whom = ("text", fold_username(text)) if user is None else ("user", str(user.pk))
        limit = app_settings.FLOOD_PER_USER
        is_free = use_place(request._request, limit, _BUCKET, *whom) is None
        settings = UserSettings(get_structure(Account(None).stamp))
        notify("password_reset", user if is_free else None, settings, request)
        return HttpResponse(content_type=DrupalJSONRenderer.media_type)


def read_identifier(document: Any) -> tuple[str, str]:
    """Return "name" or "mail", and what a document has there; raise ParseError (400)."""
    given = document if isinstance(document, Mapping) else {}
    for key in ("name", "mail"):
        text = given.get(key)
        if isinstance(text, str):
            return key, text.strip()
        if text is not None:
            raise ParseError(f"credentials.{key} must be a text.")
    raise ParseError(MISSING)


def find_user(key: str, text: str) -> AbstractBaseUser | None:
    """Return the user whom a name or an address means, if a link may be mailed to that one.

    It takes as many queries for each name, and for each address.
    """
    if key == "mail":
        return next(filter(may_set_password, users_with_address(text)), None)
    named = Named(text)
    named.look_further()
    return named.user if named.user is not None and may_set_password(named.user) else None


def may_set_password(user: AbstractBaseUser) -> bool:
    """Tell whether a user may set a password with a link: an active one, who has or had none.

    Who has logged in without one is known by something else than this site, as in Django.
    """
    has_own = user.has_usable_password() or getattr(user, "last_login", None) is None
    return bool(user.is_active) and has_own
