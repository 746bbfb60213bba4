"""What the example project has to show people: where things are."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from drupal_jwt_auth.views import serve_media


@csrf_exempt
def start_page(request: HttpRequest) -> HttpResponse:
    """Say what there is; to clients there is nothing here, as there was. Raise Http404 (404)."""
    if request.method not in {"GET", "HEAD"} or "_format" in request.GET:
        raise Http404
    return render(request, "example_project/start.html")


def public_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a file of the site that is for everybody."""
    storage: Any = default_storage
    return serve_media(request, path, document_root=storage.location)
