"""Uploads over real connections, under WSGI and under ASGI, and what attackers try with them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.drupal.replay import DATA
from tests.headers import basic, bearer
from tests.system.servers import (
    TIMEOUT,
    ASGIServer,
    Server,
    exchange,
    fresh_database,
    request,
    running,
)

FILES = "django.core.files.storage.FileSystemStorage"
LARGE = 5 * 2**20
IMAGE = "node/article/field_image"
ATTACHMENT = "node/event/field_attachment"


class Site(NamedTuple):
    """A site with files, and the folder of them."""

    url: str
    folder: Path

    def token(self, name: str) -> dict[str, str]:
        answer = request("POST", f"{self.url}/rest_api/id_token", basic(name, f"{name}-pass"))
        return bearer(answer.document["jwt_token"])

    def headers(self, user: str, name: str) -> dict[str, str]:
        return {
            **self.token(user),
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'file; filename="{name}"',
        }

    def upload(self, user: str, name: str, content: Any, field: str = IMAGE) -> tuple[int, Any]:
        url = f"{self.url}/file/upload/{field}?_format=json"
        status, _headers, body = exchange("POST", url, self.headers(user, name), content)
        return status, json.loads(body)

    def kept(self) -> set[str]:
        """The names of all files that begin with "new"."""
        return {path.name for path in self.folder.rglob("new*") if path.is_file()}

    def send(self, name: str, *lines: str, body: bytes = b"", hang_up: bool = False) -> int:
        """Send a request as it is written here; return the status of the answer, 0 for none."""
        where = urlsplit(self.url)
        head = [f"POST /file/upload/{IMAGE}?_format=json HTTP/1.1", f"Host: {where.netloc}"]
        head += [f"{key}: {value}" for key, value in self.headers("editor", name).items()]
        with socket.create_connection((where.hostname, where.port), TIMEOUT) as client:
            client.sendall("\r\n".join([*head, *lines, "", ""]).encode() + body)
            if hang_up:
                client.shutdown(socket.SHUT_WR)
            with client.makefile("rb") as answer:
                first = answer.readline()
        return int(first.split()[1]) if first else 0


@pytest.fixture(scope="module", params=[Server, ASGIServer])
def site(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("files")
    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": FILES, "OPTIONS": {"location": str(folder / "media")}},
        "private": {"BACKEND": FILES, "OPTIONS": {"location": str(folder / "private")}},
    }
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            directory = tmp_path_factory.mktemp("system")
            database = stack.enter_context(fresh_database(directory, site=DATA / "site-full.json"))
        serving = request.param(
            database,
            STORAGES=storages,
            DATA_UPLOAD_MAX_MEMORY_SIZE=1000,
            DRUPAL_JWT_AUTH={"PRIVATE_STORAGE": "private", "PUBLIC_METHODS": ["GET", "POST"]},
        )
        with running(serving) as url:
            yield Site(url, folder)
        with django_db_blocker.unblock():
            stack.close()


def test_a_large_file_is_taken_and_used(site: Site) -> None:
    status, file = site.upload("editor", "newlarge.png", b"x" * LARGE)
    assert (status, file["filesize"]) == (201, [{"value": LARGE}])
    fid = file["fid"][0]["value"]
    document = {
        "type": [{"target_id": "article"}],
        "title": [{"value": "With a file"}],
        "field_image": [{"target_id": fid, "alt": "x"}],
    }
    url = f"{site.url}/node?_format=json"
    node = request("POST", url, site.token("editor"), document)
    assert node.status == 201
    told = request("GET", f"{site.url}/entity/file/{fid}?_format=json")
    assert told.document["status"] == [{"value": True}]
    assert "newlarge.png" in site.kept()


def test_a_private_file_is_sent_in_parts(site: Site) -> None:
    content = bytes(range(256)) * 4
    status, file = site.upload("fuser", "newparts.txt", content, ATTACHMENT)
    assert status == 201
    url = site.url + file["uri"][0]["url"]
    assert exchange("GET", url, {}, b"")[0] == 403
    token = site.token("fuser")
    status, headers, body = exchange("GET", url, token, b"")
    assert (status, body) == (200, content)
    wanted = {**token, "Range": "bytes=256-511", "If-Range": str(headers["ETag"])}
    status, headers, body = exchange("GET", url, wanted, b"")
    assert (status, body) == (206, content[256:512])
    assert headers["Content-Range"] == "bytes 256-511/1024"
    assert exchange("GET", url, {**token, "Range": "bytes=1024-"}, b"")[0] == 416


@pytest.mark.parametrize("name", ["page.html", "image.svg", "x.js"])
def test_a_picture_that_is_a_page_as_well_is_one_to_browsers(site: Site, name: str) -> None:
    polyglot = b"GIF89a/*\x01\x00*/=1;<script>alert(1)</script>"
    status, file = site.upload("fuser", f"{name}.csv", polyglot, ATTACHMENT)
    assert status == 201
    url = site.url + file["uri"][0]["url"]
    status, headers, body = exchange("GET", url, site.token("fuser"), b"")
    assert (status, body) == (200, polyglot)
    assert headers["Content-Type"] == "text/csv; charset=UTF-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["Content-Disposition"].startswith("attachment")


def test_two_uploads_of_one_name_get_a_name_each(site: Site) -> None:
    names = ["newsame.png"] * 6
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda each: site.upload("editor", each[1], b"%d" % each[0]), enumerate(names))
        )
    assert {status for status, _ in answers} == {201}
    got = {file["filename"][0]["value"] for _, file in answers}
    assert got == {"newsame.png", *(f"newsame_{number}.png" for number in range(5))}
    assert got <= site.kept()


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (["Content-Length: 1000"], b"x" * 999),
        (["Content-Length: 99999999999999999999"], b"x"),
        (["Content-Length: -1"], b"x"),
        (["Content-Length: many"], b"x"),
        (["Transfer-Encoding: chunked"], b"5\r\nhel"),
        (["Transfer-Encoding: chunked"], b"-5\r\nhello\r\n0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
    ],
)
def test_of_a_body_that_is_not_as_it_says_nothing_is_left(
    site: Site, lines: list[str], body: bytes
) -> None:
    status = site.send("newbroken.png", *lines, body=body, hang_up=True)
    assert status == 0 or 400 <= status < 500
    assert not {name for name in site.kept() if name.startswith("newbroken")}


def test_what_is_more_than_was_said_is_no_part_of_it(site: Site) -> None:
    body = b"hello" + b"POST / HTTP/1.1\r\n\r\n"
    status = site.send("newlonger.png", "Content-Length: 5", "Connection: close", body=body)
    assert status == 201
    [path] = site.folder.rglob("newlonger.png")
    assert path.read_bytes() == b"hello"


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a\\..\\b"])
def test_a_path_that_leads_out_leads_nowhere(site: Site, path: str) -> None:
    status, _headers, _body = exchange("GET", f"{site.url}/system/files{path}", {}, b"")
    assert status == 404
