"""Files are uploaded in the form for content, where they are used."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.models import File, Node, NodeType
from tests.admin.browser import ADMIN, Page, get, read
from tests.admin.conftest import MakeField, Staff

MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x04\x08\x02\0\0\0"  # Five pixels by four.
ADDING = f"{ADMIN}node/add/?type=event"
NAME, ALT, UPLOAD = (f"field_x-0-{each}" for each in ("target_id", "alt", "upload"))


@pytest.fixture(autouse=True)
def _storages(settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": MEMORY, "private": MEMORY}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}


@pytest.fixture
def author(event: NodeType, staff: Staff) -> Client:
    """Somebody who writes events, and may do nothing else."""
    return staff("create event content", "edit own event content")


def send(browser: Client, **changes: Any) -> Any:
    """Send the form for a new event with files."""
    return browser.post(ADDING, {**read(browser.get(ADDING)).values, "title": "New", **changes})


def upload(name: str = "a.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_uploaded_with_its_text_and_is_permanent_as_it_is_used(
    author: Client, add_field: MakeField
) -> None:
    add_field("image", settings={"file_directory": "photos"})
    assert send(author, **{UPLOAD: upload(), ALT: "A dot"}).status_code == 302
    file, node = File.objects.get(), Node.objects.get()
    assert (file.uri.name, file.status, file.uid) == (
        "photos/a.png",
        True,
        User.objects.get(username="clerk"),
    )
    assert (file.width, file.height) == (5, 4)
    assert file.uri.read() == PNG
    item = node.fields["field_x"][0]
    assert (item["target_id"], item["alt"]) == (file.pk, "A dot")
    page = author.get(f"{ADMIN}node/{node.pk}/change/")
    assert f'<img src="{file.uri.url}" alt="" loading="lazy">' in page.content.decode()
    assert read(page).values[NAME] == f"a.png ({file.pk})"


def test_the_input_tells_a_browser_what_the_field_takes(
    author: Client, add_field: MakeField
) -> None:
    add_field("file", settings={"file_extensions": "txt pdf"})
    html = author.get(ADDING).content.decode()
    assert 'enctype="multipart/form-data"' in html
    assert Page(html).inputs[UPLOAD]["accept"] == ".txt,.pdf"


def test_a_form_that_is_refused_keeps_the_upload(author: Client, add_field: MakeField) -> None:
    add_field("image")
    page = read(send(author, **{UPLOAD: upload()}))
    file = File.objects.get()
    assert page.errors == ["Alternative text field is required."]
    assert page.values[NAME] == f"a.png ({file.pk})"
    assert not file.status
    assert author.post(ADDING, {**page.values, ALT: "A dot"}).status_code == 302
    file.refresh_from_db()
    assert file.status


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.exe", PNG, "Only files with the following extensions are allowed"),
        ("a.png", b"text", "The image file is invalid"),
        ("a.png", PNG + b"x" * 2000, "exceeding the maximum file size of 1 KB"),
    ],
)
def test_what_the_field_does_not_take_is_refused(
    author: Client, add_field: MakeField, name: str, content: bytes, told: str
) -> None:
    add_field("image", settings={"max_filesize": "1 KB"})
    page = read(send(author, **{UPLOAD: upload(name, content), ALT: "A dot"}))
    assert told in page.errors[0]
    assert page.inputs[NAME]["aria-invalid"] == "true"
    assert not File.objects.exists()
    assert not Node.objects.exists()


def test_each_of_several_has_an_input(author: Client, add_field: MakeField) -> None:
    settings = {"alt_field": False, "title_field": False}
    add_field("image", settings=settings, cardinality=-1)
    send(author, **{UPLOAD: upload(), "field_x-1-upload": upload("b.png")})
    ids = [item["target_id"] for item in Node.objects.get().fields["field_x"]]
    assert ids == list(File.objects.order_by("pk").values_list("pk", flat=True))
    page = get(author, f"node/{Node.objects.get().pk}/change/")
    assert page.inputs.keys() >= {UPLOAD, "field_x-1-upload", "field_x-2-upload"}


def test_files_of_a_private_field_are_private_and_have_no_picture(
    author: Client, add_field: MakeField
) -> None:
    add_field("image", settings={"uri_scheme": "private"})
    send(author, **{UPLOAD: upload(), ALT: "A dot"})
    assert str(File.objects.get().uri.name).startswith("private://")
    page = author.get(f"{ADMIN}node/{Node.objects.get().pk}/change/").content.decode()
    assert "<img" not in page


def test_what_is_no_upload_for_a_field_is_left_alone(author: Client, add_field: MakeField) -> None:
    add_field("string", name="field_s")
    add_field("image")
    names = ("title-0-upload", "field_s-0-upload", "field_y-0-upload", "field_x-upload")
    assert send(author, **{name: upload() for name in names}).status_code == 302
    assert not File.objects.exists()


def test_a_field_that_takes_no_files_refuses_them(author: Client, add_field: MakeField) -> None:
    add_field("image", settings={"target_type": "node"})
    page = read(send(author, **{UPLOAD: upload()}))
    assert page.errors == ["The field takes no files."]
