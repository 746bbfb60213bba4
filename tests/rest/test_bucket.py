"""Files in a bucket: django-storages, against a server of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]  # it has no types
import pytest
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from drupal_jwt_auth.models import File, UploadName
from drupal_jwt_auth.models.file import take_free_name
from drupal_jwt_auth.models.revision import now
from tests.content.visitors import Visitor, message
from tests.rest.conftest import make_editor
from tests.rest.uploaders import upload, uploaded

SECRET = "node/page/field_secret"
CREDENTIALS = {"access_key": "key", "secret_key": "secret", "region_name": "us-east-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that answers as S3 does."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(server: str, settings: Settings) -> Iterator[Any]:
    """The bucket that all files are in."""
    client = boto3.resource(
        "s3",
        endpoint_url=server,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    made = client.create_bucket(Bucket="files")
    options = {
        **CREDENTIALS,
        "bucket_name": "files",
        "endpoint_url": server,
        "file_overwrite": False,
        "max_memory_size": 1000,
    }
    storage = {"BACKEND": "storages.backends.s3.S3Storage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**storage, "OPTIONS": {**options, "location": "media"}},
        "private": {**storage, "OPTIONS": {**options, "location": "private"}},
    }
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private", "PUBLIC_METHODS": ["GET"]}
    yield made
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def folders(bucket: Any) -> None:
    """No folders."""


@pytest.fixture
def editor(bucket: Any, pages: None) -> Visitor:
    return make_editor("editor")


def keys(bucket: Any) -> set[str]:
    return {each.key for each in bucket.objects.all()}


def test_uploads_go_there_and_names_are_free(editor: Visitor, bucket: Any) -> None:
    names = [uploaded(editor, r"a\b ü.txt")["filename"] for _ in "ab"]
    assert names == [r"a\b ü.txt", r"a\b ü_0.txt"]
    month = f"{now():%Y-%m}"
    assert keys(bucket) == {f"media/{month}/a_b ü.txt", f"media/{month}/a_b ü_0.txt"}
    with File.objects.earliest("pk").uri.open() as content:
        assert content.read() == b"hello"


def test_a_large_upload_goes_there_in_parts(editor: Visitor, bucket: Any) -> None:
    content = bytes(range(256)) * 40_000
    file = uploaded(editor, "large.txt", content, field=SECRET)
    assert file["filesize"] == len(content)
    [key] = keys(bucket)
    assert bucket.Object(key).get()["Body"].read() == content
    answer = editor.send("GET", f"/system/files/{now():%Y-%m}/large.txt", Range="bytes=300-599")
    assert (answer.status_code, answer.getvalue()) == (206, content[300:600])


def test_of_what_breaks_off_or_is_too_large_nothing_is_left(
    editor: Visitor, bucket: Any, settings: Settings
) -> None:
    headers = {**editor.headers, "Content-Disposition": 'file; filename="a.txt"'}
    for length, chunked, status in (("6", {}, 400), ("", {"wsgi.input_terminated": True}, 422)):
        settings.DRUPAL_JWT_AUTH["MAX_UPLOAD_SIZE"] = 10_000_000 if length else 4
        more: dict[str, Any] = dict(chunked)
        if not length:
            more["HTTP_TRANSFER_ENCODING"] = "chunked"
        more |= {"wsgi.input": Body(b"hello"), "CONTENT_LENGTH": length}
        answer = editor.client.post(
            f"/file/upload/{SECRET}?_format=json",
            content_type="application/octet-stream",
            headers=headers,
            **more,
        )
        assert message(answer)[0] == status
        assert keys(bucket) == set()
        assert File.objects.count() == UploadName.objects.count() == 0


class Body:
    """The body of a request: a stream that nobody can go back in."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int = -1) -> bytes:
        part, self.content = self.content[:size], self.content[size:]
        return part

    def readline(self) -> bytes:
        raise AssertionError("Nothing reads lines.")


def test_bytes_go_with_their_file(
    editor: Visitor, bucket: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = uploaded(editor)
    with django_capture_on_commit_callbacks(execute=True):
        url = f"/entity/file/{file['fid']}?_format=json"
        assert editor.send("DELETE", url).status_code == 204
    assert keys(bucket) == set()


def test_a_file_whose_bytes_are_gone(editor: Visitor, bucket: Any) -> None:
    answer = upload(editor, field=SECRET)
    bucket.objects.all().delete()
    assert editor.send("GET", answer.json()["uri"][0]["url"]).status_code == 404


@pytest.mark.django_db
def test_of_several_who_want_a_name_each_gets_one(bucket: Any) -> None:
    """Such a storage does not tell of two who begin to write at the same moment."""
    names = [take_free_name("a.txt") for _ in "abc"]
    assert names == ["a.txt", "a_0.txt", "a_1.txt"]
    assert not storages["default"].exists("a.txt")
