"""``manage.py import_drupal_site FILE``: a described site, all of it or nothing."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db.models import CharField, F, Model, Value
from django.db.models.functions import Concat
from pytest_django import Settings

from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.content.user.roles import known_roles
from drupal_jwt_auth.fields.path import ALIAS_MAX_LENGTH
from drupal_jwt_auth.fields.timestamps import from_unix
from drupal_jwt_auth.models import (
    FieldConfig,
    File,
    Node,
    NodeType,
    PathAlias,
    Revision,
    Term,
    TextFormat,
    UserProfile,
)
from drupal_jwt_auth.transfer.roles import RoleLoader
from drupal_jwt_auth.transfer.site_description import MAX_DEPTH, MAX_FAULTS, SiteDescription
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.content.visitors import Visitor, add_field, faults, make_type, make_user, nid_of, page
from tests.transfer.site import HASH, Load, Site, described, refusal, stored

# What it makes


def test_it_says_what_it_loaded(load: Load) -> None:
    assert load(described()) == (
        "Loaded 1 text formats, 1 vocabularies, 1 content types, 2 fields, 3 roles, 3 users, "
        "2 terms, 2 files, 2 nodes, 1 path aliases.\n"
    )
    assert load({}) == "Loaded 0 terms, 0 files, 0 nodes, 0 path aliases.\n"


def test_a_hash_that_django_has_made_lets_its_user_in(load: Load) -> None:
    site = described()
    site["users"][1]["pass"] = make_password("secret")
    load(site)
    assert User.objects.get(pk=12).check_password("secret")


def test_when_somebody_has_logged_in_last_is_known_until_they_do_here(load: Load) -> None:
    site = described()
    site["users"][1]["login"] = 1500000005
    load(site)
    writer = User.objects.get(pk=12)
    assert writer.last_login == from_unix(1500000005)
    assert User.objects.get(pk=13).last_login is None
    User.objects.update(last_login=from_unix(1600000000))
    load(site)
    assert User.objects.get(pk=12).last_login == from_unix(1600000000)


def test_it_says_whose_hash_was_not_kept_quiet_or_not(load: Load, tmp_path: Path) -> None:
    load({})
    users = [
        {"uid": 100 + number, "uuid": f"user-{number}", "name": f"user {number}", "pass": "?"}
        for number in range(21)
    ]
    for count, names in (
        (
            1,
            "nor of one of PASSWORD_HASHERS, or takes too long to verify: 'user 0'.",
        ),
        (21, "'user 19', ..."),
    ):
        (tmp_path / "site.json").write_text(json.dumps({"users": users[:count]}))
        errors = StringIO()
        call_command("import_drupal_site", tmp_path / "site.json", stderr=errors, verbosity=0)
        assert names in errors.getvalue()
        assert "?" not in errors.getvalue()
    assert not User.objects.get(pk=100).has_usable_password()


def test_an_empty_hash_is_no_fault(load: Load, tmp_path: Path) -> None:
    load(described())
    errors = StringIO()
    call_command("import_drupal_site", tmp_path / "site.json", stderr=errors, verbosity=0)
    assert errors.getvalue() == ""


def test_it_can_be_quiet(load: Load, tmp_path: Path) -> None:
    load({})
    output = StringIO()
    call_command("import_drupal_site", tmp_path / "site.json", stdout=output, verbosity=0)
    assert output.getvalue() == ""


def test_it_says_what_its_users_need_to_log_in(
    load: Load, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load(described())
    assert capsys.readouterr().err == (
        "Some users cannot log in. No hasher in PASSWORD_HASHERS is for the algorithm "
        "drupal_bcrypt. Add drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher to "
        "PASSWORD_HASHERS, after the first.\n"
    )
    load({**described(), "users": [], "files": [], "nodes": [], "path_aliases": []})
    assert capsys.readouterr().err == ""


def test_it_says_which_library_its_users_need(
    load: Load,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    settings.PASSWORD_HASHERS = ["drupal_jwt_auth.hashers.DrupalBCryptPasswordHasher"]
    load(described())
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("Some users cannot log in. Couldn't load 'DrupalBCryptPasswordHasher'")
    assert line.endswith('Install it: pip install "drupal-jwt-auth[passwords]".')


def test_roles_become_groups_with_exactly_their_permissions(load: Load) -> None:
    load(described())

    def granted(name: str) -> set[str]:
        permissions = Group.objects.get(name=name).permissions.all()
        return {each.codename for each in permissions}

    assert granted("authenticated") == {"access content", "use text format simple"}
    assert granted("writer") == {"create page content"}
    assert granted("boss") == set()
    assert "Writer" not in Group.objects.values_list("name", flat=True)
    assert next(known_roles("writer")).uuid == "role-writer"


def test_users_keep_number_uuid_and_password(load: Load) -> None:
    load(described())
    first, writer, boss = User.objects.order_by("pk")
    assert [first.pk, writer.pk, boss.pk] == [1, 12, 13]
    assert [first.email, writer.email] == ["", "writer@example.com"]
    assert first.password.endswith(HASH)
    assert not writer.has_usable_password()
    assert writer.date_joined.timestamp() == 1500000000
    assert [each.name for each in writer.groups.all()] == ["writer"]
    assert [first.is_superuser, writer.is_superuser, boss.is_superuser] == [True, False, True]
    assert [first.is_staff, writer.is_staff, boss.is_staff] == [True, False, True]
    assert [first.is_active, boss.is_active] == [True, False]
    assert UserProfile.objects.get(user=writer).uuid == "user-12"


def test_nodes_are_served_as_they_were(load: Load) -> None:
    load(described())
    reader = Visitor(make_user("reader", pk=900))
    assert nid_of(reader.read("/about")) == 40
    assert reader.read(40) == {
        "nid": [{"value": 40}],
        "uuid": [{"value": "node-40"}],
        "vid": [{"value": 90}],
        "langcode": [{"value": "en"}],
        "type": [
            {"target_id": "page", "target_type": "node_type", "target_uuid": "page-type"},
        ],
        "revision_timestamp": [{"value": "2017-07-14T02:40:02+00:00", "format": "Y-m-d\\TH:i:sP"}],
        "revision_uid": reader.read(41)["uid"],
        "status": [{"value": True}],
        "uid": [
            {
                "target_id": 12,
                "target_type": "user",
                "target_uuid": "user-12",
                "url": "/user/12",
            }
        ],
        "title": [{"value": "About"}],
        "created": [{"value": "2017-07-14T02:40:00+00:00", "format": "Y-m-d\\TH:i:sP"}],
        "changed": [{"value": "2017-07-14T02:40:01+00:00", "format": "Y-m-d\\TH:i:sP"}],
        "promote": [{"value": False}],
        "sticky": [{"value": True}],
        "default_langcode": [{"value": True}],
        "revision_translation_affected": [{"value": True}],
        "path": [{"alias": "/about", "pid": 5, "langcode": "en"}],
        "body": [{"value": "<b>", "format": "simple", "processed": "&lt;b&gt;"}],
        "field_tags": [
            {
                "target_id": 7,
                "target_type": "taxonomy_term",
                "target_uuid": "term-7",
                "url": "/taxonomy/term/7",
            }
        ],
    }


def test_defaults_of_a_type_are_those_of_new_nodes(load: Load) -> None:
    load(described())
    node_type = NodeType.objects.get()
    assert [node_type.status, node_type.promote, node_type.sticky, node_type.new_revision] == [
        *(True, False, False, False)
    ]


TITLE = "core.base_field_override.node.page.title"


@pytest.mark.parametrize(
    ("own", "config", "label"),
    [
        ({}, {}, "Title"),
        ({"title_label": "Headline"}, {}, "Headline"),
        ({}, {TITLE: {"label": "Headline"}}, "Headline"),
        ({"title_label": "Name"}, {TITLE: {"label": "Headline"}}, "Name"),
        ({}, {TITLE: {"label": ""}, f"{TITLE}x": {"label": "Headline"}}, "Title"),
        ({}, [], "Title"),
    ],
)
def test_a_type_has_its_own_word_for_the_title(
    load: Load, own: dict[str, str], config: Any, label: str
) -> None:
    site = described()
    site["node_types"][0] |= own
    load({**site, "config": config})
    assert NodeType.objects.get().title_label == label
    admin = Visitor(User.objects.get(pk=1))
    assert faults(admin.post(page(title=["x" * 256]))) == [
        f"title.0.value: {label}: may not be longer than 255 characters."
    ]


def test_numbers_go_on_after_those_that_were_imported(load: Load) -> None:
    load(described())
    admin = Visitor(User.objects.get(pk=1))
    created = admin.create(page(path=["/new"]))
    assert nid_of(created) > 41
    assert created["vid"][0]["value"] > 91
    assert created["path"][0]["pid"] > 5
    assert make_user("new").pk > 13
    assert Term.objects.create(name="new", vid_id="tags").pk > 8
    assert File.objects.create(uri="new").pk > 4


def test_a_project_may_have_users_of_another_kind(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as users without groups and dates."""
    monkeypatch.setattr(
        "drupal_jwt_auth.transfer.users._user_fields",
        lambda: {"username", "password", "is_active", "is_superuser", "is_staff"},
    )
    load(described())
    writer = User.objects.get(pk=12)
    assert (writer.username, writer.email) == ("writer", "")
    assert not writer.groups.exists()


