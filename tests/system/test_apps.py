"""What an app does on the site of others: log in, write a page with an image, read it back."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.drupal.replay import DATA
from tests.headers import basic, bearer
from tests.system.browsers import Browser
from tests.system.servers import ASGIServer, Server, fresh_database, running

FILES = "django.core.files.storage.FileSystemStorage"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
UPLOAD = "/file/upload/node/article/field_image?_format=json"


@pytest.fixture(scope="module", params=[Server, ASGIServer])
def site(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """The address of a site that takes tokens and cookies, and serves its files."""
    folder = tmp_path_factory.mktemp("files")
    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": FILES, "OPTIONS": {"location": str(folder)}},
    }
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            directory = tmp_path_factory.mktemp("system")
            database = stack.enter_context(fresh_database(directory, site=DATA / "site-full.json"))
        serving = request.param(
            database,
            STORAGES=storages,
            DRUPAL_JWT_AUTH={"AUTHENTICATION_METHODS": ["jwt", "cookie"]},
        )
        with running(serving) as url:
            yield url
        with django_db_blocker.unblock():
            stack.close()


def write_and_read(app: Browser, **headers: str) -> None:
    """Upload an image, write an article with it, and read back what was written."""
    uploaded = app.send(
        "POST",
        UPLOAD,
        PIXEL,
        Content_Type="application/octet-stream",
        Content_Disposition='file; filename="pixel.png"',
        **headers,
    )
    assert (uploaded.status, uploaded.document["status"]) == (201, [{"value": False}])
    fid = uploaded.document["fid"][0]["value"]
    article: dict[str, Any] = {
        "type": [{"target_id": "article"}],
        "title": [{"value": "From an app"}],
        "body": [{"value": "<p>With an image</p>", "format": "basic_html"}],
        "field_image": [{"target_id": fid, "alt": "One pixel"}],
    }
    made = app.send("POST", "/node?_format=json", article, **headers)
    assert made.status == 201
    read = app.send("GET", f"/node/{made.document['nid'][0]['value']}?_format=json", **headers)
    assert read.status == 200
    assert read.document["title"] == article["title"]
    image = read.document["field_image"][0]
    assert (image["target_id"], image["alt"]) == (fid, "One pixel")
    assert (image["width"], image["height"]) == (1, 1)
    kept = app.send("GET", f"/entity/file/{fid}?_format=json", **headers).document
    assert (kept["status"], kept["filesize"]) == ([{"value": True}], [{"value": len(PIXEL)}])


def test_an_app_with_a_cookie(site: str) -> None:
    app = Browser(site)
    app.log_in("editor")
    token = app.send("GET", "/session/token").document
    assert app.send("GET", "/user/login_status?_format=json").document == "1"
    write_and_read(app, X_CSRF_Token=token)


def test_an_app_with_a_token(site: str) -> None:
    app = Browser(site)
    answer = app.send("POST", "/rest_api/id_token", **basic("editor", "editor-pass"))
    write_and_read(app, **bearer(answer.document["id_token"]))
    assert not app.cookies
