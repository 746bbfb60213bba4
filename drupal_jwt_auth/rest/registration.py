"""``/user/register``: let somebody make an account of their own.

Source: Drupal core 10.6, the registration resource of its user module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from rest_framework.exceptions import (
    APIException,
    NotAcceptable,
    ParseError,
    PermissionDenied,
    UnsupportedMediaType,
)
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from drupal_jwt_auth.auth.flood import address_bucket, use_place
from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.content.entity.access import AccessResult, allowed_if_has_permission
from drupal_jwt_auth.content.entity.structure import Bundle, get_structure
from drupal_jwt_auth.content.user.columns import users_can
from drupal_jwt_auth.content.user.field_types import new_password
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.errors import DocumentedError, Error
from drupal_jwt_auth.fields import Item
from drupal_jwt_auth.fields.primitives import is_true
from drupal_jwt_auth.http.client_address import client_address
from drupal_jwt_auth.http.exceptions import UnprocessableEntity
from drupal_jwt_auth.http.negotiation import wanted_format
from drupal_jwt_auth.http.views import NO_BODY
from drupal_jwt_auth.mail.notifying import notify
from drupal_jwt_auth.resources.access import AccessPermission
from drupal_jwt_auth.resources.serializers import Values
from drupal_jwt_auth.rest.resource import EntityCreateView, path_of_one
from drupal_jwt_auth.rest.serializers import EntitySerializer

PERMISSION = "restful post user_registration"

NO_DATA = "No user account data for registration received."
ONLY_ANONYMOUS = "Only anonymous users can register a user."
CLOSED = "You cannot register a new user account."
NO_PASSWORD = "No password provided."  # noqa: S105  it is the text of a refusal
UNWANTED_PASSWORD = "A Password cannot be specified. It will be generated on login."  # noqa: S105  nor this


class FormRefused(APIException):
    """403: there is no form to register with, for anybody or for who asks."""

    status_code = 403
    default_detail = ""
    default_code = "form_refused"


class RegistrationSerializer(EntitySerializer):
    """An account that somebody makes who has none: active, unless it has to be approved."""

    entity_type_id = "user"

    def check_creation(self, bundle: Bundle, raw: Values) -> None:
        """Raise PermissionDenied for a field that no stranger may set; the view asks for more."""
        published = self.entity_type.keys.published
        if published is not None:
            needs_approval = UserSettings(self.site.structure).needs_approval
            setattr(self._draft, self.entity_type.attribute(published), not needs_approval)
        self.check_set(bundle, raw)


class RegistrationView(EntityCreateView):
    """``POST /user/register``: make an account, as the site's settings have it.

    200 with what anybody may see of it. As in Drupal the path is that of a form besides, and of a
    user called "register", whom there is not.
    """

    methods: ClassVar[tuple[str, ...]] = ("POST", "GET", "HEAD", "DELETE", "PATCH")
    methods_of_options: ClassVar[tuple[str, ...]] = ("GET", "POST")
    permission_classes: tuple[type[BasePermission], ...] = (AccessPermission,)
    # Schemas of a project (OpenAPI) are of its content.
    schema = None
    entity_type_id = "user"
    serializer_class: ClassVar[type[EntitySerializer]] = RegistrationSerializer

    @cached_property
    def user_settings(self) -> UserSettings:
        """Return what the site has decided about accounts."""
        return UserSettings(get_structure(self.account.stamp))

    @property
    def is_open(self) -> bool:
        """Tell whether visitors may register, and users can be such as they become."""
        settings = self.user_settings
        return settings.register != "admin_only" and users_can(
            wait=settings.needs_approval, get_mail=settings.verify_mail
        )

    def get_access(self) -> AccessResult:
        """Return whether the account may register somebody at all."""
        return allowed_if_has_permission(self.account, PERMISSION)

    def check_content_type(self, request: Request) -> None:
        """Raise UnsupportedMediaType (415), or FormRefused (403) where a form would be sent."""
        try:
            super().check_content_type(request)
        except UnsupportedMediaType:
            self.check_form(request)
            raise

    def check_form(self, request: Request) -> None:
        """Raise FormRefused (403) where Drupal would show no form."""
        if self.account.user is not None or not self.is_open:
            raise FormRefused

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse who may not register, and what they may not send; then open the transaction.

        That is before the password is hashed, and before anything is locked.
        """
        if request.method in SAFE_METHODS:
            self.check_form(request)
            raise NotAcceptable(f"Not acceptable format: {wanted_format(request) or 'html'}")
        if request.method != "POST":
            raise self.not_found("user", path_of_one(self.entity_type, "{user}"))
        if wanted_format(request) is None:
            self.check_form(request)
        self.check_permissions(request)
        self.check_throttles(request)
        self.read_body(request)
        serializer = self.get_serializer(data=self.document(request))
        self.check_registration(serializer.read_sent(serializer.initial_data)[1])
        self.count(request)
        super().load(request, *args, **kwargs)

    def document(self, request: Request) -> Any:
        """Return the JSON document of the body; raise ParseError (400)."""
        if self.read_body(request) in NO_BODY:
            raise ParseError(NO_DATA)
        return super().document(request)

    def check_registration(self, raw: Mapping[str, Sequence[Item]]) -> None:
        """Raise PermissionDenied (403) for who may not register.

        And UnprocessableEntity (422) for a password that has to be there, or must not.
        """
        if self.account.user is not None:
            raise PermissionDenied(ONLY_ANONYMOUS)
        if not self.is_open:
            raise PermissionDenied(CLOSED)
        items = raw.get("pass", ())
        has_password = is_true((new_password(items[0]) or "") if items else "")
        if self.user_settings.verify_mail and has_password:
            raise UnprocessableEntity(UNWANTED_PASSWORD)
        if not self.user_settings.verify_mail and not has_password:
            raise UnprocessableEntity(NO_PASSWORD)

    def count(self, request: Request) -> None:
        """Count an attempt; raise TOO_MANY_REQUESTS (429) after too many from one address."""
        address = address_bucket(client_address(request))
        limit = app_settings.FLOOD_REGISTRATIONS
        wait = use_place(request._request, limit, "registration", address)
        if wait is not None:
            raise DocumentedError(Error.TOO_MANY_REQUESTS, wait=round(wait))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Save the account, let those be told whom it concerns, and answer with it."""
        serializer = self.serializer
        # It knows the view: neither is to keep the other once this is answered.
        del self.serializer
        serializer.is_valid(raise_exception=True)
        user = serializer.save()
        if self.user_settings.needs_approval:
            notify("register_pending_approval", user, self.user_settings, request)
        elif self.user_settings.verify_mail:
            notify("register_no_approval_required", user, self.user_settings, request)
        return Response(serializer.data)
