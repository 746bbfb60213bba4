"""A client cannot tell the site from the Drupal 10.6 that these exchanges were recorded from."""

from __future__ import annotations

from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.test import override_settings
from django.urls import include, path

from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter
from drupal_jwt_auth.views import serve_media
from example_project.variants import read_variant
from tests.drupal.replay import Recording, Replayer

RECORDINGS = (
    *("posts", "gets", "patches"),
    *("aliases", "comments", "comments-approval", "config", "fields", "files", "session"),
    *("terms", "users", "views"),
    *("register", "register-visitors", "register-noverify", "register-approval-noverify"),
    "register-adminonly",
    *("jsonapi-files", "jsonapi-filter", "jsonapi-get", "jsonapi-others", "jsonapi-readonly"),
    *("jsonapi-rel", "jsonapi-write"),
)
EXCHANGES = [(name, exchange) for name in RECORDINGS for exchange in Recording(name).scored]

MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    return serve_media(request, path, document_root=settings.MEDIA_ROOT)


urlpatterns = [
    path(f"{settings.MEDIA_URL.removeprefix('/')}<path:path>", media),
    path("", include("example_project.urls")),
]
handler404 = "drupal_jwt_auth.views.page_not_found"


def site_of(recording: Recording) -> dict[str, Any]:
    """Return the site that a recording starts from."""
    if recording.variant is None:
        return read_site(recording.site)
    return read_variant(recording.site, recording.variant)


@cache
def differences(name: str) -> dict[str, list[str]]:
    """How each answer to a recording differs from the recorded one, on a fresh site."""
    recording = Recording(name)
    # Drupal's permissions alone decide over requests without a token.
    chosen = {
        "AUTHENTICATION_METHODS": ["jwt", "cookie"],
        "PUBLIC_METHODS": HTTP_METHODS,
        "PRIVATE_STORAGE": "private",
        "LISTS_WITHOUT_FORMAT": True,
    }
    storages = {**settings.STORAGES, "private": MEMORY}
    with (
        TemporaryDirectory() as media,
        override_settings(
            DRUPAL_JWT_AUTH=chosen, STORAGES=storages, MEDIA_ROOT=media, ROOT_URLCONF=__name__
        ),
    ):
        SiteImporter().load(site_of(recording))
        replayer = Replayer(recording)
        return {line["id"]: replayer.play(line) for line in recording.lines}


@pytest.mark.django_db
@pytest.mark.parametrize(("recording", "exchange"), EXCHANGES)
def test_the_answer_is_the_recorded_one(recording: str, exchange: str) -> None:
    # The first test of a recording replays it, in its transaction.
    assert differences(recording)[exchange] == []
