"""Texts on the wire: filtered when they have changed, or what they are made with, and not again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from drupal_jwt_auth.content.entity import references
from drupal_jwt_auth.models import File, TextFormat
from drupal_jwt_auth.text import FILTERS, TextCache, promises
from tests.content.visitors import Visitor, nid_of, page

IMAGE_REMOVED = "error.svg"


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch) -> TextCache:
    """A process that has shown no texts so far."""
    cache = TextCache()
    monkeypatch.setattr(references, "_TEXTS", cache)
    return cache


@pytest.fixture
def filtered(db: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the one filter of the format ``shouting`` was given."""
    texts: list[str] = []

    @promises(repeatable=True)
    def shout(text: str, settings: Mapping[str, Any]) -> str:
        texts.append(text)
        return f"{text.upper()}{settings.get('mark', '!')}"

    monkeypatch.setitem(FILTERS, "shout", shout)
    make_format("shouting", shout={"weight": 0, "settings": {}})
    return texts


def make_format(name: str, **filters: Any) -> TextFormat:
    return TextFormat.objects.create(format=name, name=name, filters=filters)


def body(text: str, text_format: str = "shouting") -> dict[str, str]:
    return {"value": text, "format": text_format}


def processed(node: Mapping[str, Any]) -> str:
    text: str = node["body"][0]["processed"]
    return text


def test_a_text_is_filtered_when_it_is_written_and_not_when_it_is_read(
    pages: None, admin: Visitor, reader: Visitor, filtered: list[str]
) -> None:
    nid = nid_of(admin.create(page(body=[body("hello")])))
    assert [processed(who.read(nid)) for who in (admin, reader, admin)] == ["HELLO!"] * 3
    assert filtered == ["hello"]


def test_a_text_that_is_changed_is_filtered_anew(
    pages: None, admin: Visitor, filtered: list[str]
) -> None:
    nid = nid_of(admin.create(page(body=[body("hello")])))
    assert processed(admin.change(nid, page(body=[body("bye")]))) == "BYE!"
    assert processed(admin.read(nid)) == "BYE!"
    assert filtered == ["hello", "bye"]


def test_a_node_that_changes_elsewhere_keeps_its_text(
    pages: None, admin: Visitor, filtered: list[str]
) -> None:
    nid = nid_of(admin.create(page(body=[body("hello")])))
    admin.change(nid, page(title=["Another"]))
    assert filtered == ["hello"]


def test_a_text_format_that_is_changed_filters_anew(
    pages: None, admin: Visitor, filtered: list[str]
) -> None:
    nid = nid_of(admin.create(page(body=[body("hello")])))
    changed = TextFormat.objects.get(format="shouting")
    changed.filters = {"shout": {"weight": 0, "settings": {"mark": "?"}}}
    changed.save()
    assert processed(admin.read(nid)) == "HELLO?"
    changed.delete()
    assert processed(admin.read(nid)) == ""


def test_an_uploaded_image_is_shown_while_it_is_there(
    pages: None, admin: Visitor, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_format("images", filter_html_image_secure={"weight": 0})
    file = File.objects.create(uri=ContentFile(b"x", name="a.png"))
    nid = nid_of(admin.create(page(body=[body(f'<img src="{file.uri.url}">', "images")])))
    assert IMAGE_REMOVED not in processed(admin.read(nid))
    file.uri.storage.delete(file.uri.name or "")
    assert IMAGE_REMOVED in processed(admin.read(nid))


def test_the_setting_limits_what_is_kept(
    pages: None, admin: Visitor, filtered: list[str], cache: TextCache, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = {"TEXT_CACHE_SIZE": 3000}
    nids = [nid_of(admin.create(page(body=[body(f"text {number}")]))) for number in range(9)]
    for nid in nids:
        admin.read(nid)
    assert 0 < cache.size <= 3000
    settings.DRUPAL_JWT_AUTH = {"TEXT_CACHE_SIZE": 0}
    count = len(filtered)
    admin.read(nids[-1])
    assert len(filtered) == count + 1
