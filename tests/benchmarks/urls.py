"""What is measured: the same small view with the authentication of each, and nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import include, path
from django.utils.module_loading import import_string
from rest_framework import viewsets
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import DjangoModelPermissions, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer
from rest_framework.views import APIView

from drupal_jwt_auth.models import Node

if TYPE_CHECKING:
    NodeModelSerializer = ModelSerializer[Node]
    NodeModelViewSet = viewsets.ModelViewSet[Node]
else:
    NodeModelSerializer = ModelSerializer
    NodeModelViewSet = viewsets.ModelViewSet


class WhoAmI(APIView):
    """A view that does nothing but authenticate."""

    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})


class PlainNodeSerializer(NodeModelSerializer):
    """A node as a project of plain Django REST framework would show it."""

    class Meta:
        model = Node
        fields = "__all__"
        extra_kwargs = {"fields": {"required": False}}


class PlainNodes(NodeModelViewSet):
    """Nodes by plain Django REST framework: no access rules of nodes, no revisions, no formats."""

    queryset = Node.objects.all()
    serializer_class = PlainNodeSerializer
    authentication_classes = (TokenAuthentication,)
    permission_classes = (DjangoModelPermissions,)


AUTHENTICATION = {
    "drupal-jwt-auth": "drupal_jwt_auth.authentication.JWTAuthentication",
    "simplejwt": "rest_framework_simplejwt.authentication.JWTAuthentication",
    "knox": "knox.auth.TokenAuthentication",
    "DRF's tokens": "rest_framework.authentication.TokenAuthentication",
}


def who_am_i(authentication: str) -> Any:
    """Return the view with this authentication."""
    return WhoAmI.as_view(authentication_classes=(import_string(authentication),))


urlpatterns = [
    *(path(f"who/{name}", who_am_i(each)) for name, each in AUTHENTICATION.items()),
    path("plain/<pk>", PlainNodes.as_view({"get": "retrieve"})),
    path("plain", PlainNodes.as_view({"post": "create"})),
    path("", include("drupal_jwt_auth.urls")),
]
