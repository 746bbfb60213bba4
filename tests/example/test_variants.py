"""Variants of a described site, with which ``manage.py demo`` serves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drupal_jwt_auth.transfer.exceptions import SiteDescriptionError
from example_project.variants import VariantDescription, read_variant, varied

FIELD = "field.field.node.page.field_link"


def site() -> dict[str, Any]:
    """A site whose field, and role, stand in it twice."""

    def field() -> dict[str, Any]:
        return {"label": "Link", "settings": {"title": 1, "link_type": 17}}

    return {
        "roles": [{"id": "writer", "permissions": ["b", "c"]}, {"id": "reader"}],
        "node_types": [
            {"type": "page", "fields": [{"name": "field_link", **field()}]},
            {"type": "other", "fields": [{"name": "field_link", **field()}]},
        ],
        "settings": {"user.settings": {"register": "visitors", "notify": {"a": True, "b": True}}},
        "config": {FIELD: field(), "user.role.writer": {"permissions": ["b", "c"]}},
    }


def changed(variant: dict[str, Any]) -> dict[str, Any]:
    """The site with what a variant changes."""
    description = VariantDescription(data=variant)
    assert description.is_valid()
    return varied(site(), description.validated_data)


def test_settings_are_merged_object_into_object() -> None:
    values = {"register": "admin_only", "notify": {"b": False}}

    settings = changed({"settings": {"user.settings": values}})["settings"]["user.settings"]

    assert settings == {"register": "admin_only", "notify": {"a": True, "b": False}}


def test_a_field_is_changed_wherever_it_stands() -> None:
    variant = changed({"settings": {FIELD: {"settings": {"title": 0}}}})

    page, other = (row["fields"][0] for row in variant["node_types"])
    assert variant["config"][FIELD]["settings"] == {"title": 0, "link_type": 17}
    assert page["settings"] == {"title": 0, "link_type": 17}
    assert other["settings"] == {"title": 1, "link_type": 17}


def test_permissions_are_granted_and_revoked_wherever_they_stand() -> None:
    variant = changed({"grant": {"writer": ["a"], "reader": ["d"]}, "revoke": {"writer": ["c"]}})

    assert [row["permissions"] for row in variant["roles"]] == [["a", "b"], ["d"]]
    assert variant["config"]["user.role.writer"]["permissions"] == ["a", "b"]


def test_the_site_itself_stays_as_it_is() -> None:
    original = site()

    varied(original, {"settings": {}, "grant": {"writer": ["a"]}, "revoke": {"writer": ["b"]}})

    assert original == site()


@pytest.mark.parametrize(
    ("variant", "fault"),
    [
        ({"settings": {"no.settings": {}}}, "The site has no object no.settings"),
        ({"grant": {"nobody": ["a"]}}, "The site has no role nobody"),
        ({"revoke": {"nobody": ["a"]}}, "The site has no role nobody"),
    ],
)
def test_what_a_variant_changes_is_there(variant: dict[str, Any], fault: str) -> None:
    with pytest.raises(SiteDescriptionError, match=fault):
        changed(variant)


def test_what_has_variants_is_a_site(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text("[]")
    (tmp_path / "variants.json").write_text(json.dumps({"open": {}}))

    with pytest.raises(SiteDescriptionError, match="describes no site"):
        read_variant(tmp_path / "site.json", "open")
