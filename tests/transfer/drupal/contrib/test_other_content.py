"""Media and paragraphs come along where their apps are installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from tests.transfer.drupal.conftest import Move
from tests.transfer.drupal.old_site import OldSite, field, field_rows, storage
from tests.transfer.site import stored

ROOT = Path(__file__).resolve().parents[4]


def media_model(name: str) -> Any:
    return apps.get_model("drupal_jwt_auth_media", name)


def paragraph_model(name: str) -> Any:
    return apps.get_model("drupal_jwt_auth_paragraphs", name)


def media(mid: int, vid: int, name: str, **values: Any) -> dict[str, Any]:
    return {
        "mid": mid,
        "vid": vid,
        "bundle": "image",
        "langcode": "en",
        "status": 1,
        "uid": 2,
        "name": name,
        "thumbnail__target_id": 1,
        "thumbnail__alt": "Thumb",
        "thumbnail__title": None,
        "thumbnail__width": 4,
        "thumbnail__height": 3,
        "created": 1600000000,
        "changed": 1600000000,
        "default_langcode": 1,
        **values,
    }


def paragraph(number: int, revision: int, **values: Any) -> dict[str, Any]:
    return {
        "id": number,
        "revision_id": revision,
        "type": "teaser",
        "langcode": "en",
        "status": 1,
        "created": 1600000000,
        "parent_id": "1",
        "parent_type": "node",
        "parent_field_name": "field_parts",
        "behavior_settings": "a:0:{}",
        "default_langcode": 1,
        **values,
    }


@pytest.fixture
def old_site(old_site: OldSite) -> OldSite:
    """The site, with media and paragraphs that its first node refers to."""
    modules = {"node": 0, "media": 0, "paragraphs": 0, "entity_reference_revisions": 0}
    old_site.configure("core.extension", {"module": modules})
    old_site.configure(
        "media.type.image",
        {"id": "image", "uuid": "type-image", "label": "Image", "description": "Pictures"},
    )
    old_site.configure(
        "paragraphs.paragraphs_type.teaser",
        {"id": "teaser", "uuid": "type-teaser", "label": "Teaser", "description": None},
    )
    for entity_type, bundle, name, kind, values in (
        ("media", "image", "field_caption", "string", {}),
        ("paragraph", "teaser", "field_text", "string_long", {}),
        ("node", "page", "field_media", "entity_reference", {"target_type": "media"}),
        ("node", "page", "field_parts", "entity_reference_revisions", {"target_type": "paragraph"}),
    ):
        made = storage(entity_type, name, kind, settings=values)
        old_site.configure(f"field.storage.{entity_type}.{name}", made)
        old_site.configure(
            f"field.field.{entity_type}.{bundle}.{name}", field(entity_type, bundle, name)
        )
    part = {"target_id": 5, "target_revision_id": 52}
    old_site.tables |= {
        "media": [
            {"mid": mid, "vid": vid, "bundle": "image", "uuid": f"media-{mid}", "langcode": "en"}
            for mid, vid in ((1, 12), (2, 13))
        ],
        "media_field_data": [media(1, 12, "Kitchen"), media(2, 13, "Hidden", status=0)],
        "media_field_revision": [
            {key: value for key, value in row.items() if key != "bundle"}
            for row in (media(1, 11, "Kitchen, first"), media(1, 12, "Kitchen"))
        ],
        "media_revision": [{"mid": 1, "vid": 11}],
        "media__field_caption": field_rows("field_caption", "image", (1, 12, {"value": "Tea"})),
        "media_revision__field_caption": field_rows(
            "field_caption", "image", (1, 11, {"value": "Coffee"})
        ),
        "paragraphs_item": [
            {"id": number, "revision_id": rev, "type": "teaser", "uuid": f"paragraph-{number}"}
            for number, rev in ((5, 52), (6, 60), (7, 70), (8, 80))
        ],
        "paragraphs_item_field_data": [
            paragraph(5, 52),
            paragraph(6, 60, parent_id="5", parent_type="paragraph"),
            paragraph(7, 70, parent_id="2"),
            paragraph(8, 80, status=0),
            paragraph(9, 90),
        ],
        "paragraphs_item_revision_field_data": [
            {key: value for key, value in row.items() if key != "type"}
            for row in (paragraph(5, 51), paragraph(5, 52))
        ],
        "paragraph__field_text": field_rows("field_text", "teaser", (5, 52, {"value": "Now"})),
        "paragraph_revision__field_text": field_rows(
            "field_text", "teaser", (5, 51, {"value": "Then"})
        ),
        "node__field_media": field_rows(
            "field_media", "page", (1, 3, {"target_id": 1}), (2, 2, {"target_id": 77})
        ),
        "node__field_parts": field_rows("field_parts", "page", (1, 3, part)),
    }
    return old_site


def test_media_are_here_with_their_fields_and_revisions(move: Move) -> None:
    printed = move()
    assert "2 media, 4 paragraph from Drupal 10." in printed
    kitchen, hidden = media_model("Media").objects.order_by("pk")
    assert (kitchen.pk, kitchen.uuid, kitchen.vid, kitchen.name) == (1, "media-1", 12, "Kitchen")
    assert (kitchen.bundle_id, kitchen.uid_id, hidden.status) == ("image", 2, False)
    assert kitchen.fields == {"field_caption": [{"value": "Tea"}]}
    assert kitchen.thumbnail == [
        {"target_id": 1, "alt": "Thumb", "title": None, "width": 4, "height": 3}
    ]
    assert media_model("MediaRevision").objects.get(pk=12).snapshot is None
    first = media_model("MediaRevision").objects.get(pk=11)
    assert first.entity_id == 1
    assert first.snapshot["name"] == [{"value": "Kitchen, first"}]
    assert first.snapshot["field_caption"] == [{"value": "Coffee"}]
    image = media_model("MediaType").objects.get(pk="image")
    assert (image.uuid, image.name, image.description) == ("type-image", "Image", "Pictures")


def test_paragraphs_are_here_with_what_they_are_a_part_of(move: Move) -> None:
    printed = move()
    five = paragraph_model("Paragraph").objects.get(pk=5)
    assert (five.uuid, five.revision_id, five.type_id) == ("paragraph-5", 52, "teaser")
    assert (five.parent_id, five.parent_type, five.parent_field_name) == (1, "node", "field_parts")
    assert five.fields == {"field_text": [{"value": "Now"}]}
    assert paragraph_model("ParagraphRevision").objects.get(pk=51).snapshot["field_text"] == [
        {"value": "Then"}
    ]
    assert paragraph_model("ParagraphsType").objects.get(pk="teaser").uuid == "type-teaser"
    assert "1 paragraphs that are not whole, or whose type or place is not there (paragraph 9)" in (
        printed
    )


def test_what_was_newest_before_is_an_older_revision_afterwards(
    move: Move, old_site: OldSite
) -> None:
    move()
    newer = media(1, 14, "Kitchen, again")
    old_site.row("media", mid=1)["vid"] = 14
    old_site.tables["media_field_data"][0] = newer
    old_site.tables["media_field_revision"].append(
        {key: value for key, value in newer.items() if key != "bundle"}
    )
    move()
    kitchen = media_model("Media").objects.get(pk=1)
    assert (kitchen.vid, kitchen.name) == (14, "Kitchen, again")
    names = {
        each.pk: each.snapshot and each.snapshot["name"][0]["value"]
        for each in kitchen.revisions.all()
    }
    assert names == {11: "Kitchen, first", 12: "Kitchen", 14: None}


def test_revisions_that_are_made_here_go_on_after_those_of_the_site(move: Move) -> None:
    move()
    kitchen = media_model("Media").objects.get(pk=1)
    assert kitchen.revisions.create().pk > 13


def test_what_they_refer_to_that_is_not_there_is_told(move: Move) -> None:
    printed = move()
    assert "1 references in fields to a media that is not there (node 2 field_media: 77)" in printed


def test_a_second_run_changes_nothing_and_what_has_gone_is_removed_if_told_to(
    move: Move, old_site: OldSite
) -> None:
    move()
    before = (
        stored(),
        list(media_model("Media").objects.values()),
        list(paragraph_model("Paragraph").objects.values()),
    )
    move()
    assert (
        stored(),
        list(media_model("Media").objects.values()),
        list(paragraph_model("Paragraph").objects.values()),
    ) == before
    for table in ("media", "media_field_data", "media_field_revision"):
        old_site.delete(table, mid=2)
    assert "Removed 1 media, which the site has no more." in move("--remove")
    assert not media_model("MediaRevision").objects.filter(pk=13).exists()
    assert list(media_model("Media").objects.values_list("pk", flat=True)) == [1]


ASKED = """
import json, sys
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.tokens import issue
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
call_command("migrate", verbosity=0)
call_command("import_drupal", "--database", sys.argv[1], verbosity=0)
admin = {"authorization": "Bearer " + issue(User.objects.get(pk=1)).text}
def ask(path, **headers):
    return Client().get(path, headers={"accept": "application/vnd.api+json", **headers}).json()
