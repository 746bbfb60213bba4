"""Resources that access rules decide on: who asks, and how those who may not are refused."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated, PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drupal_jwt_auth.auth.authentication import AcceptedMethods
from drupal_jwt_auth.auth.authentication.cookie import check_csrf_token
from drupal_jwt_auth.auth.authentication.refusals import refused_login
from drupal_jwt_auth.auth.flood import count_guess
from drupal_jwt_auth.auth.permissions import TokenRequired
from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.content.content_log import Way, acting
from drupal_jwt_auth.content.entity.access import AccessResult
from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.user.passwords import guarded
from drupal_jwt_auth.http.views import ResourceView
from drupal_jwt_auth.resources.violations import as_entity_error
from drupal_jwt_auth.resources.writing import WritingView


class AccessPermission(BasePermission):
    """The access rules of what a resource is of, with Drupal's reason as the message."""

    message: str

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the account may do to it what the request asks for."""
        resource: Any = view
        result: AccessResult = resource.get_access()
        self.message = result.reason
        return result.allowed


class AccessResource(GuardedView, ResourceView):
    """What the views of all entity types share: who asks, and that refusals are Drupal's."""

    authentication_classes: Sequence[type[BaseAuthentication]] = AcceptedMethods()
    permission_classes: Sequence[type[BasePermission]] = (TokenRequired, AccessPermission)
    checks_csrf_token = True

    @cached_property
    def account(self) -> Account:
        """Return who asks."""
        return Account(self.request.user)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer, and note who was here: whatever was asked for is done or undone by then."""
        answer = super().dispatch(request, *args, **kwargs)
        account: Account | None = vars(self).get("account")
        if account is not None:
            account.note_access()
        return answer

    @abstractmethod
    def get_access(self) -> AccessResult:
        """Return whether the account may do what the request asks for."""

    def check_permissions(self, request: Request) -> None:
        """Refuse what another site may have made a browser send, then who may not do it."""
        check_csrf_token(request)
        super().check_permissions(request)

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse; wrong credentials for the reason that an anonymous user may not, as in Drupal."""
        if refused_login(request):
            result = self.get_access()
            raise PermissionDenied("" if result.allowed else result.reason)
        super().permission_denied(request, message, code)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an anonymous client that is refused with what is missing, if nothing was sent."""
        is_anonymous = isinstance(exc, PermissionDenied) and not (
            self.request.successful_authenticator or refused_login(self.request)
        )
        return super().handle_exception(NotAuthenticated() if is_anonymous else exc)


class WritingResource(AccessResource, WritingView):
    """Resources that are changed. Whoever sends a password guesses no more than by logging in.

    ``written_by`` is the way that the content log tells.
    """

    written_by: ClassVar[str] = Way.REST

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer."""
        with (
            guarded(partial(count_guess, request)),
            acting(lambda: self.account.user, self.written_by),
        ):
            return super().dispatch(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what is found wrong while an entity is saved as what is wrong in the document."""
        if self.request.method not in SAFE_METHODS and isinstance(
            exc, ValidationError | DjangoValidationError
        ):
            exc = as_entity_error(exc)
        return super().handle_exception(exc)
