"""Uploads of one name, at the same moment, to several servers with one storage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import boto3  # type: ignore[import-untyped]  # it has no types
import pytest
from django.conf import settings
from moto.server import ThreadedMotoServer
from pytest_django import DjangoDbBlocker

from tests.drupal.replay import DATA
from tests.headers import basic, bearer
from tests.system.servers import Server, exchange, fresh_database, request, running

SERVERS = 3
UPLOADS = 12
FIELD = "node/article/field_image"


class Place(NamedTuple):
    """A storage, as ``STORAGES`` has it, and what is in it by name."""

    storage: dict[str, Any]
    content: Callable[[], dict[str, bytes]]


@pytest.fixture
def folder(tmp_path: Path) -> Place:
    """A storage in the file system."""
    media = tmp_path / "media"
    backend = "django.core.files.storage.FileSystemStorage"
    return Place(
        {"BACKEND": backend, "OPTIONS": {"location": str(media)}},
        lambda: {path.name: path.read_bytes() for path in media.rglob("same*")},
    )


@pytest.fixture
def bucket() -> Iterator[Place]:
    """A storage that is a bucket, of a server that answers as S3 does."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    access = {"endpoint_url": f"http://{host}:{port}", "region_name": "us-east-1"}
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    made = boto3.resource("s3", **access, **keys).create_bucket(Bucket="files")
    options = {**access, "access_key": "key", "secret_key": "secret", "bucket_name": "files"}
    yield Place(
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**options, "file_overwrite": False},
        },
        lambda: {
            each.key.rpartition("/")[2]: each.get()["Body"].read()
            for each in made.objects.all()
            if "same" in each.key
        },
    )
    moto.stop()


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_each_gets_a_name_of_its_own_and_no_byte_is_lost(
    place: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    storage, content = request.getfixturevalue(place)
    chosen = {**settings.STORAGES, "default": storage}
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        database = stack.enter_context(fresh_database(tmp_path, site=DATA / "site-full.json"))
        servers = [Server(database, STORAGES=chosen) for _ in range(SERVERS)]
        urls = [stack.enter_context(running(each)) for each in servers]

        def upload(number: int) -> tuple[str, bytes]:
            sent = b"%d" % number * 100_000
            url = f"{urls[number % SERVERS]}/file/upload/{FIELD}?_format=json"
            status, _headers, body = exchange("POST", url, headers, sent)
            assert status == 201, body
            return json.loads(body)["filename"][0]["value"], sent

        headers = {
            **token(urls[0]),
            "Content-Type": "application/octet-stream",
            "Content-Disposition": 'file; filename="same.png"',
        }
        with ThreadPoolExecutor(UPLOADS) as pool:
            answered = dict(pool.map(upload, range(UPLOADS)))
    assert answered == content()
    assert set(answered) == {"same.png", *(f"same_{number}.png" for number in range(UPLOADS - 1))}


def token(url: str) -> dict[str, str]:
    answer = request("POST", f"{url}/rest_api/id_token", basic("editor", "editor-pass"))
    return bearer(answer.document["jwt_token"])
