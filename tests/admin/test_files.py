"""Files in the admin: uploaded there, and chosen on the form for a node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.fields import FIELD_TYPES
from drupal_jwt_auth.models import FieldConfig, File, Node
from tests.admin.browser import get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

ALLOWED = "Only files with the following extensions are allowed: "


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def without_files(site: None) -> None:
    """A site in which no field takes files."""
    types = [name for name, each in FIELD_TYPES.items() if hasattr(each, "default_extensions")]
    FieldConfig.objects.filter(field_type__in=types).delete()


def upload(client: Client, name: str, path: str = "file/add/", **changes: Any) -> Any:
    return submit(client, path, uri=SimpleUploadedFile(name, b"text"), **changes)


@pytest.mark.parametrize("name", ["a.txt", "photo.JPG", "b.webp"])
def test_a_file_is_uploaded_and_belongs_to_whoever_does(
    without_files: None, browser: Client, admin: User, name: str
) -> None:
    assert upload(browser, name).status_code == 302
    file = File.objects.get()
    assert (file.filename, file.uid, file.status, file.filesize) == (name, admin, True, 4)


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


def test_uploading_takes_a_permission(staff: Staff) -> None:
    assert staff("view_file").get("/admin/drupal_jwt_auth/file/add/").status_code == 403


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
