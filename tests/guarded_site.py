"""URLs with many ways in: the app's own, the admin, and views that ask Django by themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from drupal_jwt_auth.auth.audit import Audited


class WithPassword(APIView):
    """A view that asks for a password with each request."""

    authentication_classes = (BasicAuthentication,)
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})

    def get_exception_handler(self) -> Any:
        """Return DRF's own."""
        return exception_handler


class LoggedWithPassword(Audited, WithPassword):
    """One whose requests are logged anyway."""


def by_hand(request: HttpRequest) -> HttpResponse:
    """Ask Django with what is in the query."""
    user = authenticate(request, **request.GET.dict())
    return HttpResponse(user.get_username() if user else "nobody")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("login", LoginView.as_view(template_name="admin/login.html")),
    path("with-password", WithPassword.as_view()),
    path("logged-with-password", LoggedWithPassword.as_view()),
    path("by-hand", by_hand),
    path("", include("drupal_jwt_auth.urls")),
]
