"""URLconfs of projects: the app's URLs among their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

OURS = include("drupal_jwt_auth.urls")


class URLconf:
    """A URLconf that is no module: for the setting ``ROOT_URLCONF``."""

    def __init__(self, *urlpatterns: Any, handler404: Any = None) -> None:
        self.urlpatterns = urlpatterns
        self.handler404 = handler404


def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """A page of the project's."""
    return HttpResponse(f"The page {request.path}")


def drupal_below(prefix: str) -> list[Any]:
    """Everything below a prefix, with pages of the project's where Drupal has some."""
    pages = [
        path("user/<int:number>", page),
        path("taxonomy/term/<int:number>", page),
        path("media/<path:name>", page),
    ]
    return [
        path(prefix, include(pages)),
        path(f"{prefix}index.php/", include(pages)),
        path(prefix, OURS),
    ]


urlpatterns = drupal_below("api/")
