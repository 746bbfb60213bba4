"""Configuration of a described site: objects, roles and what else a site says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from drupal_jwt_auth.content.entity.structure import SITE, get_structure
from drupal_jwt_auth.content.user.roles import known_roles, permissions_of_roles
from drupal_jwt_auth.content.user.settings import UserSettings
from drupal_jwt_auth.models import (
    ConfigObject,
    FieldConfig,
    FieldStorage,
    NodeType,
    Role,
    TextFormat,
)

Load = Callable[..., str]


@pytest.fixture
def load(db: None, tmp_path: Path) -> Load:
    """Run the command on a site, and return what it prints."""

    def load(**site: Any) -> str:
        path = tmp_path / "site.json"
        path.write_text(json.dumps(site))
        output = StringIO()
        call_command("import_drupal_site", path, stdout=output)
        return output.getvalue()

    return load


def test_objects_are_kept_by_name_with_their_keys_in_order(load: Load) -> None:
    data = {"z": 1, "a": {"y": [], "b": None}, "c": "ä"}
    config = {"core.date_format.short": data, "user.settings": {"old": 1}}
    text = load(config=config, settings={"user.settings": {"register": "visitors"}, "jwt": []})
    assert text.startswith("Loaded 3 configuration objects")
    stored = dict(ConfigObject.objects.values_list("name", "data"))
    assert json.dumps(stored["core.date_format.short"]) == json.dumps(data)
    assert stored["user.settings"] == {"register": "visitors"}
    assert stored["jwt"] == {}


def test_a_second_run_updates_them_and_leaves_others(load: Load) -> None:
    ConfigObject.objects.create(name="system.site", data={"name": "Ours"})
    load(config={"system.menu.main": {"label": "Old"}})
    load(config={"system.menu.main": {"label": "New"}})
    assert dict(ConfigObject.objects.values_list("name", "data")) == {
        "system.menu.main": {"label": "New"},
        "system.site": {"name": "Ours"},
    }


def test_the_uuid_of_the_anonymous_user_is_kept(load: Load) -> None:
    load(anonymous_uuid="af41")
    assert get_structure(None).anonymous_uuid == "af41"
    load(config={})
    assert ConfigObject.objects.get().name == SITE


def test_each_fact_of_the_site_is_kept_until_a_file_tells_another(load: Load) -> None:
    load(anonymous_uuid="af41")
    load(upload_max_bytes=2097152)
    load(upload_max_bytes=0, config={SITE: {"note": "Ours"}})
    facts = {"anonymous_uuid": "af41", "upload_max_bytes": 0, "note": "Ours"}
    assert ConfigObject.objects.get().data == facts


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "Described"),
        ({"system.site": {"mail": "a@example.com"}}, "Described"),
        ({"system.site": {"mail": "a@example.com", "name": "Own"}}, "Own"),
    ],
)
def test_the_name_of_the_site_is_that_in_its_mails(
    load: Load, settings: dict[str, Any], name: str
) -> None:
    load(site_name="Described", settings=settings)
    assert UserSettings(get_structure(None)).site_name == name


def test_the_name_of_the_site_leaves_what_else_is_known_of_it(load: Load) -> None:
    ConfigObject.objects.create(name="system.site", data={"name": "Old", "mail": "a@example.com"})
    load(site_name="New")
    assert ConfigObject.objects.get().data == {"name": "New", "mail": "a@example.com"}


@pytest.mark.parametrize(
    ("site", "fault"),
    [
        ({"config": {"a.b": 5}}, 'config.a.b: Expected a dictionary of items but got type "int".'),
        ({"settings": 5}, 'settings: Expected a dictionary of items but got type "int".'),
        (
            {"config": {"a b": {}}},
            "config.a b: Use no spaces, and none of the characters : ? * < > \" ' / \\.",
        ),
        (
            {"config": {"x" * 251: {}}},
            f"config.{'x' * 251}: A name has 250 characters at most.",
        ),
        ({"anonymous_uuid": ["x"]}, "anonymous_uuid: Not a valid string."),
        ({"upload_max_bytes": "2 MB"}, "upload_max_bytes: A valid integer is required."),
    ],
)
def test_what_is_no_configuration_is_told_with_its_place(
    load: Load, site: dict[str, Any], fault: str
) -> None:
    with pytest.raises(CommandError) as caught:
        load(**site)
    assert str(caught.value).endswith(f"\n  {fault}\nNothing was changed.")


# Roles


def test_a_role_has_label_weight_and_all_its_permissions(load: Load) -> None:
    names = ["access content", "administer own module", "administer permissions"]
    row = {"id": "chief", "uuid": "u", "label": "Chief", "weight": -2, "is_admin": False}
    load(roles=[{**row, "permissions": names}, {"id": "other", "permissions": names[1:]}])
    (role,) = known_roles("chief")
    assert (role.uuid, role.label, role.weight, role.is_admin) == ("u", "Chief", -2, False)
    assert permissions_of_roles([role]) == {role.id: names}
    # Each is one row, whoever has it.
    for name in names:
        assert Permission.objects.filter(codename=name).count() == 1


def test_what_a_role_does_not_say_of_itself(load: Load) -> None:
    (before,) = known_roles("anonymous")
    load(roles=[{"id": "anonymous"}, {"id": "chief", "is_admin": True}])
    roles = {role.id: role for role in known_roles("anonymous", "chief")}
    assert (roles["anonymous"].label, roles["anonymous"].uuid) == ("Anonymous user", before.uuid)
    assert (roles["chief"].label, roles["chief"].is_admin) == ("chief", True)


def test_a_second_run_keeps_the_uuid_of_a_role(load: Load) -> None:
    load(roles=[{"id": "chief", "uuid": "u"}])
    load(roles=[{"id": "chief", "label": "Chief"}])
    assert [(role.uuid, role.label) for role in Role.objects.all()] == [("u", "Chief")]
    assert Group.objects.filter(name="chief").count() == 1


# What else has a UUID, and what stands in the configuration alone


def test_a_text_format_has_the_uuid_of_the_site(load: Load) -> None:
    load(text_formats=[{"format": "simple", "uuid": "u", "name": "Simple"}])
    load(text_formats=[{"format": "simple", "name": "Simpler"}])
    row = TextFormat.objects.get()
    assert (row.uuid, row.name) == ("u", "Simpler")
    with pytest.raises(CommandError, match=r"text_formats\[0\]\.uuid: 'simple' has the UUID 'u'"):
        load(text_formats=[{"format": "other", "uuid": "u", "name": "Other"}])


TYPE = {"type": "page", "uuid": "page", "name": "Page"}
FIELD = {"name": "field_x", "type": "string", "label": "X"}


@pytest.mark.parametrize(
    ("own", "description"),
    [({}, "From Drupal."), ({"description": "Its own."}, "Its own."), ({"description": ""}, "")],
)
def test_a_content_type_is_described(load: Load, own: dict[str, str], description: str) -> None:
    config = {"node.type.page": {"description": "From Drupal."}}
    load(node_types=[{**TYPE, **own}], config=config)
    assert NodeType.objects.get().description == description


def test_fields_and_storages_have_the_uuids_of_the_site(load: Load) -> None:
    config = {
        "field.field.node.page.field_x": {"uuid": "f", "description": "Help."},
        "field.storage.node.field_x": {"uuid": "s", "description": "No column."},
    }
    for each in ({}, config, {}):
        load(node_types=[{**TYPE, "fields": [FIELD]}], config=each)
    field = FieldConfig.objects.get()
    assert (field.uuid, field.description, FieldStorage.objects.get().uuid) == ("f", "Help.", "s")


FORM = "core.entity_form_display.node.page.default"


@pytest.mark.parametrize(
    ("content", "weight"),
    [
        ({"field_x": {"weight": 26, "region": "content"}}, 26),
        ({"field_x": {"weight": -3}}, -3),
        ({"field_x": {"weight": 10**12}}, 7),
        ({"field_x": {"weight": "heavy"}}, 7),
        ({"field_x": True}, 7),
        ({"other": {"weight": 1}}, 7),
        ([], 7),
    ],
)
def test_fields_are_where_the_form_of_the_site_has_them(
    load: Load, content: Any, weight: int
) -> None:
    load(node_types=[{**TYPE, "fields": [FIELD]}])
    FieldConfig.objects.update(weight=7)
    load(node_types=[{**TYPE, "fields": [FIELD]}], config={FORM: {"content": content}})
    assert FieldConfig.objects.get().weight == weight
