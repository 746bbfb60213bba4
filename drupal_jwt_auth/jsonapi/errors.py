"""Refusals as documents of JSON:API.

Source: JSON:API 1.0, and Drupal core 10.6 for what it fills in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.response import Response

from drupal_jwt_auth.auth.exception_handler import exception_handler
from drupal_jwt_auth.http.error_formats import error_renderer
from drupal_jwt_auth.http.exceptions import EntityValidationError, as_api_exception
from drupal_jwt_auth.http.json import DrupalJSONRenderer
from drupal_jwt_auth.jsonapi.documents import document_of
from drupal_jwt_auth.jsonapi.exceptions import NotAllowed, SpecificationError
from drupal_jwt_auth.jsonapi.query import request_link

if TYPE_CHECKING:
    from drupal_jwt_auth.jsonapi.views import JSONAPIResource

TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""What the newer HTTP calls them (RFC 9110), whichever Python knows it."""

RFC_2616 = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html"
EXPLAINED = (*range(400, 418), *range(500, 506))
"""The statuses that it has a section for."""


def errors_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception with a document of errors; None where it is none for a client.

    The documented errors of tokens are what they are everywhere else, JSON of their own.
    """
    response = exception_handler(exc, context)
    if response is not None and isinstance(exc, NotAcceptable):
        # Drupal has looked for another route by then, and answers in the format that was asked for.
        renderer = error_renderer(context["request"])
        context["request"].accepted_renderer = renderer
        context["request"].accepted_media_type = renderer.media_type
    elif response is not None and set(response.data) == {"message"}:
        errors = list(_errors(as_api_exception(exc), response, context["view"]))
        response.data = document_of(errors=errors)
    elif response is not None:
        request = context["request"]
        request.accepted_renderer = DrupalJSONRenderer()
        request.accepted_media_type = DrupalJSONRenderer.media_type
    return response


def _errors(
    exc: Exception, response: Response, view: JSONAPIResource
) -> Iterator[Mapping[str, Any]]:
    status = response.status_code
    error: dict[str, Any] = {
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": str(status),
    }
    if isinstance(exc, EntityValidationError):
        for violation in exc.violations:
            detail = f"{violation.path}: {violation.text}" if violation.path else violation.text
            pointer = view.resource_type.pointer_to(violation)
            yield {**error, "detail": detail, "source": {"pointer": pointer}}
        return
    via = exc.via if isinstance(exc, NotAllowed) else None
    links = {"via": {"href": via or request_link(view.request)}}
    if isinstance(exc, SpecificationError):
        links["info"] = {"href": exc.info}
    elif status in EXPLAINED:
        links["info"] = {"href": f"{RFC_2616}#sec10.{status // 100}.{status % 100 + 1}"}
    error |= {"detail": response.data["message"], "links": links}
    if isinstance(exc, NotAllowed):
        error["source"] = {"pointer": exc.pointer}
    yield error
