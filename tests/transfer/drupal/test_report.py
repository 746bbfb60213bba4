"""What there is no place for is counted and named, with what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from drupal_jwt_auth.models import (
    Comment,
    ConfigObject,
    FieldConfig,
    File,
    Node,
    NodeType,
    PathAlias,
    Role,
    Term,
    TextFormat,
    UserProfile,
)
from drupal_jwt_auth.transfer.drupal.configuration import SiteConfiguration
from drupal_jwt_auth.transfer.drupal.report import Report
from drupal_jwt_auth.transfer.site_description import describe
from tests.transfer.drupal.conftest import Move
from tests.transfer.drupal.old_site import (
    PNG,
    OldSite,
    comment,
    configuration,
    field,
    field_rows,
    file,
    serialize,
    storage,
)
from tests.transfer.site import stored


def changed(value: Any, other: Any) -> Iterator[Any]:
    """Copies of an object, in each of which something is another value, or not there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        copy = type(value)(value)
        copy[key] = other
        yield copy
        del copy[key]
        yield copy
        if isinstance(item, dict | list):
            for inner in changed(item, other):
                yield {**value, key: inner} if isinstance(value, dict) else [inner]


@pytest.mark.parametrize("other", [None, -1, "x", [["x"]], {"x": 1}, True], ids=repr)
def test_configuration_may_hold_anything(other: Any, db: None) -> None:
    objects = configuration()
    for name, data in objects.items():
        for garbage in changed(data, other):
            site = SiteConfiguration({**objects, name: garbage}, Report())
            describe({**site.described(), "users": []}, "The database")


def finding(printed: str, what: str) -> str:
    """The only line of what was found that has a text in it."""
    [line] = [line for line in printed.splitlines() if what in line]
    return line.strip()


def test_a_dry_run_reports_and_changes_nothing(move: Move, tmp_path: Path) -> None:
    before, path = stored(), tmp_path / "report.json"
    printed = move("--dry-run", "--report", path)
    assert "Nothing was changed: this was a dry run." in printed
    assert stored() == before
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["site"] == {"drupal": 10, "modules": ["node", "user", "views", "webform"]}
    assert report["read"]["nodes"] == 2
    assert {
        "kind": "Modules",
        "what": "modules that are not supported",
        "becomes": "their configuration is kept, what they do is not done.",
        "count": 1,
        "examples": ["webform"],
    } in report["findings"]


def test_a_dry_run_says_what_would_keep_the_site_out(move: Move) -> None:
    User.objects.create_user("somebody", pk=2)
    before = stored()
    with pytest.raises(CommandError, match="there is a user with the id 2 already") as refused:
        move("--dry-run")
    assert str(refused.value).endswith("\nNothing was changed.")
    assert stored() == before


def test_a_report_that_cannot_be_written_is_told_before_anything_is_loaded(
    move: Move, tmp_path: Path
) -> None:
    before = stored()
    with pytest.raises(CommandError, match="The report cannot be written: "):
        move("--report", tmp_path / "no-folder/report.json")
    assert stored() == before


def test_without_words_there_is_the_file_alone(move: Move, tmp_path: Path) -> None:
    assert move("--report", tmp_path / "report.json", verbosity=0) == ""
    assert (tmp_path / "report.json").exists()


def test_only_the_first_ones_are_named(move: Move, old_site: OldSite) -> None:
    rows = old_site.tables["path_alias"]
    rows += [{**rows[0], "id": pid, "uuid": f"a{pid}", "path": None} for pid in range(2, 14)]
    line = finding(move("--dry-run"), "URL aliass")
    assert line.startswith("References: 12 URL aliass")
    assert line.count("URL alias ") == 10
    assert ", ...)" in line


