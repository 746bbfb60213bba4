"""What this app decides on is shown as it is now, in the order and the shape of what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Group
from pytest_django import Settings

from drupal_jwt_auth.content.entity.base_field import BaseField
from drupal_jwt_auth.content.entity.columns import ENTITY_TYPE_IDS
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.node.entity import NodeEntityType
from drupal_jwt_auth.fields import entity_reference
from drupal_jwt_auth.models import (
    ConfigObject,
    FieldConfig,
    FieldStorage,
    NodeType,
    Role,
    TextFormat,
    Vocabulary,
)
from tests.content.configuration.conftest import get, shown
from tests.content.visitors import Visitor, add_field, make_type, make_user, message, permission


def store(name: str, /, **data: Any) -> None:
    ConfigObject.objects.create(name=name, data=data)


# Content types


def test_a_content_type_that_was_never_imported(boss: Visitor) -> None:
    row = make_type("page", "Basic page", description="For pages.", new_revision=False)
    assert list(shown(boss, "node_type/page").items()) == [
        ("uuid", row.uuid),
        ("langcode", "en"),
        ("status", True),
        ("dependencies", []),
        ("name", "Basic page"),
        ("type", "page"),
        ("description", "For pages."),
        ("help", None),
        ("new_revision", False),
        ("preview_mode", 1),
        ("display_submitted", True),
    ]


def test_a_content_type_is_shown_as_its_row_says(boss: Visitor) -> None:
    row = make_type("page", "Basic page")
    store("node.type.page", name="Old", help="Help.", uuid=row.uuid, description=None, other=[1])
    assert list(shown(boss, "node_type/page").items()) == [
        ("name", "Basic page"),
        ("help", "Help."),
        ("uuid", row.uuid),
        # There is nothing to say in the one and in the other.
        ("description", None),
        ("other", [1]),
        ("langcode", "en"),
        ("status", True),
        ("dependencies", []),
        ("type", "page"),
        ("new_revision", True),
        ("preview_mode", 1),
        ("display_submitted", True),
    ]


def test_who_may_see_content_may_see_its_types(db: None) -> None:
    make_type("page")
    assert shown(Visitor(make_user("reader", "access content")), "node_type/page")
    Group.objects.get(name="authenticated").permissions.clear()
    refused = get(Visitor(make_user("stranger")), "node_type/page")
    assert message(refused) == (403, "The 'access content' permission is required.")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("node.type.gone", "node_type/gone"),
        ("taxonomy.vocabulary.gone", "taxonomy_vocabulary/gone"),
        ("user.role.gone", "user_role/gone"),
        ("filter.format.gone", "filter_format/gone"),
        ("field.storage.node.gone", "field_storage_config/node.gone"),
        ("field.field.node.page.gone", "field_config/node.page.gone"),
        ("core.base_field_override.node.gone.title", "base_field_override/node.gone.title"),
        ("core.base_field_override.node.page.gone", "base_field_override/node.page.gone"),
    ],
)
def test_what_is_gone_is_not_shown_from_what_is_stored(boss: Visitor, name: str, path: str) -> None:
    make_type("page")
    store(name, id="gone")
    assert get(boss, path).status_code == 404


# Vocabularies


def test_a_vocabulary(boss: Visitor) -> None:
    row = Vocabulary.objects.create(vid="tags", name="Tags")
    document = shown(boss, "taxonomy_vocabulary/tags")
    assert list(document)[4:] == ["name", "vid", "description", "weight", "new_revision"]
    assert (document["uuid"], document["name"]) == (row.uuid, "Tags")


@pytest.mark.parametrize("name", ["access taxonomy overview", "administer taxonomy"])
def test_who_may_see_vocabularies(db: None, name: str) -> None:
    Vocabulary.objects.create(vid="tags", name="Tags")
    assert shown(Visitor(make_user("clerk", name)), "taxonomy_vocabulary/tags")
    refused = get(Visitor(make_user("reader")), "taxonomy_vocabulary/tags")
    names = "'access taxonomy overview' OR 'administer taxonomy'"
    assert message(refused) == (403, f"The following permissions are required: {names}.")


# Roles


def test_a_role_is_a_group_with_its_permissions_sorted(boss: Visitor) -> None:
    make_type("page")
    TextFormat.objects.create(format="simple", name="Simple")
    group = Group.objects.create(name="writer")
    for name in ("use text format simple", "create page content", "access content"):
        group.permissions.add(permission(name))
    row = Role.objects.create(group=group, label="Writers", weight=-3)
    assert list(shown(boss, "user_role/writer").items()) == [
        ("uuid", row.uuid),
        ("langcode", "en"),
        ("status", True),
        (
            "dependencies",
            {"config": ["filter.format.simple", "node.type.page"], "module": ["filter", "node"]},
        ),
        ("id", "writer"),
        ("label", "Writers"),
        ("weight", -3),
        ("is_admin", False),
        ("permissions", ["access content", "create page content", "use text format simple"]),
    ]


def test_a_role_needs_what_its_permissions_are_for(boss: Visitor) -> None:
    make_type("page")
    make_type("event")
    group = Group.objects.create(name="writer")
    group.permissions.add(permission("create page content"), permission("search content"))
    needed = {"config": ["node.type.event", "views.view.x"], "module": ["search"]}
    store("user.role.writer", dependencies=needed, permissions=["create event content"])
    assert shown(boss, "user_role/writer")["dependencies"] == {
        "config": ["node.type.page", "views.view.x"],
        "module": ["node", "search"],
    }


def test_an_administrators_role_needs_no_permissions(boss: Visitor) -> None:
    group = Group.objects.create(name="boss")
    group.permissions.add(permission("access content"))
    Role.objects.create(group=group, label="Boss", is_admin=True)
    document = shown(boss, "user_role/boss")
    assert (document["is_admin"], document["permissions"]) == (True, [])


def test_a_group_is_a_role_by_itself(boss: Visitor) -> None:
    Group.objects.create(name="Sales & more")
    document = shown(boss, "user_role/Sales%20&%20more")
    assert (document["id"], document["label"], document["weight"]) == (
        *("Sales & more", "Sales & more", 0),
    )


def test_a_role_keeps_its_uuid_when_more_is_said_of_it(boss: Visitor) -> None:
    group = Group.objects.create(name="writer")
    before = shown(boss, "user_role/writer")
    Role.objects.create(group=group, label="Writers")
    assert shown(boss, "user_role/writer") == {**before, "label": "Writers"}


def test_the_roles_of_everybody_have_drupals_names(boss: Visitor, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = {"ANONYMOUS_ROLE": "guests"}
    Group.objects.create(name="guests")
    assert shown(boss, "user_role/anonymous")["label"] == "Anonymous user"
    assert shown(boss, "user_role/authenticated")["label"] == "Authenticated user"
    assert get(boss, "user_role/guests").status_code == 404


def test_a_role_is_found_by_its_exact_name(boss: Visitor) -> None:
    Group.objects.create(name="writer")
    assert get(boss, "user_role/Writer").status_code == 404


def test_a_role_has_what_was_granted_a_moment_ago(boss: Visitor) -> None:
    group = Group.objects.create(name="writer")
    assert shown(boss, "user_role/writer")["permissions"] == []
    group.permissions.add(permission("access comments"))
    assert shown(boss, "user_role/writer")["permissions"] == ["access comments"]


# Text formats

URL = {"filter_url_length": 72}


def test_a_text_format(boss: Visitor) -> None:
    filters = {
        "filter_url": {"weight": 1, "settings": URL},
        "filter_autop": {"weight": 0, "settings": {}},
        "editor_file_reference": {"weight": 2, "settings": {}},
    }
    row = TextFormat.objects.create(format="simple", name="Simple", weight=5, filters=filters)
    document = shown(boss, "filter_format/simple")
    assert list(document.items()) == [
        ("uuid", row.uuid),
        ("langcode", "en"),
        ("status", True),
        ("dependencies", {"module": ["editor"]}),
        ("name", "Simple"),
        ("format", "simple"),
        ("weight", 5),
        ("filters", document["filters"]),
    ]
    assert list(document["filters"]) == ["editor_file_reference", "filter_autop", "filter_url"]
    assert list(document["filters"]["filter_autop"].items()) == [
        *(("id", "filter_autop"), ("provider", "filter"), ("status", True)),
        *(("weight", 0), ("settings", [])),
    ]
    assert document["filters"]["filter_url"]["settings"] == URL


def test_a_text_format_keeps_the_filters_that_are_off(boss: Visitor) -> None:
    off = {"id": "filter_x", "provider": "x", "status": False, "weight": 1, "settings": {"a": 1}}
    gone = {"id": "filter_autop", "provider": "filter", "status": True, "weight": 0, "settings": []}
    here = {"id": "filter_url", "provider": "own", "status": True, "weight": 9, "settings": URL}
    TextFormat.objects.create(
        format="simple", name="S", filters={"filter_url": {"weight": 3, "settings": URL}}
    )
    filters = {"filter_url": here, "filter_x": off, "filter_autop": gone}
    store("filter.format.simple", filters=filters)
    assert shown(boss, "filter_format/simple")["filters"] == {
        "filter_url": {**here, "weight": 3},
        "filter_x": off,
    }


def test_plain_text_is_on_every_site(boss: Visitor) -> None:
    document = shown(boss, "filter_format/plain_text")
    assert list(document["filters"]) == ["filter_autop", "filter_html_escape", "filter_url"]
    assert document["uuid"] == shown(boss, "filter_format/plain_text")["uuid"]
    TextFormat.objects.create(format="plain_text", name="Ours", weight=2)
    assert shown(boss, "filter_format/plain_text")["name"] == "Ours"


# Fields


def test_a_field_and_its_storage_that_were_never_imported(boss: Visitor) -> None:
    make_type("page")
    make_type("event")
    config = add_field(
        "page",
        "field_related",
        "entity_reference",
        cardinality=-1,
        settings={
            "target_type": "node",
            "handler_settings": {"target_bundles": {"event": "event"}},
        },
        default_value=[],
        description="More.",
    )
    assert list(shown(boss, "field_storage_config/node.field_related").items()) == [
        ("uuid", config.storage.uuid),
        ("langcode", "en"),
        ("status", True),
        ("dependencies", {"module": ["node"]}),
        ("id", "node.field_related"),
        ("field_name", "field_related"),
        ("entity_type", "node"),
        ("type", "entity_reference"),
        ("settings", {"target_type": "node"}),
        ("module", "core"),
        ("locked", False),
        ("cardinality", -1),
        ("translatable", True),
        ("indexes", []),
        ("persist_with_no_fields", False),
        ("custom_storage", False),
    ]
    assert list(shown(boss, "field_config/node.page.field_related").items()) == [
        ("uuid", config.uuid),
        ("langcode", "en"),
        ("status", True),
        (
            "dependencies",
            {"config": ["field.storage.node.field_related", "node.type.event", "node.type.page"]},
        ),
        ("id", "node.page.field_related"),
        ("field_name", "field_related"),
        ("entity_type", "node"),
        ("bundle", "page"),
        ("label", "Related"),
        ("description", "More."),
        ("required", False),
        ("translatable", True),
        ("default_value", []),
        ("default_value_callback", ""),
        ("settings", {"handler_settings": {"target_bundles": {"event": "event"}}}),
        ("field_type", "entity_reference"),
    ]


@pytest.mark.parametrize(
    ("field_type", "settings", "modules", "module"),
    [
        ("comment", {}, ["comment", "node"], "comment"),
        ("daterange", {}, ["datetime_range", "node"], "datetime_range"),
        ("entity_reference", {"target_type": "nope"}, ["node"], "core"),
        ("entity_reference", {"target_type": "taxonomy_term"}, ["node", "taxonomy"], "core"),
        ("entity_reference", {"target_type": "user_role"}, ["node", "user"], "core"),
        ("image", {"target_type": "file"}, ["file", "image", "node"], "image"),
        ("link", {}, ["link", "node"], "link"),
        ("list_string", {}, ["node", "options"], "options"),
        ("text_with_summary", {}, ["node", "text"], "text"),
    ],
)
def test_a_storage_needs_the_modules_of_its_type_and_of_what_it_refers_to(
    boss: Visitor, field_type: str, settings: dict[str, Any], modules: list[str], module: str
) -> None:
    make_type("page")
    add_field("page", "field_x", field_type, settings=settings)
    document = shown(boss, "field_storage_config/node.field_x")
    assert (document["dependencies"], document["module"]) == ({"module": modules}, module)


@pytest.mark.parametrize(
    ("choices", "wire"),
    [
        ({"a": "A", "b": "B"}, {"a": "A", "b": "B"}),
        ([{"value": 1, "label": "One"}, {"value": 2, "label": "Two"}], {"1": "One", "2": "Two"}),
        # As PHP writes a list.
        ([{"value": 0, "label": "No"}, {"value": 1, "label": "Yes"}], ["No", "Yes"]),
        ([], []),
    ],
)
def test_choices_are_labels_by_values(boss: Visitor, choices: Any, wire: Any) -> None:
    make_type("page")
    add_field("page", "field_x", "list_integer", settings={"allowed_values": choices})
    settings = shown(boss, "field_storage_config/node.field_x")["settings"]
    assert settings["allowed_values"] == wire


def test_a_field_is_shown_as_its_rows_say(boss: Visitor) -> None:
    make_type("page")
    config = add_field("page", "field_x", "string", label="New", settings={"max_length": 9})
    names = {"translatable": False, "settings": {"max_length": 50, "is_ascii": True}}
    store("field.storage.node.field_x", **names, persist_with_no_fields=True)
    store("field.field.node.page.field_x", translatable=False, label="Old", uuid="old")
    storage = shown(boss, "field_storage_config/node.field_x")
    assert list(storage)[:3] == ["translatable", "settings", "persist_with_no_fields"]
    assert storage["settings"] == {"max_length": 9, "is_ascii": True}
    assert (storage["translatable"], storage["persist_with_no_fields"]) == (False, True)
    field = shown(boss, "field_config/node.page.field_x")
    assert (field["label"], field["uuid"], field["translatable"]) == ("New", config.uuid, False)


def test_a_field_of_a_type_that_is_not_registered_is_shown_as_well(boss: Visitor) -> None:
    make_type("page")
    config = add_field("page", "field_x", "string")
    FieldStorage.objects.filter(pk=config.storage_id).update(field_type="own")
    assert shown(boss, "field_storage_config/node.field_x")["module"] == "core"
    assert shown(boss, "field_config/node.page.field_x")["field_type"] == "own"
    assert FieldConfig.objects.get().field_type == "own"


def test_fields_of_entity_types_that_this_app_has_not_are_shown_as_they_are(
    boss: Visitor,
) -> None:
    settings = {"allowed_values": [{"value": "a", "label": "A"}]}
    store("field.storage.block_content.field_x", settings=settings)
    store("field.field.block_content.basic.field_x", label="X")
    store("core.base_field_override.block_content.basic.info", label="Info")
    storage = shown(boss, "field_storage_config/block_content.field_x")
    assert storage == {"settings": {"allowed_values": {"a": "A"}}}
    assert shown(boss, "field_config/block_content.basic.field_x") == {"label": "X"}
    override = shown(boss, "base_field_override/block_content.basic.info")
    assert override == {"label": "Info"}
    assert get(boss, "field_storage_config/block_content.nope").status_code == 404


class NoteEntityType(NodeEntityType):
    """Entities without bundles."""

    id = "note"
    keys = NodeEntityType.keys._replace(bundle=None)
    bundle_type: ClassVar[str | None] = None  # type: ignore[assignment]  # a node's has one

    def base_fields_of(self, bundle: Any) -> Sequence[BaseField]:
        return self.base_fields


def test_a_field_of_entities_without_bundles_needs_their_module(
    boss: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ENTITY_TYPES, "_types", {**vars(ENTITY_TYPES)["_types"]})
    monkeypatch.setattr(entity_reference, "READERS", dict(entity_reference.READERS))
    # The model is known as that of nodes again when the test is over.
    monkeypatch.setitem(ENTITY_TYPE_IDS, NoteEntityType.model._meta.label, "note")
    ENTITY_TYPES.add(NoteEntityType())
    FieldConfig.objects.create_field("note", "note", "field_x", "text", label="X")
    group = Group.objects.create(name="writer")
    assert shown(boss, f"user_role/{group.name}")["dependencies"] == []
    assert shown(boss, "field_config/note.note.field_x")["dependencies"] == {
        "config": ["field.storage.note.field_x"],
        "module": ["note", "text"],
    }


def test_what_a_content_type_says_of_base_fields(boss: Visitor) -> None:
    make_type("page", title_label="Headline", promote=False)
    store("core.base_field_override.node.page.title", label="Old", default_value=[])
    store("core.base_field_override.node.page.promote", label="P", default_value=[{"value": 1}])
    title = shown(boss, "base_field_override/node.page.title")
    assert title == {"label": "Headline", "default_value": []}
    promote = shown(boss, "base_field_override/node.page.promote")
    assert promote["default_value"] == [{"value": 0}]
    assert get(boss, "base_field_override/node.page.sticky").status_code == 404


def test_a_change_shows_at_once(boss: Visitor) -> None:
    make_type("page", "Old")
    assert shown(boss, "node_type/page")["name"] == "Old"
    row = NodeType.objects.get()
    row.name = "New"
    row.save()
    assert shown(boss, "node_type/page")["name"] == "New"