def ids(path, **headers):
    return [each["id"] for each in ask(path, **headers)["data"]]
def told(path, **headers):
    answer = Client().get(path, headers={"accept": "application/vnd.api+json", **headers})
    attributes = answer.json().get("data", {}).get("attributes", {})
    return [answer.status_code, attributes.get("name") or attributes.get("field_text")]
def make(path, **attributes):
    resource_type = path.removeprefix("/jsonapi/").replace("/", "--")
    document = {"data": {"type": resource_type, "attributes": attributes}}
    kind, headers = "application/vnd.api+json", {"accept": "application/vnd.api+json", **admin}
    return Client().post(path, json.dumps(document), content_type=kind, headers=headers)
image, teaser = "/jsonapi/media/image", "/jsonapi/paragraph/teaser"
print(json.dumps({
    "one": [told(image + "/media-1", **admin), told(teaser + "/paragraph-5")],
    "hidden": [told(image + "/media-1"), told(teaser + "/paragraph-8")],
    "older": [
        told(image + "/media-1?resourceVersion=id:11", **admin),
        told(teaser + "/paragraph-5?resourceVersion=id:51", **admin),
    ],
    "included": [each["id"] for each in ask(
        "/jsonapi/node/page/node-1?include=field_media,field_parts,field_media.thumbnail", **admin
    )["included"]],
    "found": ids(image + "?filter[field_caption]=Tea", **admin),
    "node": ask("/node/1?_format=json"),
    "media": [ids("/jsonapi/media/image"), ids("/jsonapi/media/image", **admin)],
    "paragraphs": [ids("/jsonapi/paragraph/teaser"), ids("/jsonapi/paragraph/teaser", **admin)],
    "made": [make(image, name="New").status_code, make(teaser, field_text="New").status_code],
    "afterwards": len(ids(image, **admin)),
}))
"""


def test_a_project_that_has_them_installed_serves_them_to_those_who_may_see_them(
    old_site: OldSite, tmp_path: Path
) -> None:
    old_site.write(f"sqlite:///{tmp_path}/old.sqlite")
    done = subprocess.run(
        [sys.executable, "-c", ASKED, f"sqlite:///{tmp_path}/old.sqlite"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite",
            "DJANGO_SETTINGS_MODULE": "tests.transfer.drupal.contrib.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert answers["node"]["field_media"] == [
        {"target_id": 1, "target_type": "media", "target_uuid": "media-1"}
    ]
    assert answers["node"]["field_parts"] == [
        {
            "target_id": 5,
            "target_revision_id": 52,
            "target_type": "paragraph",
            "target_uuid": "paragraph-5",
        }
    ]
    assert answers["one"] == [[200, "Kitchen"], [200, "Now"]]
    assert answers["hidden"] == [[401, None], [401, None]]
    # Nobody sees what a paragraph was: what it is a part of was something else then, too.
    assert answers["older"] == [[200, "Kitchen, first"], [403, None]]
    assert answers["included"] == ["media-1", "file-1", "paragraph-5"]
    assert answers["found"] == ["media-1"]
    assert (answers["made"], answers["afterwards"]) == ([201, 403], 3)
    assert answers["media"] == [[], ["media-1", "media-2"]]
    # The parent of 6 is 5, that of 7 is a draft, and 8 is hidden.
    assert answers["paragraphs"][0] == ["paragraph-5", "paragraph-6"]
    assert len(answers["paragraphs"][1]) == 4


def test_where_their_apps_are_not_installed_the_report_says_so(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = [each for each in apps.get_app_configs() if "contrib.media" not in each.name]
    monkeypatch.setattr(apps, "get_app_configs", lambda: configs)
    printed = move("--dry-run")
    assert (
        "Modules: 1 modules that drupal_jwt_auth.contrib.media is for (media): left out with "
        "their content: add it to INSTALLED_APPS, migrate, import again."
    ) in printed
    assert "contrib.paragraphs is for" not in printed


def test_permissions_of_types_are_there_to_be_granted(move: Move) -> None:
    move()
    assert Permission.objects.filter(codename="edit any image media").exists()


def test_a_site_that_has_none_comes_without(move: Move, old_site: OldSite) -> None:
    for table in list(old_site.tables):
        if table.startswith(("media", "paragraph")):
            del old_site.tables[table]
    assert "2 comments, 1 path aliases from Drupal 10." in move()
    assert not media_model("Media").objects.exists()


def test_a_site_may_have_the_tables_and_nothing_in_them(move: Move, old_site: OldSite) -> None:
    for table, rows in old_site.tables.items():
        if table.startswith(("media", "paragraph")):
            old_site.columns[table] = list(rows[0])
            rows.clear()
    assert "0 media, 0 paragraph from Drupal 10." in move()
    assert media_model("MediaType").objects.exists()


def test_what_somebody_has_made_who_is_not_there_is_the_anonymous_users(
    move: Move, old_site: OldSite
) -> None:
    old_site.row("media_field_data", mid=1)["uid"] = 77
    old_site.row("media_field_revision", vid=11)["uid"] = 77
    printed = move()
    assert "2 media items of a user who is not there (media item 1, media item 1)" in printed
    assert media_model("Media").objects.get(pk=1).uid_id is None
    assert media_model("MediaRevision").objects.get(pk=11).snapshot["uid"] == [{"target_id": 0}]


def test_a_time_that_is_none_is_1970(move: Move, old_site: OldSite) -> None:
    old_site.row("media_field_data", mid=1)["created"] = 10**18
    assert f"1 times of entities that are none (media item 1: {10**18}): kept as 1970." in move()
    assert media_model("Media").objects.get(pk=1).created.year == 1970
