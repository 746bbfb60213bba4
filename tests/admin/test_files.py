"""Files in the admin: uploaded there, and chosen on the form for a node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.models import FieldConfig, File, Node
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

EVENT = "node/add/?type=event"
NO_IMAGE = (
    "The image file is invalid or the image type is not allowed. "
    "Allowed types: png, jpeg, jpg, jpe, gif, webp."
)
ALLOWED = "Only files with the following extensions are allowed: "


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def without_files(site: None) -> None:
    """A site in which no field takes files."""
    types = [name for name, each in FIELD_TYPES.items() if hasattr(each, "default_extensions")]
    FieldConfig.objects.filter(storage__field_type__in=types).delete()


def upload(
    client: Client, name: str, path: str = "file/add/", content: bytes = b"text", **changes: Any
) -> Any:
    return submit(client, path, uri=SimpleUploadedFile(name, content), **changes)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"text"),
        ("photo.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("a.gif", b"GIF87a"),
        ("b.gif", b"GIF89a"),
        ("b.webp", b"RIFF\n\0\0\0WEBPVP8 "),
        ("a.jpeg", b"\x89PNG\r\n\x1a\n, as some call it"),
    ],
)
def test_a_file_is_uploaded_and_belongs_to_whoever_does(
    without_files: None, browser: Client, admin: User, name: str, content: bytes
) -> None:
    assert upload(browser, name, content=content).status_code == 302
    file = File.objects.get()
    assert (file.filename, file.uid, file.status) == (name, admin, True)
    with file.uri.open() as stored:
        assert stored.read() == content


@pytest.mark.parametrize("content", [b"text", b" \x89PNG\r\n\x1a\n", b"<svg/>", b"RIFF1234WAVE"])
def test_an_image_that_is_none_is_refused(
    without_files: None, browser: Client, content: bytes
) -> None:
    assert read(upload(browser, "a.png", content=content)).errors == [NO_IMAGE]
    assert not File.objects.exists()


def test_a_field_for_files_takes_a_picture_as_it_is(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    add_field("image")
    add_field("file", name="field_y", settings={"file_extensions": "png"})
    assert upload(browser, "a.png").status_code == 302
    assert read(upload(browser, "a.gif")).errors


def test_an_upload_is_no_larger_than_some_field_takes(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    for name, limit in (("x", "1 KB"), ("y", "2 KB"), ("z", "1.5 KB")):
        add_field("file", name=f"field_{name}", settings={"max_filesize": limit})
    add_field("file", name="field_p", settings={"file_extensions": "pdf"})
    assert upload(browser, "a.txt", content=b"x" * 2048).status_code == 302
    assert read(upload(browser, "b.txt", content=b"x" * 2049)).errors == [
        "The file is 2 KB exceeding the maximum file size of 2 KB."
    ]
    assert upload(browser, "b.pdf", content=b"x" * 2049).status_code == 302


def test_what_an_image_must_be_is_all_told(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    add_field("image", settings={"max_filesize": "3"})
    assert read(upload(browser, "a.png")).errors == [
        "The file is 4 bytes exceeding the maximum file size of 3 bytes.",
        NO_IMAGE,
    ]


def test_a_field_that_takes_any_file_opens_nothing(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    add_field("file", settings={"file_extensions": ""})
    assert read(upload(browser, "a.html")).errors == [f"{ALLOWED}gif jpeg jpg png txt webp."]


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.php", "txt", "a.png.js"])
def test_what_no_field_takes_is_refused(without_files: None, browser: Client, name: str) -> None:
    assert read(upload(browser, name)).errors == [f"{ALLOWED}gif jpeg jpg png txt webp."]
    assert not File.objects.exists()


def test_the_fields_of_the_site_say_what_is_taken(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    add_field("file", settings={"file_extensions": "PDF odt"})
    add_field("image", name="field_y")
    errors = read(upload(browser, "a.txt")).errors
    assert errors == [f"{ALLOWED}gif jpeg jpg odt pdf png webp."]
    assert upload(browser, "a.pdf").status_code == 302


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a.php.txt", "a.php_.txt"),
        ("a.html.txt", "a.html_.txt"),
        ("a.png.txt", "a.png.txt"),
        ("two words.txt", "two words.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a.txt. ", "a.txt"),
        ("CON.txt", "CON_.txt"),
        ("x" * 300 + ".txt", "x" * 236 + ".txt"),
    ],
)
def test_an_upload_gets_a_safe_name(
    without_files: None, browser: Client, sent: str, name: str
) -> None:
    assert upload(browser, sent).status_code == 302
    file = File.objects.get()
    assert (file.filename, Path(str(file.uri.name)).name) == (name, name)


def test_the_second_upload_of_a_name_gets_a_number(without_files: None, browser: Client) -> None:
    for _ in "ab":
        assert upload(browser, "a.txt").status_code == 302
    assert {file.filename for file in File.objects.all()} == {"a.txt", "a_0.txt"}


def test_what_could_be_run_is_refused_whatever_a_field_says(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    add_field("file", settings={"file_extensions": "js php pdf"})
    for name in ("a.js", "a.PHP"):
        errors = read(upload(browser, name)).errors
        assert errors == ["For security reasons, your upload has been rejected."]
    assert upload(browser, "a.js.pdf").status_code == 302
    assert File.objects.get().filename == "a.js_.pdf"


def test_what_could_be_run_becomes_text_where_a_field_takes_that(
    without_files: None, browser: Client, add_field: MakeField
) -> None:
    add_field("file", settings={"file_extensions": "js txt"})
    assert upload(browser, "a.js").status_code == 302
    file = File.objects.get()
    assert (file.filename, file.filemime) == ("a.js_.txt", "text/plain")


def test_a_file_that_is_there_may_be_of_any_kind(without_files: None, browser: Client) -> None:
    file = File.objects.create(filename="a.html", uri="a.html")
    path = f"file/{file.pk}/change/"
    page = get(browser, path)
    assert file.uuid in page.text
    assert submit(browser, path, status=None).status_code == 302
    assert not File.objects.get().status
    assert read(upload(browser, "b.html", path)).errors
    assert upload(browser, "b.txt", path).status_code == 302
    assert File.objects.get().filename == "b.txt"


def test_the_list_tells_name_type_size_and_owner(browser: Client, admin: User) -> None:
    File.objects.create(filename="a.txt", uri="a.txt", filemime="text/plain", filesize=7, uid=admin)
    text = get(browser, "file/").text
    assert "a.txt" in text
    assert "text/plain" in text
    assert get(browser, "file/", q="nothing").text.count("a.txt") == 0


def test_uploading_is_for_those_who_may_create_what_takes_files(
    staff: Staff, add_field: MakeField
) -> None:
    adding = f"{ADMIN}file/add/"
    browser = staff("access files overview", "create event content")
    assert browser.get(adding).status_code == 403
    add_field("image")
    assert read(browser.get(adding)).inputs.keys() & {"uri", "status", "uid"} == {"uri"}
    browser.post(adding, {"uri": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")})
    file = File.objects.get()
    assert (file.status, file.uid) == (False, User.objects.get(username="clerk"))


def test_only_its_owner_and_superusers_change_a_file(
    staff: Staff, browser: Client, admin: User
) -> None:
    clerk = staff("access files overview", "delete own files")
    own = File.objects.create(filename="a.txt", uri="a.txt", uid=User.objects.get(username="clerk"))
    others = File.objects.create(filename="b.txt", uri="b.txt", uid=admin)
    for file, inputs in ((own, {"uid"}), (others, set())):
        path = f"file/{file.pk}/change/"
        assert get(clerk, path).inputs.keys() & {"uri", "uid", "status"} == inputs
        assert get(browser, path).inputs.keys() >= {"uri", "uid", "status"}
    assert clerk.get(f"{ADMIN}file/{own.pk}/delete/").status_code == 200
    assert clerk.get(f"{ADMIN}file/{others.pk}/delete/").status_code == 403


def test_who_may_delete_any_file_enters_and_has_no_list(staff: Staff, admin: User) -> None:
    file = File.objects.create(filename="b.txt", uri="b.txt", uid=admin)
    clerk = staff("delete any file")
    assert clerk.get(f"{ADMIN}file/").status_code == 403
    assert clerk.get(f"{ADMIN}file/{file.pk}/delete/").status_code == 200


def test_an_image_is_chosen_on_the_form_for_a_node(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("image")
    file = File.objects.create(filename="photo.jpg", uri="photo.jpg")
    node = make_node(type_id="event")
    path = f"node/{node.pk}/change/"
    changes = {"field_x-0-target_id": str(file.pk), "field_x-0-alt": "A photo"}
    assert submit(browser, path, **changes).status_code == 302
    item = {"target_id": file.pk, "alt": "A photo", "title": None, "width": None, "height": None}
    assert Node.objects.get().fields["field_x"] == [item]
    page = get(browser, path)
    assert page.links["photo.jpg"] == f"/admin/drupal_jwt_auth/file/{file.pk}/change/"


@pytest.fixture
def make_image(db: None) -> Callable[..., File]:
    """An image of 20 by 10 pixels."""

    def make_image(**values: Any) -> File:
        values = {"filename": "a.png", "uri": "a.png", "width": 20, "height": 10, **values}
        return File.objects.create(**values)

    return make_image


def errors_on_form(browser: Client, file: File, **texts: str) -> list[str]:
    """Return what the form for an event says of an image that is chosen with these texts."""
    typed = {f"field_x-0-{name}": text for name, text in texts.items()}
    answer = submit(browser, EVENT, title="New", **{"field_x-0-target_id": str(file.pk), **typed})
    if answer.status_code == 302:
        Node.objects.get().delete()
        return []
    return read(answer).errors


def test_the_form_refuses_a_file_that_the_field_does_not_take(
    browser: Client, add_field: MakeField, make_image: Callable[..., File]
) -> None:
    add_field("file", settings={"file_extensions": "txt pdf", "max_filesize": "1 KB"})
    assert errors_on_form(browser, make_image(filesize=1100)) == [
        "The file is 1.07 KB exceeding the maximum file size of 1 KB.",
        f"{ALLOWED}txt pdf.",
    ]
    assert errors_on_form(browser, make_image(filename="a.pdf")) == []


@pytest.mark.parametrize(
    ("options", "required"),
    [
        ({}, ["Alternative text"]),
        ({"alt_field": True, "alt_field_required": True}, ["Alternative text"]),
        ({"alt_field_required": False}, []),
        ({"alt_field": False, "alt_field_required": True}, []),
        ({"title_field_required": True}, ["Alternative text"]),
        ({"title_field": True}, ["Alternative text"]),
        ({"title_field": True, "title_field_required": True}, ["Alternative text", "Title"]),
    ],
)
def test_the_form_asks_for_the_texts_that_the_field_requires(
    browser: Client,
    add_field: MakeField,
    make_image: Callable[..., File],
    options: dict[str, bool],
    required: list[str],
) -> None:
    add_field("image", settings=options)
    file = make_image()
    assert errors_on_form(browser, file) == [f"{name} field is required." for name in required]
    assert errors_on_form(browser, file, alt="A", title="T") == []


def test_the_form_has_no_input_for_a_text_that_is_switched_off(
    browser: Client, add_field: MakeField
) -> None:
    add_field("image", settings={"alt_field": False, "title_field": "0"})
    inputs = get(browser, EVENT).inputs
    assert "field_x-0-target_id" in inputs
    assert not {"field_x-0-alt", "field_x-0-title"} & set(inputs)


def test_a_file_that_there_is_not_is_refused_by_the_form_too(
    browser: Client, add_field: MakeField
) -> None:
    add_field("image")
    assert errors_on_form(browser, File(pk=7), alt="A") == [
        "There is nothing of this name, or with this ID: 7"
    ]


def test_a_temporary_file_is_permanent_once_a_form_has_used_it(
    browser: Client, add_field: MakeField, make_image: Callable[..., File], admin: User
) -> None:
    add_field("image")
    assert errors_on_form(browser, make_image(status=False, uid=admin), alt="A") == []
    assert File.objects.get().status


def test_texts_without_an_image_are_none(browser: Client, add_field: MakeField) -> None:
    add_field("image")
    changes = {"field_x-0-title": "T"}
    assert submit(browser, EVENT, title="New", **changes).status_code == 302
    assert Node.objects.get().fields.get("field_x", []) == []


def test_an_image_without_its_text_may_stay_as_it_is(
    browser: Client, add_field: MakeField, make_node: MakeNode, make_image: Callable[..., File]
) -> None:
    """As another program has sent it."""
    add_field("image", settings={"file_extensions": "gif"}, cardinality=-1)
    items = [{"target_id": make_image().pk, "alt": None, "title": None, "width": 1, "height": 1}]
    node = make_node(type_id="event", fields={"field_x": items})
    other = {"field_x-1-target_id": str(make_image(filename="b.gif").pk), "field_x-1-alt": "B"}
    path = f"node/{node.pk}/change/"
    assert submit(browser, path, title="New", **other).status_code == 302
    node.refresh_from_db()
    assert (node.title, node.fields["field_x"][:1]) == ("New", items)
    assert len(node.fields["field_x"]) == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"min_resolution": "20x10", "max_resolution": "20x10"}, None),
        ({"min_resolution": "", "max_resolution": ""}, None),
        ({"min_resolution": "21x1"}, "small. The minimum dimensions are 21x1"),
        ({"min_resolution": "1x11"}, "small. The minimum dimensions are 1x11"),
        ({"max_resolution": "19x99"}, "large. The maximum dimensions are 19x99"),
        ({"max_resolution": "99 X 9"}, "large. The maximum dimensions are 99x9"),
    ],
)
def test_the_form_refuses_an_image_of_the_wrong_size(
    browser: Client,
    add_field: MakeField,
    make_image: Callable[..., File],
    options: dict[str, str],
    told: str | None,
) -> None:
    add_field("image", settings=options)
    text = f"The image is too {told} pixels and the image size is 20x10 pixels."
    assert errors_on_form(browser, make_image(), alt="A") == ([text] if told else [])
    for unknown in ("width", "height"):
        assert errors_on_form(browser, make_image(**{unknown: None}), alt="A") == []
