"""Files come with their bytes: public ones into one storage, private ones into another."""

from __future__ import annotations

import json
from base64 import b64encode
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.models import File
from drupal_jwt_auth.transfer.path_aliases import PathAliasLoader
from tests.transfer.site import Load, Site, described, refusal, stored

PIXEL = (
    b"GIF89a\x02\x00\x03\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00"
    b"\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x03\x00\x00\x02\x02\x84Q\x00;"
)


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> Path:
    """The folders ``media`` and ``private``."""
    backend = "django.core.files.storage.FileSystemStorage"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": backend},
        "private": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}},
    }
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
    return tmp_path


def with_bytes(content: bytes, uri: str = "public://2017-07/photo_0.jpg", **values: Any) -> Site:
    """A site with one file."""
    file = {
        **described()["files"][0],
        "uri": uri,
        "filesize": len(content),
        "data": b64encode(content).decode(),
        **values,
    }
    return {**described(), "files": [file]}


def kept(folder: Path) -> dict[str, bytes]:
    """The files in a folder, with their bytes."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "site.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_bytes_are_below_the_name_that_the_file_has_in_drupal(
    load: Load, folders: Path
) -> None:
    load(with_bytes(b"pixels"))
    assert kept(folders) == {"media/2017-07/photo_0.jpg": b"pixels"}
    file = File.objects.get()
    assert (file.uri.name, file.filename) == ("2017-07/photo_0.jpg", "photo.jpg")
    with file.uri.open() as content:
        assert content.read() == b"pixels"


def test_without_a_folder_of_their_own_files_are_refused(
    load: Load, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings.MEDIA_ROOT = ""
    assert refusal(load, with_bytes(b"pixels")) == (
        "files: There is no folder for them. Set MEDIA_ROOT in the settings."
    )
    assert kept(tmp_path) == {}


def test_what_needs_no_such_folder_is_loaded_without(
    load: Load, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = ""
    load(with_bytes(b"secret", "private://a.txt"))
    load({**described(), "files": [{**described()["files"][0]}]})
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    load(with_bytes(b"pixels"))
    assert default_storage.exists("2017-07/photo_0.jpg")
    assert kept(tmp_path) == {"private/a.txt": b"secret"}


def test_a_file_may_be_empty(load: Load, folders: Path) -> None:
    load(with_bytes(b""))
    assert kept(folders) == {"media/2017-07/photo_0.jpg": b""}


def test_private_bytes_are_apart_and_no_url_leads_to_them(
    load: Load, folders: Path, settings: Settings
) -> None:
    load(with_bytes(b"secret", "private://attachments/a b.txt"))
    assert kept(folders) == {"private/attachments/a b.txt": b"secret"}
    file = File.objects.get()
    assert file.uri.url == "/system/files/attachments/a%20b.txt"
    with file.uri.open() as content:
        assert content.read() == b"secret"
    for path in ("/media/attachments/a%20b.txt", "/media/private://attachments/a b"):
        assert Client().get(path).status_code == 404
    # Nothing uses it, and it is the anonymous user's.
    settings.DRUPAL_JWT_AUTH["PUBLIC_METHODS"] = ["GET"]
    assert Client().get(file.uri.url).status_code == 403


def test_without_a_storage_for_them_private_bytes_are_left_out_and_that_is_told(
    load: Load, folders: Path, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {}
    (folders / "site.json").write_text(json.dumps(with_bytes(b"secret", "private://a.txt")))
    errors = StringIO()
    call_command("import_drupal_site", folders / "site.json", verbosity=0, stderr=errors)
    assert errors.getvalue() == (
        "There is no storage for 1 private file(s): private://a.txt. Name one of STORAGES in "
        "DRUPAL_JWT_AUTH['PRIVATE_STORAGE'], and import the site again.\n"
    )
    assert kept(folders) == {}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
    load(with_bytes(b"secret", "private://a.txt"))
    assert kept(folders) == {"private/a.txt": b"secret"}


def test_an_image_is_measured(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drupal_jwt_auth.transfer.files.image_size", lambda content: (2, 3))
    load(with_bytes(PIXEL))
    assert (File.objects.get().width, File.objects.get().height) == (2, 3)


def test_sizes_that_are_known_stay_where_nobody_can_measure(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(with_bytes(b"a"))
    File.objects.update(width=4, height=5)
    monkeypatch.setattr("drupal_jwt_auth.transfer.files.image_size", lambda content: (None, None))
    load(with_bytes(b"a"))
    assert (File.objects.get().width, File.objects.get().height) == (4, 5)


def test_a_second_import_changes_nothing(load: Load, folders: Path) -> None:
    site = with_bytes(b"pixels")
    load(site)
    before, files = stored(), kept(folders)
    modified = (folders / "media/2017-07/photo_0.jpg").stat().st_mtime_ns
    load(site)
    assert (stored(), kept(folders)) == (before, files)
    assert (folders / "media/2017-07/photo_0.jpg").stat().st_mtime_ns == modified


def test_a_file_that_has_changed_since_gets_its_new_bytes(load: Load, folders: Path) -> None:
    load(with_bytes(b"old"))
    load(with_bytes(b"newer"))
    assert kept(folders) == {"media/2017-07/photo_0.jpg": b"newer"}


def test_bytes_that_have_been_copied_before_are_the_files(load: Load, folders: Path) -> None:
    default_storage.save("2017-07/photo_0.jpg", ContentFile(b"pixels"))
    load(with_bytes(b"pixels"))
    assert kept(folders) == {"media/2017-07/photo_0.jpg": b"pixels"}


def test_other_bytes_of_the_name_are_in_the_way(load: Load, folders: Path) -> None:
    default_storage.save("2017-07/photo_0.jpg", ContentFile(b"mine"))
    assert refusal(load, with_bytes(b"pixels")) == (
        "files[0].uri: there is another file at '2017-07/photo_0.jpg' in the storage. Import the "
        "site into an empty database, or delete what is here first."
    )
    assert kept(folders) == {"media/2017-07/photo_0.jpg": b"mine"}


def test_two_files_cannot_have_one_place(load: Load) -> None:
    site = with_bytes(b"pixels")
    site["files"] += [{**site["files"][0], "fid": 9, "uuid": "file-9"}]
    assert refusal(load, site) == "files[1].uri: files[0] has '2017-07/photo_0.jpg' too."


def broken(self: PathAliasLoader) -> None:
    raise RuntimeError


def test_what_fails_later_takes_new_files_away_again(
    load: Load, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PathAliasLoader, "load", broken)
    with pytest.raises(RuntimeError):
        load(with_bytes(b"pixels"))
    assert kept(folders) == {}
    assert not File.objects.exists()


def test_what_fails_later_brings_old_bytes_back(
    load: Load, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(with_bytes(b"old"))
    monkeypatch.setattr(PathAliasLoader, "load", broken)
    with pytest.raises(RuntimeError):
        load(with_bytes(b"newer"))
    assert kept(folders) == {"media/2017-07/photo_0.jpg": b"old"}


@pytest.mark.parametrize("error", [OSError("No space left"), SuspiciousFileOperation("No")])
def test_where_a_storage_fails_nothing_is_changed(
    load: Load, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(self: Any, name: str, content: Any) -> str:
        raise error

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    assert refusal(load, with_bytes(b"pixels")) == (
        f"files: '2017-07/photo_0.jpg' cannot be stored: {error}"
    )


def test_a_place_that_is_a_folder_is_none(load: Load, folders: Path) -> None:
    (folders / "media/2017-07/photo_0.jpg").mkdir(parents=True)
    assert refusal(load, with_bytes(b"pixels")).startswith(
        "files: '2017-07/photo_0.jpg' cannot be stored: "
    )


def test_where_somebody_was_faster_their_file_stays(
    load: Load, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save: Any = vars(FileSystemStorage)["_save"]

    def second(self: Any, name: str, content: Any) -> str:
        save(self, name, ContentFile(b"quick"))
        return str(save(self, name, content))

    monkeypatch.setattr(FileSystemStorage, "_save", second)
    with pytest.raises(CommandError, match="somebody else has just stored a file at '2017-07/"):
        load(with_bytes(b"pixels"))
    assert not File.objects.exists()


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"data": "a"}, "data: This is no base64."),
        ({"data": "YQ==\n"}, "data: These are 1 bytes, not 6."),
        ({"data": "\u00e4"}, "data: This is no base64."),
        ({"filesize": 7}, "data: These are 6 bytes, not 7."),
        ({"data": 5}, "data: This is no base64."),
        ({"data": []}, "data: Not a valid string."),
    ],
)
def test_bytes_are_base64_and_as_many_as_are_told(load: Load, values: Site, fault: str) -> None:
    site = with_bytes(b"pixels", **values)
    assert refusal(load, site).endswith(f"describes no site:\n  files[0].{fault}")


def test_a_file_has_a_language(load: Load) -> None:
    load(with_bytes(b"a", langcode="de"))
    assert File.objects.get().langcode == "de"
