"""Private files: ``GET /system/files/attachments/a.txt``, for who may see what uses one.

Source: Drupal core 10.6, the download of private files.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from rest_framework.exceptions import APIException, NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from drupal_jwt_auth.auth.authentication import AcceptedMethods
from drupal_jwt_auth.auth.client_access import ClientNotAllowed
from drupal_jwt_auth.auth.permissions import TokenRequired
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.files.downloads import GoneError, download
from drupal_jwt_auth.files.storage import PRIVATE
from drupal_jwt_auth.http.negotiation import FixedNegotiation
from drupal_jwt_auth.http.views import ResourceView, no_route


class DownloadRefused(ClientNotAllowed):
    """403: the account may not have the bytes; a token may help, and Drupal asks for none."""

    default_detail = "You are not authorized to access this page."
    default_code = "access_denied"


class PrivateFileView(GuardedView, ResourceView):
    """``GET /system/files/{path}``: the bytes of a private file, or a part of them."""

    methods = ("GET", "HEAD")
    methods_of_options = ("GET", "HEAD")
    authentication_classes = AcceptedMethods()
    permission_classes: tuple[type[BasePermission], ...] = (TokenRequired,)
    content_negotiation_class = FixedNegotiation
    entity_type_id: str = ""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the bytes; raise NotFound (404), or DownloadRefused (403)."""
        entity_type = ENTITY_TYPES.content(self.entity_type_id)
        storage: Any = entity_type.storage
        access: Any = entity_type.access
        entity: Any = storage.named(PRIVATE + self.kwargs["path"])
        if entity is None:
            raise self.not_found(request)
        if not access.download(Account(request.user), entity).allowed:
            raise DownloadRefused
        try:
            return download(request._request, storage.download_of(entity))
        except GoneError as error:
            raise self.not_found(request) from error

    def not_found(self, request: Request) -> APIException:
        """Return the error for a path at which there is nothing."""
        return NotFound(no_route(request))
