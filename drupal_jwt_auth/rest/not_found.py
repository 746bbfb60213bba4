"""The answer to unknown URLs."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found as html_page_not_found

from drupal_jwt_auth.http.error_formats import error_renderer
from drupal_jwt_auth.http.negotiation import NO_FORMAT
from drupal_jwt_auth.http.views import common_headers, no_route

PAGES = (*NO_FORMAT, "html")
"""What the query may name where a page is asked for."""


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as Drupal where a format is asked for by ``_format``, else with the project's page.

    For a project's root URLconf: ``handler404 = "drupal_jwt_auth.views.page_not_found"``.
    """
    try:
        answer = not_found_in_format(request)
        return html_page_not_found(request, exception) if answer is None else answer
    except SuspiciousOperation as refusal:
        # A wrong host, too many parameters. From here Django would make 500 of it.
        return response_for_exception(request, refusal)


def not_found_in_format(request: HttpRequest) -> HttpResponse | None:
    """Return Drupal's answer in the format that the query names, None where that is a page."""
    if request.GET.get("_format") in PAGES:
        return None
    renderer = error_renderer(request)
    content_type = renderer.media_type
    if renderer.charset is not None:
        content_type += f"; charset={renderer.charset}"
    return HttpResponse(
        renderer.render({"message": no_route(request)}),
        content_type=content_type,
        status=404,
        headers=common_headers(),
    )
