"""An upload in the admin, and what a browser gets of it, over real connections."""

from __future__ import annotations

import html
import re
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import include, path, re_path
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from drupal_jwt_auth.models import FieldConfig, File
from drupal_jwt_auth.views import serve_media
from example_project import content

PAGE = b"<script>alert(document.cookie)</script>"
BOUNDARY = "the-end-of-a-part"
ADD = "/admin/drupal_jwt_auth/file/add/"


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    return serve_media(request, path, document_root=django_settings.MEDIA_ROOT)


urlpatterns = [
    # The server of the tests would answer for MEDIA_URL itself.
    re_path(r"^files/(?P<path>.*)$", media),
    path("", include("example_project.urls")),
]


class Browser:
    """A browser that is logged in to the admin."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )
        login = {"username": "admin", "password": "admin-pass", "next": ADD}
        self.send("/admin/login/", urlencode({**login, **self.token("/admin/login/")}).encode())

    def send(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        request = urllib.request.Request(f"{self.url}{path}", body, headers)
        try:
            return self.opener.open(request, timeout=30)
        except HTTPError as answer:
            return answer

    def token(self, path: str) -> dict[str, str]:
        found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.read(path))
        assert found
        return {"csrfmiddlewaretoken": found[1]}

    def read(self, path: str) -> str:
        with self.send(path) as answer:
            return str(answer.read().decode())

    def upload(self, name: bytes) -> tuple[int, str]:
        """Send the form as a browser does, with these bytes for the name of the file."""
        parts = [
            b'name="%s"\r\n\r\n%s' % (key.encode(), value.encode())
            for key, value in {**self.token(ADD), "status": "on"}.items()
        ]
        parts.append(b'name="uri"; filename="%s"\r\nContent-Type: image/png\r\n\r\n' % name + PAGE)
        start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
        body = b"\r\n".join(start + part for part in parts) + f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        with self.send(ADD, body, **{"Content-Type": kind}) as answer:
            return answer.status, html.unescape(answer.read().decode())


@pytest.fixture
def browser(
    transactional_db: None, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> Browser:
    settings.ROOT_URLCONF = __name__
    settings.MEDIA_ROOT = tmp_path
    content.prepare()
    FieldConfig.objects.create_field(
        "node",
        "page",
        "field_file",
        "file",
        settings={"file_extensions": "txt png html svg js"},
    )
    return Browser(live_server.url)


def test_uploads_get_safe_names_and_what_could_run_is_downloaded(browser: Browser) -> None:
    stored = {
        b"a.php.txt": "a.php_.txt",
        b"page.html": "page.html",
        b"image.svg": "image.svg",
        b"script.js": "script.js_.txt",
        b"picture.png": "picture.png",
        b"..\\..\\up.png": "up.png",
        b".htaccess.txt": "htaccess.txt",
        b"two words & more?.txt": "two words & more?.txt",
        b"con.txt": "con_.txt",
        b"tab\there.txt": "tabhere.txt",
        "u\u0308ber.txt".encode(): "über.txt",
        b"x" * 600 + b".txt": "x" * 236 + ".txt",
    }
    for sent, name in stored.items():
        status, page = browser.upload(sent)
        assert (status, "was added successfully" in page) == (200, True), sent
        file = File.objects.latest("fid")
        assert file.filename == name
        with browser.send(f"/files/{quote(str(file.uri.name))}") as answer:
            assert answer.read() == PAGE
            headers = dict(answer.headers)
        runs = name.endswith((".html", ".svg"))
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert (headers["Content-Disposition"] == "attachment") == runs
        assert (headers.get("Content-Security-Policy") == "sandbox") == runs


@pytest.mark.parametrize("name", [b".htaccess", b"a.php", b"a.png.php", b"a.pdf", b"txt"])
def test_what_no_field_takes_is_refused(browser: Browser, name: bytes) -> None:
    status, page = browser.upload(name)
    assert status == 200
    assert "Only files with the following extensions are allowed: html js png svg txt" in page
    assert not File.objects.exists()


def test_of_two_uploads_of_one_name_neither_is_lost(browser: Browser) -> None:
    for _ in "ab":
        assert browser.upload(b"a.txt")[0] == 200
    assert sorted(file.filename for file in File.objects.all()) == ["a.txt", "a_0.txt"]