def test_nobody_who_is_blocked_comes_where_nobody_can_be(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "drupal_jwt_auth.transfer.users._user_fields"
    monkeypatch.setattr(names, lambda: {"username", "password"})
    site = described()
    site["users"][1]["status"] = False
    name = site["users"][1]["name"]
    told = f"users[1].status: {name!r} is blocked, and the users of this project cannot be."
    assert told in refusal(load, site)
    assert not User.objects.exists()
    load({**site, "users": [{**each, "status": True} for each in site["users"]]})
    assert User.objects.filter(username=name).exists()


def test_files_are_known_without_their_bytes(load: Load) -> None:
    load(described())
    photo, other = File.objects.order_by("fid")
    assert (photo.fid, photo.uuid, photo.uid_id) == (3, "file-3", 12)
    assert (photo.filename, photo.uri.name) == ("photo.jpg", "2017-07/photo_0.jpg")
    assert (photo.filemime, photo.filesize, photo.status) == ("image/jpeg", 1234, True)
    assert [moment.timestamp() for moment in (photo.created, photo.changed)] == [
        *(1500000000, 1500000001)
    ]
    assert (other.uid, other.status, other.filemime) == (None, False, "application/octet-stream")


def test_images_of_nodes_are_shown(load: Load) -> None:
    site = described()
    site["node_types"][0]["fields"].append(
        {"name": "field_image", "type": "image", "label": "Image"}
    )
    image = {"target_id": 3, "alt": "A", "title": "", "width": 10, "height": 20}
    site["nodes"][0]["fields"]["field_image"] = [image]
    load(site)
    (shown,) = Visitor(User.objects.get(pk=1)).read(40)["field_image"]
    assert shown.pop("url").endswith("/2017-07/photo_0.jpg")
    assert shown == {**image, "target_type": "file", "target_uuid": "file-3"}


def test_fields_that_name_users_name_them_by_the_keys_that_they_get(load: Load) -> None:
    site = described()
    people = {
        "name": "field_people",
        "type": "entity_reference",
        "label": "People",
        "cardinality": -1,
        "settings": {"target_type": "user"},
        "default_value": [{"target_id": "12"}],
    }
    comments = {"name": "comment", "type": "comment", "label": "Comments"}
    site["node_types"][0]["fields"] += [people, comments]
    items = [{"target_id": key} for key in ("12", 99, 0, None)]
    statistics = {"status": 2, "last_comment_uid": "12", "comment_count": 3}
    site["nodes"][0]["fields"] |= {"field_people": items, "comment": [statistics]}
    load(site)
    stored_fields = Node.objects.get(nid=40).fields
    assert stored_fields["field_people"] == [{"target_id": key} for key in (12, 99, 0)]
    assert stored_fields["comment"][0]["last_comment_uid"] == 12
    assert FieldConfig.objects.get(storage__name="field_people").default_value == [
        {"target_id": 12}
    ]
    site["nodes"][0]["fields"]["field_people"] = [{"target_id": "x"}]
    assert refusal(load, site) == (
        "nodes[0].fields.field_people.0.target_id: "
        "This value should be of the correct primitive type."
    )


def test_a_user_needs_a_key(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tests/host/test_user_keys.py` imports users whose keys are no numbers."""
    monkeypatch.setattr("drupal_jwt_auth.transfer.site_users.read_key", lambda value: None)
    assert refusal(load, described()) == (
        "users[0]: neither the uid 1 nor the uuid 'user-1' can be the key of a user, "
        "which is of the kind: Integer."
    )


def test_an_empty_item_is_none(load: Load) -> None:
    site = described()
    site["nodes"][0]["fields"]["body"] = [{"value": None}, {"value": "x", "format": None}]
    load(site)
    assert Node.objects.get(nid=40).fields["body"] == [{"value": "x", "format": None}]


# Again


def test_a_second_run_changes_nothing(load: Load) -> None:
    load(described())
    before = stored()
    load(described())
    assert stored() == before


def test_a_second_run_updates_what_is_there(load: Load) -> None:
    load(described())
    site = described()
    site["nodes"][0] |= {"title": "New", "vid": 95, "fields": {}}
    site["users"][1] |= {"name": "author", "roles": []}
    site["node_types"][0]["fields"] = [{**site["node_types"][0]["fields"][0], "label": "Text"}]
    site["path_aliases"][0]["alias"] = "/new"
    site["roles"][1]["permissions"] = []
    load(site)
    node = Node.objects.get(nid=40)
    assert (node.title, node.vid, node.fields) == ("New", 95, {})
    assert node.revisions.count() == 2
    labels = dict(FieldConfig.objects.values_list("storage__name", "label"))
    assert labels == {"body": "Text", "field_tags": "Tags"}
    assert User.objects.get(pk=12).username == "author"
    assert not User.objects.get(pk=12).groups.exists()
    assert [each.alias for each in PathAlias.objects.all()] == ["/new"]
    assert not Group.objects.get(name="writer").permissions.exists()


def test_what_the_file_does_not_name_stays(load: Load) -> None:
    make_type("article")
    user = make_user("other")
    load({**described(), "users": [], "files": [], "nodes": [], "path_aliases": []})
    assert NodeType.objects.filter(type="article").exists()
    assert User.objects.filter(pk=user.pk).exists()


# Aliases of other paths

OTHER_PATHS = ["/search", "/node/40/edit", "/node/x", "/users/12", "/"]


def aliases(*paths: str) -> list[Any]:
    """One of the node, pid 5, and one of each path."""
    others = [
        {"pid": 10 + n, "uuid": f"other-{n}", "path": path, "alias": f"/other/{n}"}
        for n, path in enumerate(paths)
    ]
    return [*described()["path_aliases"], *others]


def test_aliases_of_other_paths_are_kept(load: Load) -> None:
    site = {**described(), "path_aliases": aliases(*OTHER_PATHS)}
    printed = load(site)
    assert printed.endswith(
        "1 path aliases, 5 aliases of other paths.\n"
        "Nothing is served at aliases of other paths, such as /other/0 for /search. "
        "They are kept, and listed in the admin under URL aliases.\n"
    )
    assert list(PathAlias.objects.order_by("pid").values_list("alias", "path")) == [
        ("/about", "/node/40"),
        *((f"/other/{n}", path) for n, path in enumerate(OTHER_PATHS)),
    ]


def test_nothing_is_at_an_alias_of_another_path(load: Load) -> None:
    load({**described(), "path_aliases": aliases(*OTHER_PATHS)})
    reader = Visitor(make_user("reader", pk=900))
    for number in range(len(OTHER_PATHS)):
        response = reader.get(f"/other/{number}")
        assert response.status_code == 404
        url = f"http://testserver/other/{number}"
        assert response.json() == {"message": f'No route found for "GET {url}"'}


def test_the_newest_alias_counts_whatever_it_is_of(load: Load) -> None:
    site = {**described(), "path_aliases": aliases("/search")}
    site["path_aliases"][1]["alias"] = "/about"
    load(site)
    reader = Visitor(make_user("reader", pk=900))
    assert reader.get("/about").status_code == 404
    assert reader.read(40)["path"] == [{"alias": "/about", "pid": 5, "langcode": "en"}]


def test_an_alias_waits_for_its_node(load: Load) -> None:
    site = described()
    (node, *_) = site["nodes"]
    load({**site, "nodes": []})
    reader = Visitor(make_user("reader", pk=900))
    assert reader.get("/about").json()["message"].startswith('The "node" parameter was not')
    load({**site, "nodes": [node]})
    assert reader.read("/about")["nid"] == [{"value": 40}]


def test_an_alias_may_be_off_and_have_a_revision_of_another_number(load: Load) -> None:
    site = described()
    site["path_aliases"][0] |= {"status": False, "revision_id": 9}
    load(site)
    alias = PathAlias.objects.get()
    assert (alias.status, alias.revision_id) == (False, 9)
    assert Visitor(make_user("reader", pk=900)).get("/about").status_code == 404


def test_an_alias_of_a_node_that_is_here_is_its_own(load: Load) -> None:
    site = described()
    load(site)
    load({"path_aliases": [{"pid": 6, "uuid": "six", "path": "/node/40", "alias": "/us"}]})
    assert Node.objects.get(nid=40).path["alias"] == "/us"


# Users whose numbers others have


def site_of_authors() -> Site:
    """A site whose content names user 1 wherever content can."""
    site = described()
    site["node_types"][0]["fields"].append(
        {
            "name": "field_author",
            "label": "Author",
            "type": "entity_reference",
            "settings": {"target_type": "user"},
            "default_value": [{"target_id": 1}],
        }
    )
    site["nodes"][0] |= {"uid": 1, "revision_uid": 1}
    site["nodes"][0]["fields"] = {
        "field_author": [{"target_id": "1"}, {"target_id": 12}, {"target_id": None}],
        "field_tags": [{"target_id": 7}],
    }
    site["files"][0]["uid"] = 1
    site["path_aliases"] += aliases("/user/1", "/user/1/edit", "/user/12", "/user/1x")[1:]
    return site


def test_a_user_gets_another_number_where_somebody_else_has_it(load: Load) -> None:
    here = make_user("root", pk=1, password="secret", is_superuser=True)
    before = User.objects.filter(pk=1).values().get()
    printed = load(site_of_authors(), "--renumber-users")

    first = User.objects.get(username="first")
    assert first.pk > 13
    assert f"User 1 of the site has the number {first.pk} here.\n" in printed
    assert User.objects.filter(pk=here.pk).values().get() == before
    assert not UserProfile.objects.filter(user=1).exists()
    assert UserProfile.objects.get(user=first.pk).uuid == "user-1"
    assert (first.is_superuser, first.password.endswith(HASH)) == (True, True)
    assert User.objects.get(username="writer").pk == 12


def test_what_names_the_user_names_the_new_number(load: Load) -> None:
    make_user("root", pk=1)
    load(site_of_authors(), "--renumber-users")

    first = User.objects.get(username="first")
    shown = {
        "target_id": first.pk,
        "target_type": "user",
        "target_uuid": "user-1",
        "url": "/other/0",
    }
    node = Visitor(make_user("reader")).read(40)
    assert node["uid"] == node["revision_uid"] == [shown]
    assert [each["target_id"] for each in node["field_author"]] == [first.pk, 12]
    assert node["field_tags"][0]["target_id"] == 7
    assert File.objects.get(fid=3).uid_id == first.pk
    assert FieldConfig.objects.get(storage__name="field_author").default_value == [
        {"target_id": first.pk}
    ]
    paths = PathAlias.objects.exclude(alias="/about").order_by("pid").values_list("path", flat=True)
    own = f"/user/{first.pk}"
    assert list(paths) == [own, f"{own}/edit", "/user/12", "/user/1x"]


def test_a_user_with_another_number_is_known_again(load: Load) -> None:
    make_user("root", pk=1)
    load(site_of_authors(), "--renumber-users")
    before = stored()
    load(site_of_authors())
    assert stored() == before


def test_several_users_get_numbers_of_their_own(load: Load) -> None:
    make_user("root", pk=1)
    make_user("somebody", pk=12)
    make_user("latest", pk=77)
    load(described(), "--renumber-users")
    keys = dict(User.objects.values_list("username", "pk"))
    assert keys == {
        "root": 1,
        "somebody": 12,
        "boss": 13,
        "latest": 77,
        "first": 78,
        "writer": 79,
    }
    assert make_user("next").pk > 79


def test_a_new_user_does_not_take_the_place_of_one_with_another_number(load: Load) -> None:
    make_user("root", pk=1)
    load(described(), "--renumber-users")
    first = User.objects.get(username="first")
    site = described()
    site["users"][0]["name"] = "renamed"
    site["users"].append({"uid": first.pk, "uuid": "user-new", "name": "first"})
    assert refusal(load, site).startswith(
        f"users[3].uid: there is a user with the id {first.pk} already, 'first' instead of 'first'."
    )
    load(site, "--renumber-users")
    assert User.objects.get(pk=first.pk).username == "renamed"
    assert User.objects.get(username="first").pk > first.pk


def test_a_number_that_is_taken_meanwhile_is_left_alone(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: RoleLoader) -> None:
        make_user("quick", pk=12)

    monkeypatch.setattr(RoleLoader, "load", interrupted)
    with pytest.raises(
        CommandError, match=r"users\[1\].uid: there is a user with the id 12 already"
    ):
        load(described(), "--renumber-users")
    assert not User.objects.exists()


# Wrong files


def change(site: Site, place: str, value: Any) -> None:
    """Set what stands at a place such as ``nodes.0.title``; `...` removes it."""
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    target: Any = site
    for part in path:
        target = target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value


def test_a_file_must_be_there(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"site\.json cannot be read: No such file"):
        call_command("import_drupal_site", tmp_path / "site.json")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'{"roles": [}', "is no JSON: Expecting value, in line 1, column 12."),
        (b"", "is no JSON: Expecting value, in line 1, column 1."),
        (b"\xff", "is no JSON text in UTF-8."),
        (b"[" * 100_000, "is no JSON text in UTF-8."),
        (b"9" * 5000, "is no JSON text in UTF-8."),
    ],
)
def test_a_file_must_be_json(load: Load, content: bytes, text: str) -> None:
    assert refusal(load, content).endswith(f"site.json {text}")


def test_what_windows_writes_before_utf_8_is_no_part_of_it(load: Load) -> None:
    assert load(json.dumps(described()).encode("utf-8-sig")).startswith("Loaded 1 text formats, ")


PHOTO = "public://2026-11/photo.jpg"
LISTS = (
    "roles, user_fields, users, text_formats, vocabularies, terms, files, node_types, "
    "path_aliases, nodes, comment_types, comments, settings, config, anonymous_uuid, "
    "site_name, upload_max_bytes"
)
NO_PART = f"node: There is no such part of a site. There are: {LISTS}."


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"site": {}}, f"document: None of the parts of a site is here: {LISTS}."),
        ({"drupal": "10.6"}, f"document: None of the parts of a site is here: {LISTS}."),
        ({"node": [{}], "nodes": []}, NO_PART),
        ({"node": {"a": 1}, "nodes": []}, NO_PART),
        ("\ud800", "document: A text has half of a surrogate pair in it, which is no character."),
        ([], "document: Invalid data. Expected a dictionary, but got list."),
        (5, "document: Invalid data. Expected a dictionary, but got int."),
        (None, "document: No data provided"),
        ({"nodes": {}}, 'nodes: Expected a list of items but got type "dict".'),
        ({"nodes": [5]}, "nodes[0]: Invalid data. Expected a dictionary, but got int."),
    ],
)
def test_a_file_must_describe_a_site(load: Load, content: Any, fault: str) -> None:
    assert refusal(load, content).endswith(f"describes no site:\n  {fault}")


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("roles.0.id", ..., "roles[0].id: This field is required."),
        ("roles.0.id", "No name", "roles[0].id: This value does not match the required pattern."),
        (
            "roles.0.permissions",
            "x",
            'roles[0].permissions: Expected a list of items but got type "str".',
        ),
        ("users.1.uid", 0, "users[1].uid: Ensure this value is greater than or equal to 1."),
        (
            "users.1.uid",
            2**40,
            "users[1].uid: Ensure this value is less than or equal to 2147483647.",
        ),
        (
            "users.1.name",
            "x" * 61,
            "users[1].name: Ensure this field has no more than 60 characters.",
        ),
        ("users.1.created", "soon", "users[1].created: A valid integer is required."),
        (
            "text_formats.0.filters",
            {"nope": {}},
            "text_formats[0].filters: There is no filter nope.",
        ),
        (
            "text_formats.0.filters",
            {"nope": 5},
            'text_formats[0].filters.nope: Expected a dictionary of items but got type "int".',
        ),
        ("terms.1.tid", "x", "terms[1].tid: A valid integer is required."),
        *(
            (
                "files.0.uri",
                uri,
                f"files[0].uri: Use public:// or private:// and a path, such as {PHOTO}.",
            )
            for uri in (
                *("ftp://a.jpg", "a.jpg", "public://", "public:///a.jpg"),
                *("public://../a.jpg", "public://a/./b.jpg", "public://a/"),
                *("private://../a.jpg", "private:///a.jpg", "public://private://a.jpg"),
            )
        ),
        (
            "node_types.0.fields.1.type",
            "nope",
            "node_types[0].fields[1].type: There is no field type nope.",
        ),
        *(
            (
                "node_types.0.fields.0.settings",
                settings,
                f"node_types[0].fields[0].settings: The field type cannot use {fault}",
            )
            for settings, fault in (
                ({"allowed_formats": 5}, "allowed_formats: 5"),
                ({"allowed_formats": [5]}, "allowed_formats: [5]"),
            )
        ),
        *(
            (
                "text_formats.0.filters",
                {name: options},
                f"text_formats[0].filters: Filter {name} {fault}",
            )
            for name, options, fault in (
                (
                    "filter_align",
                    {"weight": "first"},
                    "needs an object with weight and settings.",
                ),
                ("filter_align", {"settings": [1]}, "needs an object with weight and settings."),
                ("filter_align", {"settings": "x"}, "needs an object with weight and settings."),
                ("filter_html", {"settings": {"allowed_html": 5}}, "cannot use allowed_html: 5"),
                (
                    "filter_url",
                    {"settings": {"filter_url_length": "x"}},
                    "cannot use filter_url_length: x",
                ),
            )
        ),
        (
            "node_types.0.fields.1.label",
            ...,
            "node_types[0].fields[1].label: This field is required.",
        ),
        (
            "node_types.0.defaults",
            {"status": 5},
            "node_types[0].defaults.status: Must be a valid boolean.",
        ),
        (
            "path_aliases.0.path",
            "user/1",
            "path_aliases[0].path: This value does not match the required pattern.",
        ),
        (
            "path_aliases.0.alias",
            "/" + "x" * ALIAS_MAX_LENGTH,
            (
                "path_aliases[0].alias: "
                f"Ensure this field has no more than {ALIAS_MAX_LENGTH} characters."
            ),
        ),
        (
            "node_types.0.fields.0.cardinality",
            10**30,
            (
                "node_types[0].fields[0].cardinality: "
                f"Ensure this value is less than or equal to {2**31 - 1}."
            ),
        ),
        *(
            (
                "text_formats.0.weight",
                sign * 10**30,
                f"text_formats[0].weight: Ensure this value is {more} than or equal to {limit}.",
            )
            for sign, more, limit in ((1, "less", 2**31 - 1), (-1, "greater", 1 - 2**31))
        ),
        (
            "nodes.0.title",
            "x" * 256,
            "nodes[0].title: Ensure this field has no more than 255 characters.",
        ),
        (
            "nodes.0.changed",
            -1,
            "nodes[0].changed: Ensure this value is greater than or equal to 0.",
        ),
        (
            "node_types.0.fields.1.name",
            "body",
            "node_types[0].fields: There are 2 fields body.",
        ),
        *(
            (
                "node_types.0.fields.0.name",
                name,
                "node_types[0].fields[0].name: Every node has a field of this name.",
            )
            for name in ("title", "nid", "uid", "path")
        ),
        (
            "node_types.0.fields.0.name",
            "No name",
            "node_types[0].fields[0].name: This value does not match the required pattern.",
        ),
        (
            "nodes.0.fields",
            {"body": "x"},
            'nodes[0].fields.body: Expected a list of items but got type "str".',
        ),
        (
            "nodes.0.fields",
            {"body": ["x"]},
            'nodes[0].fields.body[0]: Expected a dictionary of items but got type "str".',
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_place(
    load: Load, place: str, value: Any, fault: str
) -> None:
    site = described()
    change(site, place, value)
    assert refusal(load, site).endswith(f"describes no site:\n  {fault}")


def test_filters_may_be_as_php_writes_them(load: Load) -> None:
    site = described()
    filters = {
        "filter_url": {"id": "filter_url", "weight": "10", "settings": {"filter_url_length": "7"}},
        "filter_html_escape": {"weight": -1, "settings": []},
        "filter_autop": [],
    }
    change(site, "text_formats.0.filters", filters)
    load(site)
    text_format = TextFormat.objects.get(format=site["text_formats"][0]["format"])
    assert text_format.filters == {
        "filter_url": {"weight": 10, "settings": {"filter_url_length": "7"}},
        "filter_html_escape": {"weight": -1, "settings": {}},
        "filter_autop": {"weight": 0, "settings": {}},
    }


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("users.1.roles", ["nope"], "users[1].roles: there is no role 'nope' in the site."),
        ("terms.0.vid", "nope", "terms[0].vid: there is no vocabulary 'nope' in the site."),
        ("files.1.uid", 99, "files[1].uid: there is no user 99 in the site."),
        ("nodes.1.type", "nope", "nodes[1].type: there is no content type 'nope' in the site."),
        ("nodes.1.uid", 99, "nodes[1].uid: there is no user 99 in the site."),
        ("nodes.1.revision_uid", 99, "nodes[1].revision_uid: there is no user 99 in the site."),
    ],
)
def test_what_is_named_must_be_there(load: Load, place: str, value: Any, fault: str) -> None:
    site = described()
    change(site, place, value)
    assert refusal(load, site) == fault


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("nodes.1.nid", 40, "nodes[1].nid: nodes[0] has 40 too."),
        ("nodes.1.vid", 90, "nodes[1].vid: nodes[0] has 90 too."),
        ("nodes.1.uuid", "node-40", "nodes[1].uuid: nodes[0] has 'node-40' too."),
        ("roles.2.uuid", "role-writer", "roles[2].uuid: roles[1] has 'role-writer' too."),
        ("users.1.uid", 1, "users[1].uid: users[0] has 1 too."),
        ("users.1.name", "first", "users[1].name: users[0] has 'first' too."),
        ("terms.1.tid", 7, "terms[1].tid: terms[0] has 7 too."),
        ("terms.1.uuid", "term-7", "terms[1].uuid: terms[0] has 'term-7' too."),
    ],
)
def test_a_number_and_a_uuid_stand_once(load: Load, place: str, value: Any, fault: str) -> None:
    site = described()
    change(site, place, value)
    assert refusal(load, site) == fault


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"nope": []}, "nodes[0].fields.nope: content type page has no such field."),
        (
            {"body": [{"value": {}}]},
            "nodes[0].fields.body.0.value: This value should be of the correct primitive type.",
        ),
        (
            {"field_tags": [{"target_id": "x"}]},
            (
                "nodes[0].fields.field_tags.0.target_id: "
                "This value should be of the correct primitive type."
            ),
        ),
    ],
)
def test_the_fields_of_a_node_are_those_of_its_type(load: Load, fields: Any, fault: str) -> None:
    site = described()
    site["nodes"][0]["fields"] = fields
    assert refusal(load, site) == fault


@pytest.mark.parametrize(
    ("field_type", "value", "line"),
    [
        ("timestamp", "soon", "0.value: This value should be of the correct primitive type."),
        ("timestamp", 10**18, "0.value: This value should be of the correct primitive type."),
        ("datetime", "soon", "0.value: This value should be of the correct primitive type."),
        ("integer", "x", "0.value: This value should be of the correct primitive type."),
        ("boolean", "x", "0.value: This value should be of the correct primitive type."),
    ],
)
def test_stored_values_have_their_types(load: Load, field_type: str, value: Any, line: str) -> None:
    site = described()
    field = {"name": "field_it", "type": field_type, "label": "It"}
    site["node_types"][0]["fields"].append(field)
    site["nodes"][0]["fields"] = {"field_it": [{"value": value}]}
    assert refusal(load, site) == f"nodes[0].fields.field_it.{line}"


def test_values_are_taken_as_the_database_has_them(load: Load) -> None:
    site = described()
    values = {"timestamp": "1500000000", "datetime": "2017-07-14T02:40:00", "boolean": "1"}
    for name, value in values.items():
        field = {"name": f"field_{name}", "type": name, "label": "It"}
        site["node_types"][0]["fields"].append(field)
        site["nodes"][0]["fields"][f"field_{name}"] = [{"value": value}]
    load(site)
    read = Visitor(make_user("reader")).read(40)
    assert [read[f"field_{name}"][0]["value"] for name in values] == [
        "2017-07-14T02:40:00+00:00",
        "2017-07-14T02:40:00+00:00",
        True,
    ]


def test_what_is_referenced_may_be_gone(load: Load) -> None:
    site = described()
    site["nodes"][0]["fields"] = {
        "body": [{"value": "x", "format": "gone"}],
        "field_tags": [{"target_id": "99"}],
    }
    load(site)
    read = Visitor(make_user("reader")).read(40)
    assert read["field_tags"] == [{"target_id": 99}]
    assert read["body"][0]["processed"] == ""


def test_another_user_of_the_name_is_left_alone(load: Load) -> None:
    make_user("writer", pk=500)
    assert refusal(load, described()) == (
        "users[1].name: there is a user 'writer' already, with the id 500 instead of 12. "
        "Give one of the two another name."
    )


def test_another_user_of_the_number_is_left_alone(load: Load) -> None:
    make_user("somebody", pk=12)
    assert refusal(load, described()) == (
        "users[1].uid: there is a user with the id 12 already, 'somebody' instead of 'writer'. "
        "--renumber-users keeps both: 'writer' gets another id, which is the uid that clients see."
    )


def test_the_same_user_may_be_there_already(load: Load) -> None:
    make_user("writer", pk=12)
    load(described())
    assert UserProfile.objects.get(user=12).uuid == "user-12"


def test_no_two_users_have_a_name_in_between(load: Load) -> None:
    load(described())
    site = described()
    site["users"][1]["name"], site["users"][2]["name"] = "boss", "writer"
    assert refusal(load, site).startswith(
        "users[1].name: there is a user 'boss' already, with the id 13 instead of 12. "
    )


def test_a_password_is_kept_where_the_file_has_none(load: Load) -> None:
    load(described())
    writer = User.objects.get(pk=12)
    writer.set_password("secret")
    writer.save()
    load(described())
    assert User.objects.get(pk=12).check_password("secret")


def test_a_uuid_of_configuration_is_that_of_one_name(load: Load) -> None:
    load(described())
    site = described()
    for kind, name, noun in (("node_types", "type", "page"), ("vocabularies", "vid", "tags")):
        site = {**described(), "nodes": [], "terms": []}
        site[kind][0][name] = "other"
        assert refusal(load, site) == (
            f"{kind}[0].uuid: {noun!r} has the UUID {site[kind][0]['uuid']!r} here already."
        )
    site = {**described(), "users": [], "files": [], "nodes": []}
    site["roles"][1]["id"] = "other"
    assert refusal(load, site) == "roles[1].uuid: 'writer' has the UUID 'role-writer' here already."


SURROGATE = "A text has half of a surrogate pair in it, which is no character."


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"x": "a\ud800"}, f"{{}}.x: {SURROGATE}"),
        ({"x": ["\udfff"]}, f"{{}}.x[0]: {SURROGATE}"),
        ({"\ud800": 1}, f"{{}}: The name '\\ud800': {SURROGATE}"),
        ({"x": float("inf")}, "{}.x: This number is beyond all bounds."),
        ({"x": float("nan")}, "{}.x: This number is beyond all bounds."),
    ],
)
@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("node_types.0.fields.0.settings", "node_types[0].fields[0].settings"),
        ("node_types.0.fields.0.default_value.0", "node_types[0].fields[0].default_value[0]"),
        ("nodes.0.fields.body.0", "nodes[0].fields.body[0]"),
        ("text_formats.0.filters.filter_html_escape", "text_formats[0].filters.filter_html_escape"),
    ],
)
def test_what_not_every_database_keeps_is_told_with_its_place(
    load: Load, place: str, told: str, value: Any, fault: str
) -> None:
    site = described()
    site["node_types"][0]["fields"][0]["default_value"] = [{}]
    change(site, place, value)
    assert refusal(load, site).endswith(f"describes no site:\n  {fault.format(told)}")


def test_u_0000_is_kept_in_nodes_alone(load: Load) -> None:
    site = described()
    site["nodes"][0]["fields"]["body"] = [{"value": "a\0b"}]
    load(site)
    assert Node.objects.get(nid=40).fields["body"][0]["value"] == "a\0b"
    site["node_types"][0]["fields"][0]["settings"] = {"x": "a\0b"}
    assert refusal(load, site).endswith(
        "  node_types[0].fields[0].settings.x: A text has the character U+0000 in it."
    )


def test_a_value_may_be_so_deep(load: Load) -> None:
    site = described()
    deep: Any = {}
    for _ in range(MAX_DEPTH - 7):
        deep = [deep]
    settings = site["node_types"][0]["fields"][0]["settings"] = {"x": deep}
    load(site)
    assert FieldConfig.objects.get(storage__name="body").settings == settings
    settings["x"] = [deep]
    place = "node_types[0].fields[0].settings.x" + "[0]" * (MAX_DEPTH - 6)
    assert refusal(load, site).endswith(
        f"  {place}: More than {MAX_DEPTH} lists and objects are in each other."
    )


def test_the_first_of_many_faults_are_told(load: Load) -> None:
    site = {"nodes": [{**described()["nodes"][0], "nid": "x"} for _ in range(3000)]}
    lines = refusal(load, site).splitlines()
    assert len(lines) == MAX_FAULTS + 2
    assert lines[1] == "  nodes[0].nid: A valid integer is required."
    assert lines[-1] == "  and 2,980 more."


# What is here already

EMPTY = "Import the site into an empty database, or delete what is here first."
ENTITIES: list[tuple[str, str, str, type[Model]]] = [
    ("terms", "tid", "term", Term),
    ("files", "fid", "file", File),
    ("nodes", "nid", "node", Node),
    ("path_aliases", "pid", "URL alias", PathAlias),
]


@pytest.mark.parametrize(("kind", "name", "noun", "model"), ENTITIES)
def test_what_is_here_under_another_uuid_is_left_alone(
    load: Load, kind: str, name: str, noun: str, model: type[Model]
) -> None:
    load(described())
    model._default_manager.update(uuid=Concat(Value("own-"), F("pk"), output_field=CharField()))
    first = described()[kind][0]
    assert refusal(load, described()) == (
        f"{kind}[0].{name}: there is a {noun} {first[name]} already, with the UUID "
        f"'own-{first[name]}' instead of {first['uuid']!r}. {EMPTY}"
    )


@pytest.mark.parametrize(("kind", "name", "noun", "model"), ENTITIES)
def test_a_uuid_that_is_here_under_another_number_is_told(
    load: Load, kind: str, name: str, noun: str, model: type[Model]
) -> None:
    load(described())
    site = {**described(), "nodes": [], "path_aliases": []}
    row = described()[kind][0]
    site[kind] = [{**row, name: 99}]
    assert refusal(load, site) == (
        f"{kind}[0].uuid: there is a {noun} with the UUID {row['uuid']!r} already, with the number "
        f"{row[name]} instead of 99. {EMPTY}"
    )


def test_a_revision_of_another_node_is_left_alone(load: Load) -> None:
    own = Node.objects.create(pk=900, type=make_type("page"), title="Own")
    Revision.objects.filter(node=own).update(vid=91)
    assert refusal(load, described()) == (
        f"nodes[1].vid: there is a revision 91 already, of node {own.pk} instead of 41. {EMPTY}"
    )


def test_a_node_that_is_made_meanwhile_is_left_alone(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_roles = RoleLoader.load

    def interrupted(self: RoleLoader) -> None:
        Node.objects.create(pk=40, type_id="page", title="Quick")
        load_roles(self)

    monkeypatch.setattr(RoleLoader, "load", interrupted)
    assert refusal(load, described()).startswith("The site cannot be put into this database: ")


def test_a_content_type_of_the_name_keeps_its_own_fields_and_content(load: Load) -> None:
    own = make_type("page")
    add_field("page", "body", "text_long")
    add_field("page", "field_mine", "string")
    fields: dict[str, list[Any]] = {"field_mine": [{"value": "also"}]}
    node = Node.objects.create(pk=900, type=own, title="Mine", fields=fields)
    reader = Visitor(make_user("reader", pk=900))
    for _ in range(2):
        printed = load(described())
        assert (
            "kept; delete them in the admin where nobody needs them: page.field_mine.\n" in printed
        )
        assert reader.read(node.pk)["field_mine"] == [{"value": "also"}]
    assert NodeType.objects.get(type="page").uuid == "page-type"


def test_a_role_of_the_name_keeps_what_it_may_do_in_other_apps(load: Load) -> None:
    group = Group.objects.create(name="writer")
    group.permissions.set(Permission.objects.filter(codename__in=["add_user", "administer nodes"]))
    load(described())
    assert {each.codename for each in group.permissions.all()} == {
        "add_user",
        "create page content",
    }


def test_a_user_of_the_site_stays_in_groups_that_are_no_roles_of_it(load: Load) -> None:
    load(described())
    writer = User.objects.get(pk=12)
    writer.groups.set([Group.objects.create(name="own"), Group.objects.get(name="boss")])
    load(described())
    assert {group.name for group in writer.groups.all()} == {"own", "writer"}


def test_fields_of_one_name_are_of_one_type(load: Load) -> None:
    site = described()
    fields = [{"name": "body", "type": "string", "label": "Body"}]
    news = {"type": "news", "uuid": "news-type", "name": "News", "fields": fields}
    site["node_types"].append(news)
    assert refusal(load, site) == (
        "node_types[1].fields[0].type: another field body is of the type text_long."
    )


def test_a_field_with_values_keeps_its_type(load: Load) -> None:
    load(described())
    own = Node.objects.create(type_id="page", title="Own", fields={"body": [{"value": "x"}]})
    site = described()
    site["node_types"][0]["fields"][0]["type"] = "datetime"
    site["nodes"][0]["fields"] = {}
    fault = (
        "node_types[0].fields[0].type: there is content with values of this field, which is "
        "text_long here: its type cannot be changed."
    )
    assert refusal(load, site) == fault

    save_revision(own, None)
    own.fields = {}
    own.save()
    assert refusal(load, site) == fault

    own.delete()
    load(site)
    assert FieldConfig.objects.get(storage__name="body").field_type == "datetime"
    assert Node.objects.get(nid=40).fields == {}


# Numbers to come


def test_a_user_needs_a_number_after_it(load: Load) -> None:
    site = described()
    site["users"].append({"uid": 2**31 - 1, "uuid": "last", "name": "last"})
    assert refusal(load, site) == (
        "users[3].uid: ids would go up to 2147483647. There is none after 2147483647, and no user "
        "could be made any more."
    )


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("nodes.1.fields", {"nope": []}),
        ("nodes.1.fields", {"body": [{"value": {}}]}),
        ("users.3.name", "somebody"),
        ("terms.0.uuid", "of another"),
    ],
)
def test_a_refused_site_moves_no_number(load: Load, place: str, value: Any) -> None:
    load(described())
    article = make_type("article")
    user, node = make_user("somebody"), Node.objects.create(type=article, title="Before")
    assert node.vid is not None
    site = described()
    site["users"].append({"uid": user.pk + 500, "uuid": "user-new", "name": "new"})
    numbers = {"nid": node.pk + 500, "vid": node.vid + 500}
    site["nodes"].append({**site["nodes"][1], **numbers, "uuid": "node-new"})
    change(site, place, value)
    refusal(load, site)
    after = Node.objects.create(type=article, title="After")
    assert make_user("after").pk == user.pk + 1
    assert (after.pk, after.vid) == (node.pk + 1, node.vid + 1)


# Long files


def test_progress_is_shown(load: Load) -> None:
    site = described()
    site["nodes"] = [
        {**site["nodes"][1], "nid": number, "vid": number, "uuid": str(number)}
        for number in range(1, 1002)
    ]
    site["path_aliases"] = []
    lines = load(site).splitlines()
    assert lines[:-1] == ["500 of 1001 nodes ...", "1000 of 1001 nodes ..."]


def test_an_importer_without_a_screen_is_silent(db: None) -> None:
    importer = SiteImporter()
    vocabularies = [{**described()["vocabularies"][0], "fields": []}]
    site: Site = {key: [] for key in SiteDescription().get_fields()}
    site |= {"config": {}, "settings": {}}
    importer.load({**site, "anonymous_uuid": None, "vocabularies": vocabularies})
    assert importer.counts["vocabularies"] == 1
