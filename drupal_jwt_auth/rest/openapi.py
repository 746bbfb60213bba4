"""What drf-spectacular has to be told of this app's views; loaded where a project has it.

Django REST framework's own generator asks the views alone.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiViewExtension,
)
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from drupal_jwt_auth.auth.authentication import DrupalBasicAuthentication
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.http.authorization import API_KEY_HEADER

VIEWS = "drupal_jwt_auth.views"

TOKEN = inline_serializer(
    "Token",
    {
        "token_type": serializers.CharField(),
        "iat": serializers.IntegerField(help_text="When it was issued, in Unix time."),
        "expires_in": serializers.IntegerField(help_text="Its lifetime in seconds."),
        "jwt_token": serializers.CharField(),
        "id_token": serializers.CharField(),
        "refresh_token": serializers.CharField(required=False),
    },
)
USER = inline_serializer(
    "UserInfo",
    {
        "uid": serializers.CharField(),
        "uuid": serializers.CharField(),
        "name": serializers.CharField(),
        "mail": serializers.CharField(allow_null=True),
        "roles": serializers.ListField(child=serializers.CharField()),
    },
)
KEYS = inline_serializer("KeySet", {"keys": serializers.ListField(child=serializers.DictField())})
REFRESH = inline_serializer("Refresh", {"refresh_token": serializers.CharField()})
REVOKE = inline_serializer("Revoke", {"token": serializers.CharField()})
REVOKED = inline_serializer(
    "Revoked", {"status": serializers.CharField(), "message": serializers.CharField()}
)
FORMAT = OpenApiParameter("_format", str, required=True, enum=["json"])


class BearerScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "drupal_jwt_auth.authentication.JWTAuthentication"
    match_subclasses = True
    name = "jwtAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the scheme of RFC 6750."""
        return build_bearer_security_scheme_object("Authorization", "Bearer", "JWT")


class BasicScheme(OpenApiAuthenticationExtension):
    """How user name and password are sent."""

    target_class = "drupal_jwt_auth.authentication.DrupalBasicAuthentication"
    match_subclasses = True
    name = "basicAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the scheme of RFC 7617."""
        return {"type": "http", "scheme": "basic"}


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the key of a user is sent."""

    target_class = "drupal_jwt_auth.authentication.ApiKeyAuthentication"
    match_subclasses = True
    name = "apiKeyAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the header that the key comes in, with the user's name."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": API_KEY_HEADER,
            "description": "base64 of the user name, a colon and the key.",
        }


class EntityDocument(OpenApiSerializerExtension):
    """An entity: the items of its fields by their names, which its bundle decides on."""

    target_class = "drupal_jwt_auth.rest.serializers.EntitySerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of an entity: what is known of it are its base fields."""
        entity_type = ENTITY_TYPES.content(self.target.entity_type_id)
        items = {"type": "array", "items": {}}
        shown = [field.name for field in entity_type.base_fields if field.is_shown]
        return {
            "type": "object",
            "properties": {name: dict(items) for name in shown},
            "additionalProperties": dict(items),
        }


class ConfigDocument(OpenApiSerializerExtension):
    """A configuration entity, which holds what its type does."""

    target_class = "drupal_jwt_auth.rest.configuration.ConfigSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of a configuration entity."""
        return {"type": "object", "additionalProperties": {}}


def describe(name: str, attributes: dict[str, Any] | None = None, /, **methods: Any) -> None:
    """Register what the methods of a view take and answer; its subclasses are described by it too.

    ``attributes`` are what the described view has instead of its own.
    """

    class Description(OpenApiViewExtension):
        target_class = f"{VIEWS}.{name}"
        match_subclasses = True

        def view_replacement(self) -> Any:
            described = type(self.target.__name__, (self.target,), attributes or {})
            return extend_schema_view(**methods)(described)


describe(
    "IdTokenView",
    {"authentication_classes": (DrupalBasicAuthentication,)},
    post=extend_schema(request=None, responses=TOKEN),
)
describe("RefreshView", post=extend_schema(request=REFRESH, responses=TOKEN))
describe("RevokeView", post=extend_schema(request=REVOKE, responses=REVOKED))
describe("UserInfoView", get=extend_schema(responses=USER))
describe("JWKSView", get=extend_schema(responses=KEYS))
BYTES = {"type": "string", "format": "binary"}
describe(
    "UploadView",
    post=extend_schema(
        parameters=[
            FORMAT,
            OpenApiParameter("Content-Disposition", str, OpenApiParameter.HEADER, required=True),
        ],
        request={"application/octet-stream": BYTES},
        responses={201: OpenApiTypes.OBJECT},
    ),
)
describe("PrivateFileView", get=extend_schema(responses={(200, "*/*"): BYTES}))
describe("ConfigEntityView", get=extend_schema(parameters=[FORMAT]))


class EntityCreation(OpenApiViewExtension):
    """What it takes to create an entity."""

    target_class = "drupal_jwt_auth.rest.resource.EntityCreateView"
    match_subclasses = True

    def view_replacement(self) -> Any:
        """Return the view, which answers with what its serializer shows."""
        answers = {201: self.target.serializer_class}
        return extend_schema_view(post=extend_schema(parameters=[FORMAT], responses=answers))(
            type(self.target.__name__, (self.target,), {})
        )


class EntityDescription(OpenApiViewExtension):
    """What can be done with an entity."""

    target_class = "drupal_jwt_auth.rest.resource.EntityView"
    match_subclasses = True

    def view_replacement(self) -> Any:
        """Return the view, which answers with what its serializer shows."""
        shown = extend_schema(parameters=[FORMAT], responses=self.target.serializer_class)
        gone = extend_schema(parameters=[FORMAT], request=None, responses={204: None})
        return extend_schema_view(get=shown, patch=shown, delete=gone)(
            type(self.target.__name__, (self.target,), {})
        )
