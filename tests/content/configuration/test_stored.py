"""Configuration that a site has brought is shown as it is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drupal_jwt_auth.content.entity.accounts import Account
from drupal_jwt_auth.content.entity.references import SiteContext
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.content.entity.structure import get_structure
from drupal_jwt_auth.fields import Reference, Target
from drupal_jwt_auth.models import ConfigObject, TextFormat, Vocabulary
from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.content.configuration.conftest import get, shown
from tests.content.visitors import JSON, Visitor, make_user, message
from tests.drupal.replay import DATA

SHORT = {"uuid": "u", "status": True, "dependencies": [], "id": "short", "a": {"z": 1, "b": None}}


def test_the_keys_stay_in_their_order_on_every_database(boss: Visitor) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    assert json.dumps(shown(boss, "date_format/short")) == json.dumps(SHORT)


@pytest.mark.parametrize("text", ["ä\u2028", "\0", "\ud800", '"'])
def test_any_text_is_kept(db: None, text: str) -> None:
    ConfigObject.objects.create(name="system.site", data={"name": text, text: 1})
    assert ConfigObject.objects.get().data == {"name": text, text: 1}


def test_all_of_a_site_is_as_it_was_there(db: None) -> None:
    SiteImporter().load(read_site(DATA / "site-full.json"))
    admin = Visitor(make_user("overseer", is_superuser=True))
    config = json.loads((DATA / "site-full.json").read_text())["config"]
    prefixes = {str(each.prefix): each.id for each in ENTITY_TYPES.all_config()}
    compared = 0
    for name, data in config.items():
        prefix = next(each for each in prefixes if name.startswith(f"{each}."))
        key = name.removeprefix(f"{prefix}.")
        found = shown(admin, f"{prefixes[prefix]}/{key}")
        choices = data["settings"] if prefix == "field.storage" else {}
        if "allowed_values" in choices:
            values = {str(each["value"]): each["label"] for each in choices["allowed_values"]}
            choices["allowed_values"] = values
        assert json.dumps(found) == json.dumps(data), name
        compared += 1
    assert compared == len(config) > 100


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("base_field_override/media.image.name", "administer media fields"),
        ("date_format/short", "administer site configuration"),
        ("entity_form_display/user.user.default", "administer user form display"),
        ("entity_view_display/user.user.default", "administer user display"),
        ("entity_view_mode/user.full", "administer display modes"),
        ("field_config/media.image.field_place", "administer media fields"),
        ("field_storage_config/media.field_place", "administer media fields"),
        ("image_style/large", "administer image styles"),
        ("menu/main", "administer menu"),
        ("rest_resource_config/entity.node", "administer rest resources"),
        ("view/articles_api", "administer views"),
    ],
)
def test_each_kind_has_a_permission(db: None, path: str, permission: str) -> None:
    kind, _slash, key = path.partition("/")
    name = ENTITY_TYPES.config(kind).name_of(key)
    ConfigObject.objects.create(name=name, data={"id": key})
    assert shown(Visitor(make_user("clerk", permission)), path) == {"id": key}
    refused = get(Visitor(make_user("reader", "access content")), path)
    assert message(refused) == (403, f"The '{permission}' permission is required.")


@pytest.mark.parametrize(
    "path",
    [
        *("date_format/nope", "date_format/SHORT", "date_format/u", "date_format/%00"),
        f"date_format/{'x' * 300}",
    ],
)
def test_what_is_missing_is_so_for_everybody(boss: Visitor, path: str) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    status, text = message(get(boss, path))
    assert status == 404
    assert text == (
        'The "date_format" parameter was not converted for the path '
        '"/entity/date_format/{date_format}" (route name: "rest.entity.date_format.GET")'
    )


def test_a_stranger_is_told_of_what_is_missing_and_asked_for_a_token_else(db: None) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    assert get(Visitor(), "date_format/nope").status_code == 404
    assert get(Visitor(), "date_format/short").status_code == 401


@pytest.mark.parametrize("path", ["block/x", "date_format", "date_formats/short"])
def test_there_are_no_other_kinds(boss: Visitor, path: str) -> None:
    assert message(get(boss, path)) == (
        404,
        f'No route found for "GET http://testserver/entity/{path}"',
    )


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_nothing_is_written(boss: Visitor, method: str) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    answer = boss.send(method, f"/entity/date_format/short?{JSON}", "{}")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert ConfigObject.objects.get().data == SHORT


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ('{"id": "x"}', "application/json", 200),
        ("{", "application/json", 400),
        ("<a/>", "text/xml", 415),
    ],
)
def test_a_document_that_is_not_needed_must_be_one(
    boss: Visitor, body: str, content_type: str, status: int
) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    path = f"/entity/date_format/short?{JSON}"
    assert boss.send("GET", path, body, content_type=content_type).status_code == status


@pytest.mark.parametrize(
    ("path", "queries"),
    [("date_format/short", 3), ("node_type/page", 3), ("user_role/anonymous", 5)],
)
@pytest.mark.usefixtures("no_audit_log", "pages")
def test_it_costs_few_queries(
    boss: Visitor, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    get(boss, "node_type/page")  # The process knows the content model from here on.
    with django_assert_num_queries(queries):
        assert get(boss, path).status_code == 200


def test_references_find_what_is_stored(boss: Visitor) -> None:
    ConfigObject.objects.create(name="core.date_format.short", data=SHORT)
    site = SiteContext(Account(None), get_structure(None))
    assert site.target(Reference("date_format", "short")) == Target("u")
    assert site.target(Reference("date_format", "nope")) is None
    assert site.key_of("date_format", "u") == "short"
    assert site.key_of("date_format", "nope") is None


def test_references_find_what_this_app_has(db: None) -> None:
    vocabulary = Vocabulary.objects.create(vid="tags", name="Tags")
    text_format = TextFormat.objects.create(format="simple", name="Simple")
    site = SiteContext(Account(None), get_structure(None))
    for kind, key, uuid in (
        ("taxonomy_vocabulary", "tags", vocabulary.uuid),
        ("filter_format", "simple", text_format.uuid),
    ):
        assert site.target(Reference(kind, key)) == Target(uuid)
        assert site.target(Reference(kind, "nope")) is None
        assert site.key_of(kind, uuid) == key


def test_only_what_is_configuration_is_asked_for_as_such() -> None:
    with pytest.raises(KeyError):
        ENTITY_TYPES.config("node")