class TestFields:
    """A field that cannot be here is left out, and the rest is loaded."""

    def test_of_an_unknown_type(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("field.storage.node.field_odd", storage("node", "field_odd", "geofield"))
        old_site.configure("field.field.node.page.field_odd", field("node", "page", "field_odd"))
        old_site.tables["node__field_odd"] = field_rows("field_odd", "page", (1, 3, {"value": 5}))
        printed = move()
        line = finding(printed, "geofield")
        assert line == (
            "Fields: 1 fields of the unknown type geofield (node.page.field_odd): left out, with "
            "their values, unless the type is registered."
        )
        assert finding(printed, "node__field_odd") == (
            "Tables: 1 rows of the table node__field_odd: left out."
        )
        assert not FieldConfig.objects.of("node").filter(storage__name="field_odd").exists()

    def test_without_a_storage_or_switched_off(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("field.storage.node.field_open", None)
        old_site.configure(
            "field.field.node.page.field_link", field("node", "page", "field_link", status=False)
        )
        line = finding(move(), "without a storage")
        assert (
            "2 fields without a storage, or off (node.page.field_link, node.page.field_open)"
            in line
        )

    def test_without_a_table(self, move: Move, old_site: OldSite) -> None:
        del old_site.tables["node__field_price"], old_site.tables["user__user_picture"]
        line = finding(move(), "fields that have no table")
        assert "2 fields that have no table" in line
        assert "(user.user_picture, node.field_price): kept without values." in line
        assert Node.objects.get(pk=1).fields["field_open"] == [{"value": 1}]
        assert "field_price" not in Node.objects.get(pk=1).fields

    def test_of_entities_that_there_are_not(self, move: Move, old_site: OldSite) -> None:
        old_site.configure(
            "field.field.block_content.basic.body", field("block_content", "basic", "b")
        )
        assert "1 fields of the entity type block_content" in move()

    def test_with_settings_that_it_cannot_have(self, move: Move, old_site: OldSite) -> None:
        values = {"settings": {"scale": -3, "prefix": "$"}}
        old_site.configure(
            "field.field.node.page.field_price", field("node", "page", "field_price", **values)
        )
        line = finding(move(), "settings that the type of a field cannot use")
        assert "(node.page.field_price: scale: -3): left out." in line
        config = FieldConfig.objects.get_by_natural_key("node", "page", "field_price")
        assert config.settings["prefix"] == "$"

    def test_with_the_name_of_what_each_has(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("field.storage.node.title", storage("node", "title", "string"))
        old_site.configure("field.field.node.page.title", field("node", "page", "title"))
        line = finding(move(), "fields that there is no place for")
        assert "(title: {" in line
        assert "Every node has a field of this name." in line

    def test_values_that_cannot_be_shown(self, move: Move, old_site: OldSite) -> None:
        old_site.configure(
            "field.storage.node.field_tags", storage("node", "field_tags", "datetime")
        )
        old_site.tables["node__field_tags"] = field_rows(
            *("field_tags", "page"),
            (1, 3, {"value": "soon"}),
            (2, 2, {"value": "2024-02-29T00:00:00"}),
        )
        line = finding(move(), "values that the field type datetime cannot show")
        assert line.startswith("Values: 1 values")
        assert Node.objects.get(pk=2).fields["field_tags"] == [{"value": "2024-02-29T00:00:00"}]
        assert Node.objects.get(pk=1).fields["field_tags"] == []

    def test_options_that_are_no_data(self, move: Move, old_site: OldSite) -> None:
        row = old_site.row("node__field_link", entity_id=1)
        row["field_link_options"] = b'O:8:"stdClass":0:{}'
        line = finding(move(), "options that cannot be read")
        assert "node 1 field_link: Not read: b'O:' at byte 0." in line
        assert Node.objects.get(pk=1).fields["field_link"][0]["options"] == []

    def test_text_columns_of_a_type_that_keeps_bytes_are_texts(
        self, move: Move, old_site: OldSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old_site.configure("field.storage.node.field_link", storage("node", "field_link", "string"))
        old_site.tables["node__field_link"] = field_rows(
            "field_link", "page", (1, 3, {"value": "ü"})
        )
        # Drupal's own types keep texts; another's may keep bytes.
        monkeypatch.setattr(
            "tests.transfer.drupal.old_site.LOBS", {"data", "value", "field_link_value"}
        )
        old_site.tables["node__field_link"][0]["field_link_value"] = "ü".encode()
        move()
        assert Node.objects.get(pk=1).fields["field_link"] == [{"value": "ü"}]

    def test_a_default_for_a_flag_of_nodes_may_be_nonsense(
        self, move: Move, old_site: OldSite
    ) -> None:
        old_site.configure("core.base_field_override.node.page.sticky", {"default_value": ["x"]})
        old_site.configure("core.base_field_override.node.page.promote", {"default_value": "x"})
        move()
        page = NodeType.objects.get(pk="page")
        assert (page.sticky, page.promote) == (False, True)


class TestConfiguration:
    """Objects that cannot be kept are left out."""

    def test_translations_and_keys(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("key.key.jwt", {"key_provider_settings": {"key_value": "secret"}})
        old_site.tables["config"].append(
            {"collection": "language.de", "name": "system.site", "data": serialize({"name": "x"})}
        )
        printed = move()
        assert finding(printed, "configuration objects of the collection").startswith(
            "Translations: 1 configuration objects of the collection language.de (system.site): "
        )
        assert finding(printed, "keys").startswith("Configuration: 1 keys (key.key.jwt): left out")
        assert ConfigObject.objects.data_of("key.key.jwt") is None
        assert ConfigObject.objects.data_of("system.site") == {
            "name": "Küche",
            "langcode": "en",
            "default_langcode": "en",
        }

    @pytest.mark.parametrize(
        ("name", "data", "reason"),
        [
            ("own.object", b'O:3:"Own":0:{}', "own.object: Not read: b'O:' at byte 0."),
            ("own.text", serialize({"a": "b\0c"}), "own.text: Not every database keeps such"),
            ("own name", serialize({}), "own name: Use no spaces"),
            ("own.list", serialize([5]), "own.list: It is no object."),
            ("own.number", serialize(0), "own.number: It is no object."),
            ("own.nothing", None, "own.nothing: It ends at byte 0, within a value."),
        ],
    )
    def test_what_cannot_be_read(
        self, name: str, data: bytes | None, reason: str, move: Move, old_site: OldSite
    ) -> None:
        old_site.tables["config"].append({"collection": "", "name": name, "data": data})
        assert reason in finding(move(), "objects that cannot be read")

    def test_an_empty_object_is_one(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("own.settings", [])
        move()
        assert ConfigObject.objects.data_of("own.settings") == {}

    def test_what_is_described_wrongly(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("node.type.Own-Type", {"type": "Own-Type", "name": "x", "uuid": "u"})
        old_site.configure(
            "user.role.x", {"id": "x", "label": "X", "uuid": "role-x", "weight": "y"}
        )
        printed = move()
        assert "(Own-Type: {" in finding(printed, "content types that there is no place for")
        assert "(x: {" in finding(printed, "roles that there is no place for")
        assert not Role.objects.filter(group__name="x").exists()

    def test_comment_types_for_what_has_no_comments(self, move: Move, old_site: OldSite) -> None:
        blocks = {"id": "b", "uuid": "b", "label": "B", "target_entity_type_id": "block_content"}
        old_site.configure("comment.type.b", blocks)
        assert "1 comment types for block_content (b): left out" in move()

    def test_a_permission_that_is_too_long(self, move: Move, old_site: OldSite) -> None:
        role = {"id": "x", "label": "X", "uuid": "role-x", "permissions": ["p" * 101]}
        old_site.configure("user.role.x", role)
        assert "1 permissions of more than 100 characters (x: ppp" in move()


class TestTextFormats:
    """What a format would do to texts that is not done here is never less safe."""

    @staticmethod
    def text_format(name: str, **values: Any) -> dict[str, Any]:
        return {"uuid": f"format-{name}", "name": name, "format": name, "status": True, **values}

    def test_one_that_is_off(self, move: Move, old_site: OldSite) -> None:
        old_site.configure("filter.format.off", self.text_format("off", status=False))
        old_site.row("node__body", entity_id=1)["body_format"] = "off"
        old_site.row("node__body", entity_id=2)["body_format"] = "gone"
        printed = move()
        assert finding(printed, "formats that are off").startswith("Text formats: 1 formats")
        for name in ("off", "gone"):
            assert "kept, and shown empty." in finding(printed, f"texts in the format {name}, ")
        assert not TextFormat.objects.filter(pk="off").exists()

    def test_one_with_a_filter_that_there_is_not(self, move: Move, old_site: OldSite) -> None:
        filters = {"purifier": {"status": True, "weight": 0, "settings": []}}
        old_site.configure("filter.format.pure", self.text_format("pure", filters=filters))
        line = finding(move(), "formats with filters that there are not")
        assert "(pure: purifier): left out" in line
        assert not TextFormat.objects.filter(pk="pure").exists()

    def test_one_with_a_filter_that_only_shows_more(self, move: Move, old_site: OldSite) -> None:
        filters = {"media_embed": {"status": True, "weight": 0, "settings": {}}}
        old_site.configure("filter.format.media", self.text_format("media", filters=filters))
        assert "1 formats with the filter media_embed (media)" in move()
        assert TextFormat.objects.get(pk="media").filters == {}


@pytest.mark.parametrize("seconds", [-(10**11), -62_135_596_800, 10**12, 10**18])
def test_a_time_that_is_none_is_1970(seconds: int, move: Move, old_site: OldSite) -> None:
    for table, column in (
        ("node_field_data", "created"),
        ("node_field_revision", "changed"),
        ("users_field_data", "login"),
        ("comment_field_data", "created"),
        ("file_managed", "changed"),
        ("taxonomy_term_field_data", "changed"),
    ):
        old_site.tables[table][-1][column] = seconds
    printed = move()
    assert "times of entities that are none (users user-3: " in printed
    assert Node.objects.get(pk=2).created.year == 1970


class TestReferences:
    """What leads to nothing is said, and nothing else is lost by it."""

    def test_of_fields_links_and_aliases(self, move: Move, old_site: OldSite) -> None:
        old_site.row("node__field_tags", delta=0)["field_tags_target_id"] = 9
        old_site.row("node__field_writer", entity_id=1)["field_writer_target_id"] = 0
        old_site.row("node__field_link", entity_id=1)["field_link_uri"] = "entity:node/77"
        old_site.row("path_alias", id=1)["path"] = "/taxonomy/term/7"
        printed = move()
        assert "1 references in fields to a taxonomy_term that is not there" in printed
        assert (
            "1 references in fields to a node that is not there (node 1 field_link: 77)" in printed
        )
        assert "1 URL aliases of what is not there (/über-uns of /taxonomy/term/7)" in printed
        assert "to a user that is not there" not in printed
        assert Node.objects.get(pk=1).fields["field_tags"][0] == {"target_id": 9}

    def test_of_what_is_known_nothing_of(self, move: Move, old_site: OldSite) -> None:
        settings = {"settings": {"target_type": "block_content"}}
        old_site.configure(
            "field.storage.node.field_tags",
            storage("node", "field_tags", "entity_reference", **settings),
        )
        printed = move()
        assert "references in fields" not in printed

    def test_of_users_roles_and_terms(self, move: Move, old_site: OldSite) -> None:
        old_site.row("file_managed", fid=1)["uid"] = 77
        old_site.row("node_revision", vid=1)["revision_uid"] = 77
        old_site.row("taxonomy_term_revision", tid=1)["revision_user"] = 77
        old_site.row("comment_field_data", cid=2)["uid"] = 77
        old_site.row("user__roles", entity_id=2)["roles_target_id"] = "gone"
        old_site.row("taxonomy_term__parent", entity_id=2)["parent_target_id"] = 77
        printed = move()
        for what in ("files", "comments"):
            assert f"1 {what} of a user who is not there" in printed
        assert "2 revisions of a user who is not there (term 1, node 1)" in printed
        assert "1 roles of users that there are not (gone of user 2)" in printed
        assert "1 parents of terms that are not there (77 of term 2)" in printed
        assert Term.objects.get(pk=2).parents == [None]
        assert Comment.objects.get(pk=2).uid_id is None

    def test_entities_that_are_not_whole(self, move: Move, old_site: OldSite) -> None:
        node = old_site.row("node", nid=1)
        old_site.tables["node"] += [
            {**node, "nid": 5, "uuid": "node-5", "vid": 55},
            {**node, "nid": 6, "uuid": "node-6", "type": "gone"},
        ]
        old_site.delete("users", uid=3)
        old_site.delete("taxonomy_term_data", tid=2)
        old_site.delete("comment", cid=2)
        old_site.tables["comment_field_data"] += [
            comment(3, "02/", field_name="gone"),
            comment(4, "no place"),
        ]
        old_site.tables["comment"] += [
            {"cid": cid, "comment_type": "comment", "uuid": f"c{cid}", "langcode": "en"}
            for cid in (3, 4)
        ]
        old_site.delete("file_managed", fid=3)
        printed = move()
        assert (
            "2 nodes that are not whole, or whose type or place is not there (node 5, node 6)"
            in printed
        )
        assert "1 users that are not whole" in printed
        assert "1 terms that are not whole" in printed
        assert "3 comments that are not whole" in printed
        assert (Node.objects.count(), Comment.objects.count(), Term.objects.count()) == (2, 1, 1)

    @pytest.mark.parametrize(
        ("table", "key", "what"),
        [
            ("users_field_data", {"uid": 2}, "users"),
            ("taxonomy_term_field_data", {"tid": 1}, "terms"),
            ("node_field_data", {"nid": 1}, "nodes"),
            ("node_revision", {"vid": 3}, "nodes"),
            ("comment", {"cid": 1}, "comments"),
            ("comment_field_data", {"cid": 1}, "comments"),
        ],
    )
    def test_of_what_is_not_whole(
        self, table: str, key: dict[str, int], what: str, move: Move, old_site: OldSite
    ) -> None:
        """Such as what is below a term, or replies to a comment, of which half is lost."""
        old_site.row("comment_field_data", cid=2).update(pid=1, thread="01.00/")
        old_site.row("taxonomy_term__parent", entity_id=2)["parent_target_id"] = 1
        old_site.delete(table, **key)
        printed = move()
        assert f" {what} that are not whole, or whose type or place is not there (" in printed
        counts = {"nodes": Node, "comments": Comment, "terms": Term, "users": User}
        for name, model in counts.items():
            assert f" {model._default_manager.count()} {name}" in printed.splitlines()[0]

    def test_a_reply_that_is_not_below_what_it_replies_to(
        self, move: Move, old_site: OldSite
    ) -> None:
        old_site.row("comment_field_data", cid=2)["thread"] = "02/"
        assert "1 replies whose place is not below what they reply to (comment 2)" in move()
        assert Comment.objects.get(pk=2).pid_id is None


class TestFiles:
    """Files are kept, with their bytes as far as there are some."""

    def test_what_is_not_on_disk_and_of_what_no_folder_is_named(
        self, move: Move, folder: Path
    ) -> None:
        printed = move("--files", folder)
        assert "1 files that are not on disk (file 2 at public://not-there.png)" in printed
        assert "1 private:// files of which no folder was named (file 3 at " in printed
        with File.objects.get(pk=1).uri.open() as content:
            assert content.read() == PNG
        assert File.objects.count() == 3

    def test_private_bytes_have_a_folder_of_their_own(
        self, move: Move, folder: Path, tmp_path: Path, settings: Any
    ) -> None:
        settings.STORAGES = {
            **settings.STORAGES,
            "private": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": tmp_path / "new-private"},
            },
        }
        settings.DRUPAL_JWT_AUTH = {"PRIVATE_STORAGE": "private"}
        private = tmp_path / "private"
        private.mkdir()
        (private / "secret.png").write_bytes(PNG)
        move("--files", folder, "--private-files", private)
        assert (tmp_path / "new-private/secret.png").read_bytes() == PNG

    @pytest.mark.parametrize("uri", ["s3://bucket/a.png", "public://../settings.php"])
    def test_what_is_neither_public_nor_private(
        self, uri: str, move: Move, old_site: OldSite
    ) -> None:
        old_site.tables["file_managed"].append(file(4, uri))
        assert "1 files that are neither public nor private (file 4 at " in move()
        assert not File.objects.filter(pk=4).exists()

    @pytest.mark.parametrize("uri", ["public://" + "日" * 90, None])
    def test_what_no_disk_has(
        self, uri: str | None, move: Move, folder: Path, old_site: OldSite
    ) -> None:
        old_site.row("file_managed", fid=2)["uri"] = uri
        assert "Nothing was changed" not in move("--files", folder)

    def test_a_folder_that_nobody_may_look_into_undoes_all(
        self, move: Move, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def is_file(path: Path) -> bool:
            if path.suffix == ".png":
                raise PermissionError(13, "Permission denied")
            return True

        monkeypatch.setattr(Path, "is_file", is_file)
        with pytest.raises(CommandError, match="cannot be read: Permission denied"):
            move("--files", folder)

    def test_two_at_one_place(self, move: Move, old_site: OldSite) -> None:
        old_site.tables["file_managed"].append(file(4, "public://not-there.png"))
        assert "1 files at the place of another one (file 4 at " in move()

    def test_usage_that_is_of_nothing(self, move: Move, old_site: OldSite) -> None:
        usage = old_site.tables["file_usage"]
        usage += [{**usage[0], "id": "x"}, {**usage[0], "type": ""}]
        move()
        assert File.objects.count() == 3

    def test_a_folder_has_to_be_there(self, move: Move, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="There is no folder"):
            move("--files", tmp_path / "gone")

    def test_bytes_that_cannot_be_read_undo_all(
        self, move: Move, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Path, "is_file", lambda path: path.suffix != ".sqlite-d10")
        before = stored()
        with pytest.raises(
            CommandError, match=r"not-there.png' cannot be read: .*\nNothing was ch"
        ):
            move("--files", folder)
        assert stored() == before


def test_translations_are_counted(move: Move, old_site: OldSite) -> None:
    row = old_site.row("node_field_data", nid=1)
    old_site.tables["node_field_data"].append(
        {**row, "langcode": "de", "title": "Eins", "default_langcode": 0}
    )
    assert "Translations: 1 translations in the table node_field_data: left out" in move()
    assert Node.objects.get(pk=1).title == "One"


def test_tables_that_nobody_reads_are_named_unless_they_are_empty_or_derived(
    move: Move, old_site: OldSite
) -> None:
    old_site.tables |= {
        "webform_submission": [{"sid": "1"}, {"sid": "2"}],
        "field_deleted_data_0123456789": [{"deleted": 1}],
        "webform": [],
        "cache_page": [{"cid": 1}],
    }
    printed = move()
    assert "Tables: 2 rows of the table webform_submission: left out." in printed
    assert "left out: values of a field that was deleted." in printed
    assert "webform:" not in printed
    assert "cache_page" not in printed


def test_a_site_without_comments_aliases_and_files_is_read(move: Move, old_site: OldSite) -> None:
    for name in list(old_site.tables):
        if name.startswith(("comment", "path_alias", "file_", "taxonomy", "user__")):
            del old_site.tables[name]
    move()
    assert (Node.objects.count(), PathAlias.objects.count(), UserProfile.objects.count()) == (
        2,
        0,
        3,
    )
