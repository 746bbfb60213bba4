"""A site is dumped and loaded in every way that Django has, and is the same afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import IntegrityError
from django.test import TestCase

from drupal_jwt_auth.content.node.revisions import save_revision
from drupal_jwt_auth.models import (
    ConfigObject,
    ContentModel,
    FieldConfig,
    FieldStorage,
    File,
    Node,
    NodeType,
    PathAlias,
    Revision,
    RevokedToken,
    Role,
    Term,
    TextFormat,
    TokenCutoff,
    UserProfile,
    Vocabulary,
)
from tests.content.visitors import add_field, make_term, make_type, make_user, permission

Dump = Callable[..., Path]

APPS = ("contenttypes", "auth", "drupal_jwt_auth")
NATURAL = ("--natural-foreign", "--natural-primary")


def make_site() -> None:
    """Content, and who made it; the first of the users is gone again."""
    make_user("gone").delete()
    make_type("page", "Basic page")
    TextFormat.objects.create(format="simple", name="Simple", filters={})
    author = make_user("author", "create page content", "edit own page content")
    make_type("article").delete()
    make_type("event", new_revision=False)
    add_field("event", "field_tags", "entity_reference", settings={"target_type": "taxonomy_term"})
    add_field("page", "body", "text_with_summary")
    role = Group.objects.create(name="writers")
    role.permissions.add(permission("create event content"), permission("use text format simple"))
    author.groups.add(role)
    UserProfile.objects.create(user=author, uuid="imported")
    Role.objects.create(group=role, uuid="imported", label="Writers", weight=3)
    ConfigObject.objects.create(name="system.site", data={"z": {"b": 1, "a": None}, "a": "\0"})
    TokenCutoff.objects.create(user=author, at=7)
    RevokedToken.objects.create(key="a", expires_at=datetime(2030, 1, 1, tzinfo=timezone.utc))
    file = File.objects.create(uid=author, filename="a.txt", uri="2026-11/a.txt", filesize=3)
    node = Node.objects.create(
        type_id="event",
        title="One\0",
        uid=author,
        fields={"field_tags": [{"target_id": make_term("Tag").pk}], "x": [{"value": file.pk}]},
    )
    node.title = "Two"
    save_revision(node, author, "Better.")
    PathAlias.objects.create(path=f"/node/{node.pk}", alias="/about", langcode="en")


def everything() -> dict[str, Any]:
    """What there is, by the names that it has on any site."""
    rows: dict[str, Any] = {
        model.__name__: list(model._default_manager.values(*fields).order_by(*fields))
        for model, fields in (
            (NodeType, ("type", "name", "uuid", "new_revision")),
            (FieldStorage, ("entity_type", "name", "field_type", "settings")),
            (FieldConfig, ("storage__name", "bundle", "own_settings")),
            (TextFormat, ("format", "uuid", "name", "filters")),
            (ConfigObject, ("name", "data")),
            (Vocabulary, ("vid", "uuid")),
            (Term, ("tid", "uuid", "vid")),
            (File, ("fid", "uuid", "uri", "filesize", "uid__username")),
            (Node, ("nid", "uuid", "title", "uid__username", "fields")),
            (Revision, ("vid", "node", "revision_log", "snapshot", "current_for")),
            (PathAlias, ("pid", "uuid", "alias", "key")),
            (UserProfile, ("user__username", "uuid")),
            (Role, ("group__name", "uuid", "label", "weight")),
            (TokenCutoff, ("user__username", "at")),
            (RevokedToken, ("key", "expires_at")),
            (Permission, ("content_type__app_label", "codename", "name", "group__name")),
            (User, ("username", "groups__name", "user_permissions__codename")),
        )
    }
    comparable: dict[str, Any] = json.loads(json.dumps(rows, default=str))
    return comparable


@pytest.fixture
def dump(transactional_db: None, tmp_path: Path) -> Dump:
    """Dumps parts of a site, which was just migrated, into a file."""
    start_anew()

    def dump(*args: str) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        call_command("dumpdata", *args, output=str(path), verbosity=0)
        return path

    return dump


def start_anew(**options: Any) -> None:
    call_command("flush", interactive=False, verbosity=0, **options)


def load(*paths: Path, **options: Any) -> None:
    call_command("loaddata", *paths, verbosity=0, **options)


def become_another_site() -> None:
    """A site with users, fields and permissions of its own, which have the numbers of the first."""
    for name in ("a", "b", "c"):
        make_user(name)
    make_type("landing_page")
    add_field("landing_page", "field_a", "string")
    add_field("landing_page", "field_b", "string")
    RevokedToken.objects.create(key="b", expires_at=datetime(2031, 1, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--all",),
        APPS,
        ("drupal_jwt_auth", "auth", "contenttypes"),
        ("--natural-foreign",),
        NATURAL,
        (*NATURAL, *APPS[::-1]),
        (*NATURAL, "--exclude=contenttypes", "--exclude=auth.permission"),
        (*NATURAL, "drupal_jwt_auth", "auth.user", "auth.group"),
    ],
    ids=" ".join,
)
def test_a_dump_makes_the_same_site_of_one_that_was_just_migrated(
    dump: Dump, args: tuple[str, ...]
) -> None:
    make_site()
    before, path = everything(), dump(*args)
    start_anew()
    assert everything() != before
    load(path)
    assert everything() == before
    call_command("migrate", verbosity=0)
    assert everything() == before


@pytest.mark.parametrize(
    "args", [(), ("--exclude=contenttypes", "--exclude=auth.permission")], ids=" ".join
)
def test_a_dump_with_natural_keys_adds_to_another_site(dump: Dump, args: tuple[str, ...]) -> None:
    make_site()
    path = dump(*NATURAL, *args)
    only_here = everything()
    start_anew()
    become_another_site()
    only_there = everything()
    load(path, ignorenonexistent=True)
    both = everything()
    for name, rows in both.items():
        assert all(row in rows for row in only_here[name] + only_there[name]), name
    assert User.objects.get(username="author").pk == 4


@pytest.mark.parametrize("args", [APPS, ("drupal_jwt_auth", "auth", "contenttypes")], ids=" ".join)
def test_all_of_a_database_may_come_from_a_dump(dump: Dump, args: tuple[str, ...]) -> None:
    make_site()
    before, path = everything(), dump(*args)
    # As Django does before a test that has ``serialized_rollback``.
    start_anew(inhibit_post_migrate=True)
    assert not Permission.objects.exists()
    load(path)
    assert everything() == before


def test_a_permission_that_somebody_has_is_not_replaced(dump: Dump) -> None:
    make_site()
    path = dump("auth.permission")
    Permission.objects.filter(codename="create page content").delete()
    # It is made again, with another key.
    NodeType.objects.get(type="page").save()
    make_user("here", "create page content")
    before = everything()
    with pytest.raises(IntegrityError):
        load(path)
    assert everything() == before


def test_a_label_from_a_fixture_stays(dump: Dump) -> None:
    make_type("page", "Page")
    Permission.objects.filter(codename="create page content").update(name="Write pages")
    path = dump("drupal_jwt_auth", "auth.permission")
    Permission.objects.all().delete()
    load(path)
    assert permission("create page content").name == "Write pages"


def test_a_fixture_is_seen_by_all_processes(dump: Dump) -> None:
    make_type("page")
    stamps = {ContentModel.objects.get().stamp}
    dumps = [dump(), dump("drupal_jwt_auth.nodetype"), dump("drupal_jwt_auth.contentmodel")]
    for path in dumps:
        load(path)
        stamp = ContentModel.objects.get().stamp
        assert stamp not in stamps
        stamps.add(stamp)


class ContentTypesOfAFixture(TestCase):
    """A test of a project's as Django's documentation has it."""

    fixtures = ("tests/data/content_types.json",)

    def test_they_have_their_permissions(self) -> None:
        user = make_user("author")
        for codename in ("create recipe content", "use text format simple"):
            user.user_permissions.add(Permission.objects.get(codename=codename))
        assert Permission.objects.filter(codename__contains="recipe").count() == 8
        assert FieldConfig.objects.get_by_natural_key("node", "recipe", "body").label == "Body"


@pytest.mark.django_db
def test_what_a_migration_has_made_gets_its_permissions_as_the_database_is_migrated() -> None:
    # The models of migrations send no signals either.
    NodeType.objects.bulk_create([NodeType(type="page", name="Page")])
    TextFormat.objects.bulk_create([TextFormat(format="simple", name="Simple")])
    call_command("migrate", verbosity=0)
    made = Permission.objects.filter(content_type__app_label="drupal_jwt_auth")
    assert made.get(codename="create page content").name == "Page: Create new content"
    assert made.get(codename="use text format simple").name == "Use the text format Simple"
