"""``GET /rest_api/userinfo``: the user of the token, or of the other credentials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db.models import CharField, F, QuerySet, Value
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.authentication import AcceptedMethods
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.http.views import ResourceView, common_headers
from drupal_jwt_auth.models import UserProfile
from drupal_jwt_auth.user_uuids import user_uuid

AUTHENTICATED = "authenticated"
"""The name in answers of the role that every user has; ``AUTHENTICATED_ROLE`` is its group."""


class UserInfoView(GuardedView, ResourceView):
    """Answer ``GET`` and ``HEAD`` with the user whose credentials were sent.

    Credentials are required, whatever ``PUBLIC_METHODS`` has. 200 with ``{"uid", "uuid", "name",
    "mail", "roles"}``, named as in Drupal's answers: ``uid`` is text, as in the answer to a login,
    and ``mail`` is null for a user without an address. One query besides that for the user.
    """

    methods = ("GET", "HEAD")
    methods_of_options = ("GET", "HEAD")
    authentication_classes: Sequence[type[BaseAuthentication]] = AcceptedMethods()
    # Not TokenRequired: PUBLIC_METHODS is for content.
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return id, UUID, name, e-mail address and roles of the user."""
        user: Any = request.user
        found = list(_uuid_and_roles(user))
        uuids = [text for kind, text in found if kind == "uuid"]
        return Response(
            {
                "uid": str(user.pk),
                "uuid": uuids[0] if uuids else user_uuid(user.pk),
                "name": user.get_username(),
                "mail": getattr(user, type(user).get_email_field_name(), "") or None,
                "roles": [AUTHENTICATED, *sorted(text for kind, text in found if kind == "role")],
            }
        )

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return the headers of every answer: no cache may keep personal data."""
        return {**common_headers(), "Cache-Control": "no-store, private"}


def _uuid_and_roles(user: AbstractBaseUser) -> Iterator[tuple[str, str]]:
    """Yield ("uuid", the imported UUID) and ("role", a group) for each of them, in one query."""
    found = _texts("uuid", UserProfile.objects.filter(user=user.pk), "uuid")
    if isinstance(user, PermissionsMixin):
        special = {AUTHENTICATED, app_settings.AUTHENTICATED_ROLE, app_settings.ANONYMOUS_ROLE}
        groups = user.groups.exclude(name__in=special).order_by()
        found = found.union(_texts("role", groups, "name"), all=True)
    yield from found


def _texts(kind: str, rows: QuerySet[Any, Any], field: str) -> QuerySet[Any, Any]:
    texts: QuerySet[Any, Any] = rows.annotate(kind=Value(kind, CharField()), text=F(field))
    return texts.values_list("kind", "text")
