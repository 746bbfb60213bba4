"""A whole site as a Drupal 10.6 exports it: all that belongs to nodes, files and users."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from drupal_jwt_auth.models import FieldConfig, File, Node, Revision, TokenCutoff
from tests.drupal.replay import DATA
from tests.transfer.site import Load, stored

MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture
def site(settings: Settings) -> Any:
    """The site, and storages for its files."""
    settings.STORAGES = {**settings.STORAGES, "default": MEMORY, "private": MEMORY}
    settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
    return json.loads((DATA / "site-full.json").read_text(encoding="utf-8"))


def test_all_is_loaded(load: Load, site: Any) -> None:
    printed = load(site)
    assert "20 users, 12 terms, 8 files, 71 nodes, " in printed
    assert (Node.objects.count(), Revision.objects.count(), File.objects.count()) == (71, 73, 8)
    assert User.objects.count() == 20
    described = sum(len(node_type["fields"]) for node_type in site["node_types"])
    assert FieldConfig.objects.of("node").count() == described


def test_a_second_import_changes_nothing(load: Load, site: Any) -> None:
    load(site)
    before, cutoffs = stored(), list(TokenCutoff.objects.values_list())
    load(site)
    assert stored() == before
    # Nor are tokens revoked once more of those who are blocked.
    assert list(TokenCutoff.objects.values_list()) == cutoffs


def test_values_are_as_the_types_of_fields_store_them(load: Load, site: Any) -> None:
    load(site)
    fields = Node.objects.get(pk=68).fields
    expected: dict[str, Any] = {
        "field_attachment": [{"target_id": 3, "display": True, "description": "The secret"}],
        "field_date": [{"value": "2026-07-01T18:30:00"}],
        "field_host": [{"target_id": 2}],
        "field_levels": [{"value": 1}, {"value": 3}],
        "field_open": [{"value": True}],
        "field_price": [{"value": "12.5"}],
        "field_ratio": [{"value": 0.75}],
        "field_seats": [{"value": 120}],
    }
    assert {name: fields[name] for name in expected} == expected
    comment, image = (Node.objects.get(pk=8).fields[name] for name in ("comment", "field_image"))
    assert (comment[0]["status"], comment[0]["comment_count"]) == (2, 4)
    assert (image[0]["target_id"], image[0]["width"]) == (1, 40)


def test_each_file_has_its_bytes(load: Load, site: Any) -> None:
    load(site)
    for file in File.objects.all():
        with file.uri.open() as content:
            assert len(content.read()) == file.filesize


def test_the_first_site_is_read_as_well(load: Load, site: Any) -> None:
    load((DATA / "site.json").read_bytes())
    assert Node.objects.count() == 7
