"""What a site is here once its database was read: numbers, UUIDs, values and all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from drupal_jwt_auth.content.node.entity import NODE_BASE_FIELDS
from drupal_jwt_auth.models import (
    Comment,
    ConfigObject,
    FieldConfig,
    FieldStorage,
    File,
    FileUsage,
    Node,
    NodeType,
    PathAlias,
    Revision,
    Term,
    TextFormat,
    Vocabulary,
)
from drupal_jwt_auth.transfer.drupal.database import DrupalDatabase
from drupal_jwt_auth.transfer.drupal.field_tables import plain, table_name
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.drupal.source import read_drupal
from tests.transfer.drupal.conftest import Move
from tests.transfer.drupal.old_site import HASH, OldSite, field, field_rows, storage

PUBLIC = {"PUBLIC_METHODS": ["GET"]}


def test_all_is_counted(move: Move) -> None:
    printed = move()
    assert (
        "Read 35 configuration objects, 3 users, 2 terms, 3 files, 2 nodes, 2 comments, "
        "1 path aliases from Drupal 10."
    ) in printed
    assert "3 users, 2 terms, 3 files, 2 nodes, 1 path aliases" in printed
    assert (Node.objects.count(), Revision.objects.count(), User.objects.count()) == (2, 4, 3)


def test_users_have_their_numbers_passwords_and_roles(move: Move) -> None:
    move()
    admin, anna, bert = User.objects.order_by("pk")
    assert [user.pk for user in (admin, anna, bert)] == [1, 2, 3]
    assert (admin.is_superuser, anna.is_superuser, bert.is_superuser) == (True, False, True)
    assert (anna.is_active, bert.is_active, bert.email) == (True, False, "")
    assert anna.password.endswith(HASH)
    assert set(anna.groups.values_list("name", flat=True)) == {"editor"}
    assert anna.drupal_profile.uuid == "user-2"
    assert anna.drupal_profile.fields["user_picture"][0]["target_id"] == 1
    editor = Group.objects.get(name="editor")
    assert [each.codename for each in editor.permissions.all()] == ["create page content"]


def test_structure_is_as_the_configuration_says(move: Move) -> None:
    move()
    page = NodeType.objects.get(pk="page")
    assert (page.uuid, page.name, page.status, page.promote) == (
        "type-page",
        "Basic page",
        True,
        False,
    )
    config = FieldConfig.objects.get_by_natural_key("node", "page", "field_tags")
    assert (config.uuid, config.cardinality) == ("field-node-page-field_tags", -1)
    assert config.settings["target_type"] == "taxonomy_term"
    assert FieldStorage.objects.get(entity_type="node", name="body").uuid == "storage-node-body"
    tags = Vocabulary.objects.get(pk="tags")
    assert (tags.uuid, tags.description, tags.weight) == ("vocabulary-tags", "", 2)
    assert set(TextFormat.objects.get(pk="basic_html").filters) == {"filter_html", "filter_caption"}
    assert ConfigObject.objects.data_of("system.site") is not None


def test_nodes_have_their_values(move: Move) -> None:
    move()
    one, two = Node.objects.order_by("pk")
    assert (one.uuid, one.vid, one.title, one.uid_id) == ("node-1", 3, "One", 2)
    assert (two.uid_id, two.status, two.created.year) == (None, False, 1969)
    price = "9.9" if connection.vendor == "sqlite" else "9.9000"
    nothing = "0.0" if connection.vendor == "sqlite" else "0.0000"
    assert one.fields == {
        "body": [{"value": "<p>Now</p>", "summary": "", "format": "basic_html"}],
        "comment": [
            {
                "status": 2,
                "cid": 2,
                "last_comment_timestamp": 1610000002,
                "last_comment_name": "",
                "last_comment_uid": 2,
                "comment_count": 2,
            }
        ],
        "field_image": [{"target_id": 1, "alt": "A", "title": "", "width": 4, "height": 3}],
        "field_link": [{"uri": "https://example.com/", "title": "There", "options": {"a": ["ü"]}}],
        "field_open": [{"value": True}],
        "field_price": [{"value": price}],
        "field_tags": [{"target_id": 2}, {"target_id": 1}],
        "field_writer": [{"target_id": 2}],
    }
    assert two.fields["field_price"] == [{"value": nothing}]
    assert two.fields["comment"][0]["last_comment_timestamp"] == 1600000002


def test_revisions_have_their_contents_and_a_draft_is_none_of_what_is_shown(move: Move) -> None:
    move()
    first, draft = Revision.objects.get(pk=1), Revision.objects.get(pk=4)
    assert first.revision_log == "Begun"
    assert first.snapshot is not None
    assert first.snapshot["title"] == [{"value": "One, first"}]
    assert first.snapshot["body"][0]["value"] == "<p>Then</p>"
    assert draft.snapshot is not None
    assert draft.snapshot["title"] == [{"value": "One, a draft"}]
    assert draft.current_for_id is None
    assert Node.objects.get(pk=1).vid == 3


def test_terms_files_comments_and_aliases_are_here(move: Move, folder: Path) -> None:
    move("--files", folder)
    apple = Term.objects.get(pk=2)
    assert (apple.name, apple.weight, apple.parents) == ("Apple", 2, [1])
    assert apple.fields == {"field_hint": [{"value": "Round"}]}
    assert (apple.description, apple.description_format) == ("About", "basic_html")
    file = File.objects.get(pk=1)
    assert (file.uri.name, file.width, file.height, file.uid_id) == ("2024-01/küche.png", 4, 3, 2)
    assert FileUsage.objects.filter(file=1, entity_type="user", entity_id="2").exists()
    guest, reply = Comment.objects.order_by("pk")
    assert (guest.uid_id, guest.name, reply.pid_id, reply.uid_id) == (None, "Guest", 1, 2)
    assert guest.fields["comment_body"][0]["value"] == "Well said"
    assert PathAlias.objects.get(pk=1).alias == "/über-uns"


def test_clients_are_answered_as_before(move: Move, settings: Settings) -> None:
    settings.DRUPAL_JWT_AUTH = PUBLIC
    move()
    answer = APIClient().get("/%C3%BCber-uns?_format=json").json()
    assert answer["nid"] == [{"value": 1}]
    assert answer["uid"] == [
        {"target_id": 2, "target_type": "user", "target_uuid": "user-2", "url": "/user/2"}
    ]


def test_the_theme_of_the_site_gives_figures_a_class(
    move: Move, old_site: OldSite, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = PUBLIC
    text = '<img src="/a.png" data-caption="Tea">'
    old_site.row("node__body", entity_id=1)["body_value"] = text
    move()
    body = APIClient().get("/node/1?_format=json").json()["body"][0]
    assert '<figure role="group" class="caption">' in body["processed"]
    old_site.configure("system.theme", {"default": "own"})
    move()
    body = APIClient().get("/node/1?_format=json").json()["body"][0]
    assert '<figure role="group">' in body["processed"]


def test_of_an_author_who_is_not_there_clients_see_the_number(
    move: Move, old_site: OldSite, settings: Settings
) -> None:
    settings.DRUPAL_JWT_AUTH = PUBLIC
    old_site.row("node_field_data", nid=1)["uid"] = 99999
    printed = move()
    assert "1 nodes of a user who is not there (node 1)" in printed
    assert APIClient().get("/node/1?_format=json").json()["uid"] == [{"target_id": 99999}]


def test_whoever_becomes_the_author_is_no_longer_missing(move: Move, old_site: OldSite) -> None:
    old_site.row("node_field_data", nid=1)["uid"] = 99999
    move()
    node = Node.objects.get(pk=1)
    [author] = [each for each in NODE_BASE_FIELDS if each.name == "uid"]
    assert author.get(node) == [{"target_id": 99999}]
    author.set(node, [{"target_id": 2}])
    assert author.get(node) == [{"target_id": 2}]
    assert "missing_uid" in author.columns


def test_values_of_a_deleted_field_and_of_other_languages_stay_away(
    move: Move, old_site: OldSite
) -> None:
    tags = old_site.tables["node__field_tags"]
    tags.append({**tags[0], "deleted": 1, "delta": 7})
    tags.append({**tags[0], "langcode": "de", "delta": 0})
    printed = move()
    assert Node.objects.get(pk=1).fields["field_tags"] == [{"target_id": 2}, {"target_id": 1}]
    assert "Translations: 1 values in other languages (node 1 field_tags)" in printed


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal("9.9000"), "9.9000"), (b"\xc3\xbc", "ü"), (memoryview(b"a"), "a"), (None, None)],
)
def test_what_a_database_has_of_a_column_becomes_what_json_has(
    value: object, expected: object
) -> None:
    assert plain(value) == expected


def test_thousands_of_rows_are_read_some_at_a_time(url: str, old_site: OldSite) -> None:
    first = old_site.tables["path_alias"][0]
    old_site.tables["path_alias"] += [
        {**first, "id": pid, "uuid": f"alias-{pid}", "revision_id": pid, "alias": f"/a/{pid}"}
        for pid in range(2, 1003)
    ]
    old_site.write(url)
    told: list[tuple[str, int, int]] = []
    with DrupalDatabase(url) as database:
        site = read_drupal(database, Report(), progress=lambda *how_far: told.append(how_far))
    assert len(site["path_aliases"]) == 1002
    assert told == [("path_aliases read", 500, 1002), ("path_aliases read", 1000, 1002)]


def test_the_name_of_a_table_that_would_be_too_long_has_a_hash() -> None:
    assert table_name("node", "body", "any") == "node__body"
    assert table_name("node", "body", "any", revisions=True) == "node_revision__body"
    # The first digits of the SHA-256 of the storage's UUID.
    assert table_name("site_announcement", "x" * 32, "abc") == "site_announcement__ba7816bf8f"
    long = table_name("a" * 40, "field", "abc", revisions=True)
    assert long == "a" * 34 + "_r__ba7816bf8f"


def test_a_field_with_a_table_of_its_own_name_alone_is_read(move: Move, old_site: OldSite) -> None:
    name = "field_" + "x" * 26
    old_site.configure(
        f"field.storage.taxonomy_term.{name}", storage("taxonomy_term", name, "string")
    )
    old_site.configure(
        f"field.field.taxonomy_term.tags.{name}", field("taxonomy_term", "tags", name)
    )
    old_site.tables[f"taxonomy_term__{name}"] = field_rows(name, "tags", (1, 1, {"value": "long"}))
    move()
    assert Term.objects.get(pk=1).fields[name] == [{"value": "long"}]


def test_no_queries_are_kept_while_errors_are_shown(move: Move, settings: Settings) -> None:
    """They would fill the memory."""
    settings.DEBUG = True
    connection.queries_log.clear()
    Node.objects.exists()
    [before] = connection.queries_log
    move()
    assert Node.objects.count() == 2
    kept = [each["sql"] for each in connection.queries_log]
    assert kept[0] == before["sql"]
    assert not [sql for sql in kept if "INSERT INTO" in sql]
    connection.queries_log.clear()
