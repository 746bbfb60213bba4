"""Serving uploaded files while one develops; a real server serves them itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.static import serve

from drupal_jwt_auth.files.serving import file_headers


def serve_media(request: HttpRequest, path: str, **kwargs: Any) -> HttpResponseBase:
    """Serve a file as `django.views.static.serve` does, but nothing in it runs.

    ``static(settings.MEDIA_URL, view=serve_media, document_root=settings.MEDIA_ROOT)``
    """
    response = serve(request, path, **kwargs)
    for name, value in file_headers(path).items():
        response.headers[name] = value
    return response
