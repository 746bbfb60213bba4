"""Uploads: ``POST /file/upload/node/article/field_image``, the bytes as they are.

Source: Drupal core 10.6, the REST resource for uploads.
"""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.content.entity.access import ALLOWED, DENIED, AccessResult
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.resources.uploads import UploadResource
from drupal_jwt_auth.rest.serializers import EntitySerializer


class UploadView(UploadResource):
    """``POST /file/upload/{entity type}/{bundle}/{field}``, for any field that files go into."""

    methods = ("POST",)
    methods_of_options = ("POST",)
    bundle: Any

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the field; raise NotFound (404) for none, PermissionDenied (403) for a wrong one."""
        bundles = get_structure(self.account.stamp).bundles_of(self.kwargs["entity_type_id"])
        name, bundle = self.kwargs["field"], bundles.get(self.kwargs["bundle"])
        self.field = self.file_field(None if bundle is None else bundle.fields.get(name), name)
        self.bundle = bundle

    def get_access(self) -> AccessResult:
        """Return whether the account may create entities of the bundle, and set the field.

        Whoever writes a schema of the project asks without a field: it is any one then.
        """
        if not hasattr(self, "field"):
            return ALLOWED if self.account.user is not None else DENIED
        return self.upload_access(self.bundle, None)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store what is sent and answer 201 with what is known of it."""
        entity = self.receive(request)
        context = {"request": request, "account": self.account, "entity_type": self.target_type}
        return Response(EntitySerializer(entity, context=context).data, status=201)
