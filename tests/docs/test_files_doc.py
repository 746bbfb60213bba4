"""docs/files.md: its requests are answered as it says, and files get the names that it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from drupal_jwt_auth.files.names import safe_name
from drupal_jwt_auth.models import File
from drupal_jwt_auth.models.revision import now
from tests.content.visitors import Answer, Visitor, add_field, make_type, make_user
from tests.docs.test_docs import blocks, read, sections

DOCUMENT = read("docs/files.md")
UPLOAD, DOWNLOAD = blocks(DOCUMENT, "http")
ANSWER, ARTICLE = map(json.loads, blocks(DOCUMENT, "json"))
PICTURE = b"GIF89a\x03\x00\x02\x00"


def send(visitor: Visitor, text: str, body: bytes = b"", **more: str) -> Answer:
    """Send a request as the page has it, for somebody else."""
    first, *lines = text.strip().split("\n")
    method, path, _version = first.split()
    headers = dict(line.split(": ", 1) for line in lines)
    kind = headers.pop("Content-Type", "")
    headers = {**headers, **visitor.headers, **more}
    return visitor.client.generic(method, path, body, headers=headers, CONTENT_TYPE=kind)


def received(visitor: Visitor, **more: str) -> tuple[int, bytes]:
    """Download what the page does, to the end."""
    answer = send(visitor, DOWNLOAD, b"", **more)
    return answer.status_code, answer.getvalue()


@pytest.fixture
def editor(db: None, settings: Settings, tmp_path: Path) -> Visitor:
    backend = "django.core.files.storage.FileSystemStorage"
    location = {"location": str(tmp_path / "private")}
    settings.MEDIA_ROOT, settings.MEDIA_URL = tmp_path / "media", "/media/"
    settings.STORAGES = {**settings.STORAGES, "private": {"BACKEND": backend, "OPTIONS": location}}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
    make_type("article")
    add_field("article", "field_image", "image")
    private = {"uri_scheme": "private", "file_directory": "attachments"}
    add_field("article", "field_attachment", "file", settings=private)
    return Visitor(make_user("editor", "create article content"))


def test_the_upload_is_answered_as_it_is_shown_and_used_as_it_is_sent(editor: Visitor) -> None:
    answer = send(editor, UPLOAD, PICTURE)
    assert answer.status_code == 201
    told = answer.json()
    of_this_site: dict[str, Any] = {
        name: told[name] for name in ("fid", "uuid", "uid", "created", "changed")
    }
    shown = json.loads(json.dumps(ANSWER).replace("2026-11", f"{now():%Y-%m}"))
    assert told == {**shown, **of_this_site}
    assert list(told) == list(ANSWER)
    for name, items in of_this_site.items():
        assert [list(item) for item in items] == [list(item) for item in ANSWER[name]]

    assert ARTICLE["field_image"][0]["target_id"] == ANSWER["fid"][0]["value"]
    fid = of_this_site["fid"][0]["value"]
    editor.create({**ARTICLE, "field_image": [{**ARTICLE["field_image"][0], "target_id": fid}]})
    assert File.objects.get().status


def test_the_private_file_is_its_owners_and_sent_in_parts(editor: Visitor) -> None:
    url = UPLOAD.replace("field_image", "field_attachment").replace("photo.png", "a.txt")
    assert send(editor, url, b"x" * 1000).status_code == 201
    assert received(editor) == (200, b"x" * 1000)
    (wanted,) = re.findall(r"`Range: (bytes=\S+)`", DOCUMENT)
    assert received(editor, Range=wanted) == (206, b"x" * 500)
    assert send(Visitor(make_user("other")), DOWNLOAD).status_code == 403


def test_the_server_is_told_of_the_location_that_it_has(
    editor: Visitor, settings: Settings
) -> None:
    test_the_private_file_is_its_owners_and_sent_in_parts(editor)
    (chosen,) = re.findall(r"^`DRUPAL_JWT_AUTH = (\{.*\})`:$", DOCUMENT, re.MULTILINE)
    settings.DRUPAL_JWT_AUTH |= eval(chosen)
    sent = send(editor, DOWNLOAD).headers["X-Accel-Redirect"]
    internal, *_rest = blocks(DOCUMENT, "nginx")
    (location,) = re.findall(r"^location (\S+) {\n    internal;", internal)
    assert sent == f"{location}attachments/a.txt"


def test_names_are_kept_as_it_says() -> None:
    names = sections("docs/files.md")["Names"]
    rows = re.findall(r"^\| `([^`]+)`(?:, `([^`]+)`)? \| `([^`]+)` \|", names, re.MULTILINE)
    assert len(rows) == 8
    for first, second, name in rows:
        for sent in filter(None, (first, second)):
            assert safe_name(sent, ("png",)) == name
