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

from drupal_jwt_auth.content.file.entity import FILE_BASE_FIELDS
from drupal_jwt_auth.content.file.sources import StoredName
from drupal_jwt_auth.models import File, FileUsage, UploadName
from drupal_jwt_auth.models.file import take_free_name

LONG_AGO = datetime(2001, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def storage(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def gif(width: int, height: int) -> bytes:
    """What a GIF of this size begins with."""
    return b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little")


def test_name_type_and_size_are_those_of_the_content() -> None:
    pixels = gif(640, 480)
    file = File.objects.create(uri=ContentFile(pixels, name="Photo.PNG"))
    assert (str(file), file.filemime, file.filesize) == ("Photo.PNG", "image/png", 10)
    assert (file.width, file.height) == (640, 480)
    with file.uri.open() as content:
        assert content.read() == pixels


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
    monkeypatch.setattr("drupal_jwt_auth.models.file.is_taken", lambda name: False)
    first = File.objects.create(uri=ContentFile(b"x", name="a.txt"))
    UploadName.objects.all().delete()
    second = File.objects.create(uri=ContentFile(b"x", name="a.txt"))
    assert first.uri.name != second.uri.name == f"{now():%Y-%m}/{second.filename}"


def test_a_name_that_somebody_else_is_about_to_use_is_taken() -> None:
    assert UploadName.objects.take(f"{now():%Y-%m}/a.txt")
    assert File.objects.create(uri=ContentFile(b"x", name="a.txt")).filename == "a_0.txt"


def test_a_name_that_somebody_has_just_used_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True, False, False])
    monkeypatch.setattr("drupal_jwt_auth.models.file.is_taken", lambda name: next(answers))
    assert take_free_name("a.txt") == "a_0.txt"
    assert UploadName.objects.take("a.txt")


@pytest.mark.parametrize("other", ["A.txt", "\u00e1.txt", "a .txt"])
def test_a_name_that_only_looks_the_same_is_another(other: str) -> None:
    before = File.objects.create(filename="a.txt", uri=f"{now():%Y-%m}/a.txt")
    file = File.objects.create(uri=ContentFile(b"x", name=other))
    assert file.filename == other
    assert [File.objects.get(uri=each.uri.name) for each in (before, file)] == [before, file]


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


def test_a_type_that_no_name_tells_is_any() -> None:
    file = File.objects.create(uri=ContentFile(b"x", name="a.unheard-of"))
    assert file.filemime == "application/octet-stream"


def test_content_that_stays_is_not_looked_at_again() -> None:
    file = File.objects.create(uri=ContentFile(gif(1, 1), name="a.png"))
    File.objects.update(filename="b.png", changed=LONG_AGO)
    file.uri.storage.delete(str(file.uri.name))
    file = File.objects.get()
    file.save()
    assert (file.filename, file.width) == ("b.png", 1)
    assert file.changed > LONG_AGO


def test_new_content_is_looked_at() -> None:
    file = File.objects.create(uri=ContentFile(gif(1, 1), name="a.png"))
    file.uri = ContentFile(gif(2, 2), name="b.gif")
    file.save()
    file.refresh_from_db()
    assert (file.filename, file.filemime, file.filesize) == ("b.gif", "image/gif", 10)
    assert (file.width, file.height) == (2, 2)


# Its bytes


def test_they_stay_while_another_file_has_them(django_capture_on_commit_callbacks: Any) -> None:
    first = File.objects.create(uri=ContentFile(b"x", name="a.txt"))
    second = File.objects.create(filename="a.txt", uri=str(first.uri.name))
    File.objects.create(filename="A.txt", uri=str(first.uri.name).replace("a.txt", "A.txt"))
    for file, is_there in ((first, True), (second, False)):
        with django_capture_on_commit_callbacks(execute=True):
            file.delete()
        assert file.uri.storage.exists(str(second.uri.name)) is is_there


# What it is called elsewhere


@pytest.mark.parametrize(
    ("uri", "name"),
    [("public://a/b.txt", "a/b.txt"), ("private://a/b.txt", "private://a/b.txt")],
)
def test_it_is_found_by_the_uri_that_clients_know(uri: str, name: str) -> None:
    file = File.objects.create(filename="b.txt", uri=name)
    (source,) = (field.source for field in FILE_BASE_FIELDS if isinstance(field.source, StoredName))
    assert source.get(file) == [{"value": uri}]
    assert File.objects.get(**{source.path: source.write(uri)}) == file


def test_what_uses_it_is_told_by_type_and_key() -> None:
    file = File.objects.create(filename="a.txt", uri="a.txt")
    usage = FileUsage.objects.create(file=file, entity_type="node", entity_id="7")
    assert str(usage) == "node 7"


def test_a_name_that_is_taken_is_told_by_its_hash() -> None:
    UploadName.objects.take("a.txt")
    taken = UploadName.objects.get()
    assert str(taken) == taken.key
