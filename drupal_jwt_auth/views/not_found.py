"""The answer to unknown URLs."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found as html_page_not_found

from drupal_jwt_auth.http.json import DrupalJSONRenderer, encode
from drupal_jwt_auth.http.views import common_headers, request_url


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as Drupal where JSON is asked for by ``_format``, else with the project's page.

    For a project's root URLconf: ``handler404 = "drupal_jwt_auth.views.page_not_found"``.
    """
    try:
        return _page_not_found(request, exception)
    except SuspiciousOperation as refusal:
        # A wrong host, too many parameters. From here Django would make 500 of it.
        return response_for_exception(request, refusal)


def _page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.GET.get("_format") != DrupalJSONRenderer.format:
        return html_page_not_found(request, exception)
    referer = request.headers.get("Referer")
    source = f' (from "{referer}")' if referer else ""
    message = f'No route found for "{request.method} {request_url(request)}"{source}'
    return HttpResponse(
        encode({"message": message}),
        content_type=DrupalJSONRenderer.media_type,
        status=404,
        headers=common_headers(),
    )
