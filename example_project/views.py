"""What the example project has to show people: where things are."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt

from drupal_jwt_auth.views import serve_media

START_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>drupal-jwt-auth</title>
<h1>drupal-jwt-auth</h1>
<p>This site has no pages for visitors: it answers clients, as a Drupal site does.</p>
<ul>
<li><code>POST {token}</code> gets a token for user name and password.</li>
<li><code>POST {node}?_format=json</code> with the token makes a node.</li>
<li><a href="{admin}">The admin</a> has the content, the content types and the users.</li>
</ul>
<p>The command that serves the site has printed both requests, and who may log in.</p>
</html>
"""


@csrf_exempt
def start_page(request: HttpRequest) -> HttpResponse:
    """Say what there is; to clients there is nothing here, as there was. Raise Http404 (404)."""
    if request.method not in {"GET", "HEAD"} or "_format" in request.GET:
        raise Http404
    return HttpResponse(
        format_html(
            START_PAGE,
            token=reverse("drupal_jwt_auth:id_token"),
            node=reverse("drupal_jwt_auth:node_create"),
            admin=reverse("admin:index"),
        )
    )


def public_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a file of the site that is for everybody."""
    storage: Any = default_storage
    return serve_media(request, path, document_root=storage.location)
