"""Uploads over real connections, under WSGI and under ASGI, and what attackers try with them."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
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
    Database,
    Server,
    connected_to,
    exchange,
    fresh_database,
    request,
    running,
)

FILES = "django.core.files.storage.FileSystemStorage"
LARGE = 2 * 2**20
"""As many bytes as the site has ever taken."""
IMAGE = "node/article/field_image"
ATTACHMENT = "node/event/field_attachment"


class Site(NamedTuple):
    """A site with files, the folder of them, its database, and what is logged as an error."""

    url: str
    folder: Path
    database: Database
    log: Path
    reads_first: bool

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

    def rows(self) -> set[str]:
        """The names that files have whose names begin with "new", and how many are just taken."""
        with connected_to(self.database) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT filename FROM drupal_jwt_auth_file WHERE filename LIKE 'new%'")
            names = {name for (name,) in cursor.fetchall()}
            cursor.execute("SELECT count(*) FROM drupal_jwt_auth_uploadname")
            [(taken,)] = cursor.fetchall()
        return names | ({f"{taken} names"} if taken else set())

    @contextmanager
    def begin(self, name: str, *lines: str, body: bytes = b"") -> Iterator[socket.socket]:
        """Send a request as it is written here."""
        where = urlsplit(self.url)
        head = [f"POST /file/upload/{IMAGE}?_format=json HTTP/1.1", f"Host: {where.netloc}"]
        head += [f"{key}: {value}" for key, value in self.headers("editor", name).items()]
        with socket.create_connection((where.hostname, where.port), TIMEOUT) as client:
            client.sendall("\r\n".join([*head, *lines, "", ""]).encode() + body)
            yield client

    def send(self, name: str, *lines: str, body: bytes = b"", hang_up: bool = False) -> int:
        """Send a request as it is written here; return the status of the answer, 0 for none."""
        with self.begin(name, *lines, body=body) as client:
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
        log = folder / "errors.log"
        handler = {"class": "logging.FileHandler", "filename": str(log), "level": "ERROR"}
        serving = request.param(
            database,
            STORAGES=storages,
            LOGGING={"version": 1, "handlers": {"log": handler}, "root": {"handlers": ["log"]}},
            DATA_UPLOAD_MAX_MEMORY_SIZE=1000,
            DRUPAL_JWT_AUTH={"PRIVATE_STORAGE": "private", "PUBLIC_METHODS": ["GET", "POST"]},
        )
        with running(serving) as url:
            yield Site(url, folder, database, log, request.param is ASGIServer)
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
    status, refusal = site.upload("editor", "newlarger.png", b"x" * (LARGE + 1))
    assert (status, "exceeding the maximum file size of 2 MB." in refusal["message"]) == (422, True)


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


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that a server does on its own."""
    deadline = time.monotonic() + TIMEOUT
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_so()


@pytest.mark.django_db
@pytest.mark.parametrize("resets", [False, True])
def test_of_a_client_that_goes_away_nothing_is_left(site: Site, resets: bool) -> None:
    def is_begun() -> bool:
        # Under ASGI Django has read all of a body before anybody is asked.
        return site.reads_first or bool({"newgone.png"} & site.kept())

    before = site.rows()
    length = f"Content-Length: {LARGE}"
    with site.begin("newgone.png", length, body=b"x" * 2**18) as client:
        wait_until(is_begun)
        if resets:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: "newgone.png" not in site.kept() and site.rows() == before)
    status, file = site.upload("editor", "newgone.png", b"x")
    assert (status, file["filename"]) == (201, [{"value": "newgone.png"}])
    url = f"{site.url}/entity/file/{file['fid'][0]['value']}?_format=json"
    assert request("DELETE", url, site.token("editor")).status == 204
    assert site.log.read_text() == ""


def test_names_that_only_look_the_same_are_others(site: Site) -> None:
    names = ["newlike.txt", "newLike.txt", "newlíke.txt", "newlike .txt", "newlike.TXT"]
    answers = [site.upload("fuser", name, name.encode(), ATTACHMENT) for name in names]
    assert [file["filename"] for _, file in answers] == [[{"value": name}] for name in names]
    for name, (_, file) in zip(names, answers, strict=True):
        url = site.url + file["uri"][0]["url"]
        status, _headers, body = exchange("GET", url, site.token("fuser"), b"")
        assert (status, body.decode()) == (200, name)


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
