"""The exception handler: it turns exceptions into answers, as Drupal gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView
from rest_framework.views import exception_handler as default_exception_handler

from drupal_jwt_auth.auth.authentication import CallerAuthentication
from drupal_jwt_auth.auth.authentication.refusals import refused_login
from drupal_jwt_auth.errors import DocumentedError
from drupal_jwt_auth.http.exceptions import as_api_exception


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an exception: documented errors as the Drupal module answers them.

    They have the body of their row in `drupal_jwt_auth.errors.Error`, and so has a request without
    credentials, where the view takes tokens or keys. All other exceptions of DRF and Django are
    ``{"message": "..."}``, as in Drupal core. Return None, as DRF's handler does, for an exception
    that is a server error: Django answers 500.

    This app's own views use it, and all that inherit from `DrupalErrorsMixin`. As
    ``REST_FRAMEWORK["EXCEPTION_HANDLER"]`` it answers for the views of other packages too.
    """
    exc = as_api_exception(exc)
    if isinstance(exc, NotAuthenticated):
        exc = _documented(exc, context)
    response = default_exception_handler(exc, context)
    if response is not None and not isinstance(exc, DocumentedError):
        response.data = {"message": getattr(exc, "message", None) or _message(response.data)}
    return response


class DrupalErrorsMixin(APIView):
    """A mixin for views that answer errors as Drupal does, whatever handler the project has.

    Name it before other base classes: ``class Reports(DrupalErrorsMixin, APIView)``.
    """

    def get_exception_handler(self) -> Any:
        """Return this app's handler."""
        return exception_handler


def _documented(exc: NotAuthenticated, context: Mapping[str, Any]) -> Exception:
    """Return the error for missing credentials that the view's authentication method has.

    That is the method whose scheme was sent, or else the first one. After bad Basic credentials it
    is a 403: to Drupal such a client is an anonymous user, who has no access.
    """
    request: Any = context.get("request")
    if refused_login(request):
        return PermissionDenied("")
    methods = [
        authenticator
        for authenticator in getattr(request, "authenticators", None) or ()
        if isinstance(authenticator, CallerAuthentication)
    ]
    meant = [method for method in methods if method.is_meant(request)]
    return next((method.missing_credentials(request) for method in meant + methods), exc)


def _message(detail: Any) -> str:
    """Return DRF's error detail, a text or nested lists and mappings, as one text."""
    if isinstance(detail, Mapping) and set(detail) == {"detail"}:
        # Not where a serializer has a field of this name, which has a list of errors.
        detail = detail["detail"] if isinstance(detail["detail"], str) else detail
    return "\n".join(
        f"{'.'.join(path)}: {text}" if path else text for path, text in _lines(detail, ())
    )


def _lines(detail: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (path, text) for each text in nested lists and mappings of errors."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            own = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from _lines(value, path if own else (*path, str(key)))
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            leaf = isinstance(value, str)
            yield from _lines(value, path if leaf else (*path, str(index)))
    else:
        yield path, str(detail)
