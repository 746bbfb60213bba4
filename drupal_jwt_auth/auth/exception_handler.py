"""The exception handler: the one place that turns an exception into an answer."""

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
    """Answer as the Drupal module does for the documented errors, and as Drupal core for others.

    A documented error has the body of its row in ``drupal_jwt_auth.errors.Error``, and so has the
    refusal of a request without credentials, where the view takes a token or a key. Every other DRF
    or Django exception is ``{"message": "..."}``. None, as in DRF, where it is no exception for a
    client: Django then answers 500.

    This app's own views use it, and others that are a `DrupalErrorsMixin`. As the handler of all
    views, ``REST_FRAMEWORK["EXCEPTION_HANDLER"]``, it answers for those of other packages too.
    """
    exc = as_api_exception(exc)
    if isinstance(exc, NotAuthenticated):
        exc = _documented(exc, context)
    response = default_exception_handler(exc, context)
    if response is not None and not isinstance(exc, DocumentedError):
        response.data = {"message": getattr(exc, "message", None) or _message(response.data)}
    return response


class DrupalErrorsMixin(APIView):
    """A view that answers errors as Drupal does, whatever handler the project has.

    Name it before other base classes: ``class Reports(DrupalErrorsMixin, APIView)``.
    """

    def get_exception_handler(self) -> Any:
        """Return this app's handler."""
        return exception_handler


def _documented(exc: NotAuthenticated, context: Mapping[str, Any]) -> Exception:
    """Return what missing credentials are called, if the view would have accepted any.

    It is for the method that they seem to be meant for to say, else for the first. Some were there
    and no good: Drupal takes the client for an anonymous user, who may not, and asks for nothing.
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
    """Return DRF's error detail, whatever its shape, as one text."""
    if isinstance(detail, Mapping) and set(detail) == {"detail"}:
        # A serializer's field of this name has a list of errors.
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
