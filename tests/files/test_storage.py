"""Public files are in the project's own storage, private ones in another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.urls import set_script_prefix
from pytest_django import Settings

from drupal_jwt_auth.files.storage import SiteStorage, site_storage
from drupal_jwt_auth.models import File
from drupal_jwt_auth.models.revision import now

BACKEND = "django.core.files.storage.FileSystemStorage"


@pytest.fixture
def storage(settings: Settings, tmp_path: Path) -> SiteStorage:
    settings.MEDIA_ROOT = tmp_path / "media"
    private = {"BACKEND": BACKEND, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {"default": {"BACKEND": BACKEND}, "private": private}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
    return site_storage()


@pytest.mark.parametrize(
    ("name", "place"), [("a/b.txt", "media/a/b.txt"), ("private://a/b.txt", "private/a/b.txt")]
)
def test_the_name_tells_where_a_file_is(
    storage: SiteStorage, tmp_path: Path, name: str, place: str
) -> None:
    assert not storage.exists(name)
    assert storage.save(name, ContentFile(b"abc")) == name
    assert (tmp_path / place).read_bytes() == b"abc"
    assert storage.exists(name)
    assert storage.path(name) == str(tmp_path / place)
    assert storage.size(name) == 3
    with storage.open(name) as content:
        assert content.read() == b"abc"
    for moment in (storage.get_accessed_time, storage.get_created_time, storage.get_modified_time):
        assert isinstance(moment(name), datetime)
    assert storage.save(name, ContentFile(b"other")) != name
    storage.delete(name)
    assert not storage.exists(name)


def test_a_private_file_has_the_address_that_it_has_in_drupal(
    storage: SiteStorage, settings: Settings
) -> None:
    assert storage.url("a b.txt") == f"{settings.MEDIA_URL}a%20b.txt"
    assert storage.url("private://a/b c.txt") == "/system/files/a/b%20c.txt"


def test_the_address_begins_as_all_of_the_site(storage: SiteStorage) -> None:
    set_script_prefix("/app/")
    try:
        assert storage.url("private://a.txt") == "/app/system/files/a.txt"
    finally:
        set_script_prefix("/")


def test_without_a_storage_for_them_there_are_no_private_files(
    storage: SiteStorage, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {}
    name = "private://a.txt"
    assert not storage.exists(name)
    storage.delete(name)
    for read in (storage.open, storage.size):
        with pytest.raises(FileNotFoundError):
            read(name)
    with pytest.raises(ImproperlyConfigured):
        storage.save(name, ContentFile(b"a"))
    assert storage.url(name) == "/system/files/a.txt"


def test_what_takes_the_place_of_private_content_is_private(
    storage: SiteStorage, db: None, tmp_path: Path
) -> None:
    file = File.objects.create(uri="private://a.txt", filename="a.txt")
    for number in ("", "_0"):
        file.uri = ContentFile(b"new", name="b.txt")
        file.save()
        assert file.uri.name == f"private://{now():%Y-%m}/b{number}.txt"
    assert not (tmp_path / "media").exists()


def test_new_content_is_public(storage: SiteStorage, db: None) -> None:
    file = File.objects.create(uri=ContentFile(b"a", name="a.txt"))
    assert file.uri.name == f"{now():%Y-%m}/a.txt"
