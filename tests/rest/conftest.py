"""A site with pages that have a file, a private one and a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.content.visitors import Visitor, add_field, make_type, make_user


@pytest.fixture
def folders(settings: Settings, tmp_path: Path) -> Path:
    """The folders ``media`` and ``private``."""
    backend = "django.core.files.storage.FileSystemStorage"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}},
    }
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private", "PUBLIC_METHODS": ["GET", "HEAD"]}
    return tmp_path


@pytest.fixture
def pages(db: None, folders: Path) -> None:
    """A content type with fields for files."""
    make_type("page")
    text = {"file_extensions": "txt html svg"}
    add_field("page", "field_file", "file", settings={**text, "max_filesize": "1 KB"})
    add_field("page", "field_secret", "file", settings={**text, "uri_scheme": "private"})
    add_field("page", "field_image", "image")
    add_field("page", "field_any", "file", settings={"file_extensions": ""})
    add_field("page", "field_text", "string")


def make_editor(name: str) -> Visitor:
    """A visitor who may do everything with own pages, and delete own files."""
    return Visitor(
        make_user(
            name,
            *("create page content", "edit own page content", "delete own page content"),
            *("view own unpublished content", "delete own files"),
        )
    )


@pytest.fixture
def editor(pages: None) -> Visitor:
    return make_editor("editor")


@pytest.fixture
def other(pages: None) -> Visitor:
    return make_editor("other")


@pytest.fixture
def reader(pages: None) -> Visitor:
    """May see what is published."""
    return Visitor(make_user("reader"))


@pytest.fixture
def anonymous(pages: None) -> Visitor:
    return Visitor()
