"""Files: what is known of one as soon as it is saved."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.files.base import ContentFile
from django.utils.timezone import now
from pytest_django import Settings

from drupal_jwt_auth.models import File
from drupal_jwt_auth.models.file import UploadField

LONG_AGO = datetime(2001, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def storage(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, Any]:
    """What Pillow, which a project need not have, says of contents."""
    found: dict[bytes, Any] = {}

    def measure(content: Any) -> Any:
        size = found[content.read()]
        content.seek(0)
        return size

    monkeypatch.setattr("drupal_jwt_auth.files.images.get_image_dimensions", measure)
    return found


def test_name_type_and_size_are_those_of_the_content(sizes: dict[bytes, Any]) -> None:
    sizes[b"pixels"] = (640, 480)
    file = File.objects.create(uri=ContentFile(b"pixels", name="Photo.PNG"))
    assert (str(file), file.filemime, file.filesize) == ("Photo.PNG", "image/png", 6)
    assert (file.width, file.height) == (640, 480)
    with file.uri.open() as content:
        assert content.read() == b"pixels"


def test_it_is_put_into_a_folder_of_the_month() -> None:
    file = File.objects.create(uri=ContentFile(b"x", name="a.txt"))
    assert file.uri.name == f"{now():%Y-%m}/a.txt"


def test_of_two_of_the_same_name_the_second_has_a_number_as_in_drupal() -> None:
    files = [File.objects.create(uri=ContentFile(b"x", name="a.txt")) for _ in "abc"]
    assert [file.filename for file in files] == ["a.txt", "a_0.txt", "a_1.txt"]
    assert [file.uri.name for file in files] == [f"{now():%Y-%m}/{file}" for file in files]


def test_a_name_is_taken_though_the_content_is_still_to_be_copied() -> None:
    File.objects.create(filename="a.txt", uri=f"{now():%Y-%m}/a.txt")
    assert File.objects.create(uri=ContentFile(b"x", name="a.txt")).filename == "a_0.txt"


def test_where_somebody_was_faster_the_storage_has_the_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(UploadField, "_is_taken", lambda self, path: False)
    first, second = (File.objects.create(uri=ContentFile(b"x", name="a.txt")) for _ in "ab")
    assert first.uri.name != second.uri.name == f"{now():%Y-%m}/{second.filename}"


@pytest.mark.parametrize(
    ("sent", "name", "kind"),
    [
        ("a.php.txt", "a.php_.txt", "text/plain"),
        ("a.php", "a.php_.txt", "text/plain"),
        ("../../a.txt", "a.txt", "text/plain"),
        (".htaccess", "htaccess", "application/octet-stream"),
        ("with some spaces & <b>?.txt", "with some spaces & <b>?.txt", "text/plain"),
        ("a.html", "a.html", "text/html"),
        ("\u0000\n", "file", "application/octet-stream"),
        ("data:text,a.png", "data:text,a.png", "image/png"),
        ("\u00fc" * 500 + ".txt", "\u00fc" * 118 + ".txt", "text/plain"),
        ("\U0001f600" * 100, "\U0001f600" * 60, "application/octet-stream"),
    ],
)
def test_whoever_makes_a_file_its_name_is_safe(sent: str, name: str, kind: str) -> None:
    file = File.objects.create(uri=ContentFile(b"x", name=sent))
    assert (file.filename, file.filemime) == (name, kind)
    assert file.uri.name == f"{now():%Y-%m}/{name}"
    with file.uri.open() as content:
        assert content.read() == b"x"
    assert File.objects.get().filename == name


def test_a_file_that_was_there_before_keeps_its_name() -> None:
    """As one that was imported: its content is copied to where it was."""
    File.objects.create(filename="a.php.txt", uri="old/a.php.txt").save()
    file = File.objects.get()
    assert (file.filename, file.uri.name) == ("a.php.txt", "old/a.php.txt")


def test_content_needs_a_name() -> None:
    with pytest.raises(FieldError):
        File.objects.create(uri=ContentFile(b"x"))


@pytest.mark.parametrize("fault", [ImportError("No module named 'PIL'"), ValueError("broken")])
def test_an_image_that_cannot_be_measured_has_no_size(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(content: Any) -> Any:
        raise fault

    monkeypatch.setattr("drupal_jwt_auth.files.images.get_image_dimensions", fail)
    file = File.objects.create(uri=ContentFile(b"x", name="a.png"))
    assert (file.width, file.height) == (None, None)


def test_a_type_that_no_name_tells_is_any() -> None:
    file = File.objects.create(uri=ContentFile(b"x", name="a.unheard-of"))
    assert file.filemime == "application/octet-stream"


def test_content_that_stays_is_not_looked_at_again(sizes: dict[bytes, Any]) -> None:
    sizes[b"x"] = (1, 1)
    file = File.objects.create(uri=ContentFile(b"x", name="a.png"))
    File.objects.update(filename="b.png", changed=LONG_AGO)
    sizes.clear()
    file = File.objects.get()
    file.save()
    assert (file.filename, file.width) == ("b.png", 1)
    assert file.changed > LONG_AGO


def test_new_content_is_looked_at(sizes: dict[bytes, Any]) -> None:
    sizes |= {b"x": (1, 1), b"yy": (2, 2)}
    file = File.objects.create(uri=ContentFile(b"x", name="a.png"))
    file.uri = ContentFile(b"yy", name="b.gif")
    file.save()
    file.refresh_from_db()
    assert (file.filename, file.filemime, file.filesize) == ("b.gif", "image/gif", 2)
    assert (file.width, file.height) == (2, 2)
