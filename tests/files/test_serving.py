"""How uploaded files are served: nothing in them runs as a page of the site."""

from __future__ import annotations

import gzip
import runpy
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils.http import http_date
from pytest_django import Settings

from drupal_jwt_auth.files import serving
from drupal_jwt_auth.files.serving import file_headers, media_type
from drupal_jwt_auth.views import serve_media
from example_project.bootstrap import ROOT
from tests.docs.test_docs import read

NOSNIFF = {"X-Content-Type-Options": "nosniff"}
DOWNLOADED = {
    **NOSNIFF,
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "sandbox",
}
PAGE = b"<script>alert(document.cookie)</script>"
PICTURE = b"\x89PNG\r\n\x1a\n" + PAGE


@pytest.mark.parametrize(
    "name",
    [
        *("a.png", "a.GIF", "a.jpg", "a.jpeg", "a.webp", "a.avif", "a.bmp", "favicon.ico"),
        *("a.txt", "a.mp3", "a.mp4", "a.webm", "2026-11/a b.png", "a.html.png", "a:b?c#d.png"),
    ],
)
def test_pictures_sound_film_and_plain_text_are_shown(name: str) -> None:
    assert file_headers(name) == NOSNIFF


@pytest.mark.parametrize(
    "name",
    [
        *("a.html", "a.htm", "a.xhtml", "a.svg", "a.svgz", "a.xml", "a.js", "a.mjs", "a.css"),
        *("a.pdf", "a.swf", "a.zip", "a.docx", "a.csv", "a.html.gz", "a.unheard-of", "a", ""),
        *("data:text/plain,a.html", "http://a.txt/a.html", "a.png/a.html", "a.png?a.html"),
    ],
)
def test_anything_else_is_downloaded_and_has_no_rights(name: str) -> None:
    assert file_headers(name) == DOWNLOADED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "image/png"),
        ("data:x,a.png", "image/png"),
        ("ab:c?d#e.png", "image/png"),
        ("a", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
    ],
)
def test_the_media_type_is_that_of_the_extension(name: str, expected: str) -> None:
    assert media_type(name) == expected


def test_the_servers_in_the_docs_show_the_same() -> None:
    types = serving._SHOWN.pattern.replace("?:", "")
    servers = read("docs/files.md").count(f"^({types})(;|$)")
    assert servers == len(["nginx", "Apache"])


# The view


@pytest.fixture
def get(db: None, rf: RequestFactory, tmp_path: Path) -> Iterator[Any]:
    """Ask for one of a few files."""
    for name, content in {
        "page.html": PAGE,
        "image.svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAGE + b"</svg>",
        "page.html.gz": gzip.compress(PAGE),
        "image.png": PICTURE,
        "note.txt": PAGE,
    }.items():
        (tmp_path / name).write_bytes(content)

    with ExitStack() as responses:

        def get(name: str, **headers: str) -> Any:
            request = rf.get(f"/media/{name}", headers=headers)
            return responses.enter_context(
                closing(serve_media(request, name, document_root=tmp_path))
            )

        yield get


@pytest.mark.parametrize("name", ["page.html", "image.svg", "page.html.gz"])
def test_a_page_is_downloaded(get: Any, name: str) -> None:
    response = get(name)
    assert response.status_code == 200
    assert DOWNLOADED.items() <= dict(response.headers).items()
    assert response.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("image.png", "image/png"), ("note.txt", "text/plain")])
def test_a_picture_or_a_text_that_holds_a_page_is_none(get: Any, name: str, kind: str) -> None:
    headers = get(name).headers
    assert headers["Content-Type"] == kind
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in headers["Content-Disposition"]


def test_what_has_not_changed_keeps_its_headers(get: Any, tmp_path: Path) -> None:
    last = http_date((tmp_path / "page.html").stat().st_mtime)
    response = get("page.html", **{"If-Modified-Since": last})
    assert response.status_code == 304
    assert DOWNLOADED.items() <= dict(response.headers).items()


def test_what_there_is_not_is_not_found(get: Any) -> None:
    with pytest.raises(Http404):
        get("other.png")


def test_the_example_project_serves_its_files_so(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "page.html").write_bytes(b"<p>")
    patterns = runpy.run_path(str(ROOT / "example_project" / "urls.py"))["urlpatterns"]
    [media] = [
        each for each in patterns if str(each.pattern).startswith(f"^{settings.MEDIA_URL[1:]}")
    ]
    request = RequestFactory().get("/")
    with closing(media.callback(request, "page.html", **media.default_args)) as response:
        assert response.getvalue() == b"<p>"
        assert DOWNLOADED.items() <= dict(response.headers).items()
