"""A second run brings what has changed, and takes away what has gone if it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import time

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError

from drupal_jwt_auth.models import Comment, File, Node, PathAlias, Revision, Term, TextFormat
from drupal_jwt_auth.transfer.site_import import last_import
from tests.transfer.drupal.conftest import Move
from tests.transfer.drupal.old_site import OldSite, comment, configuration, log, revision, user
from tests.transfer.site import stored

ROOT = Path(__file__).resolve().parents[3]


def test_without_changes_it_changes_nothing(move: Move, folder: Path) -> None:
    move("--files", folder)
    before = stored()
    move("--files", folder)
    assert stored() == before


def edit(old_site: OldSite) -> None:
    """A new revision of node 1 and one of the site's users, long after everything else."""
    late = 1_700_000_000
    old_site.row("node", nid=1)["vid"] = 9
    old_site.delete("node_field_data", nid=1)
    latest = revision(1, 9, "One, again", changed=late)
    old_site.tables["node_field_data"].append({**latest, "type": "page"})
    old_site.tables["node_field_revision"].append(latest)
    old_site.tables["node_revision"].append({**log(1, 9), "revision_timestamp": late})
    old_site.tables["users"].append({"uid": 4, "uuid": "user-4", "langcode": "en"})
    old_site.tables["users_field_data"].append(user(4, "cleo", changed=late))
    old_site.tables["comment"].append(
        {"cid": 3, "comment_type": "comment", "uuid": "comment-3", "langcode": "en"}
    )
    old_site.tables["comment_field_data"].append(comment(3, "01.01/", 1, uid=4, changed=late))


def test_it_brings_what_has_changed(move: Move, old_site: OldSite) -> None:
    move()
    edit(old_site)
    move()
    node = Node.objects.get(pk=1)
    assert (node.title, node.vid) == ("One, again", 9)
    before = Revision.objects.get(pk=3)
    assert before.snapshot is not None
    assert before.snapshot["title"] == [{"value": "One"}]
    assert Comment.objects.get(pk=3).uid_id == 4
    assert node.fields["comment"][0]["comment_count"] == 3


@pytest.mark.parametrize("since", ["2023-11-01", "2023-11-01T00:00:00+01:00"])
def test_it_leaves_what_has_not_changed_since_a_time(
    since: str, move: Move, old_site: OldSite
) -> None:
    move()
    edit(old_site)
    # Of this nothing is told, as its time says.
    old_site.row("node_field_data", nid=2)["title"] = "Changed, and not told"
    printed = move("--since", since)
    assert "4 users, 0 terms, 0 files, 1 nodes, 1 comments, 1 path aliases" in printed
    assert Node.objects.get(pk=2).title == "Two"
    assert Node.objects.get(pk=1).title == "One, again"
    assert Comment.objects.get(pk=3).pid_id == 1
    assert User.objects.filter(username="cleo").exists()


def test_a_draft_is_a_change_too(move: Move, old_site: OldSite) -> None:
    move()
    late = 1_700_000_000
    old_site.tables["node_field_revision"].append(revision(2, 9, "Two, a draft"))
    old_site.tables["node_revision"].append({**log(2, 9), "revision_timestamp": late})
    move("--since", "2023-11-01")
    draft = Revision.objects.get(pk=9)
    assert draft.node_id == 2
    assert draft.current_for_id is None


def test_since_the_last_import_is_since_an_hour_before_it_began_to_read(
    move: Move, old_site: OldSite
) -> None:
    with pytest.raises(CommandError, match="No database was imported before: leave --since out"):
        move("--since", "last")
    move()
    moment = last_import()
    assert moment is not None
    # A request of before may have been saved since then, and clocks of two servers differ.
    assert 3590 < time() - moment < 3700
    old_site.row("node_field_data", nid=2).update(title="Two, again", changed=moment + 5)
    printed = move("--since", "last")
    assert " 1 nodes," in printed
    assert Node.objects.get(pk=2).title == "Two, again"


def test_a_time_that_is_none_is_refused(move: Move) -> None:
    with pytest.raises(CommandError, match="'yesterday' is no time such as 2026-11-27T04:00"):
        move("--since", "yesterday")


def test_what_has_gone_stays_unless_told_otherwise(move: Move, old_site: OldSite) -> None:
    move()
    own = Node.objects.create(type_id="page", title="Made here")
    stranger = User.objects.create_user("stranger")
    gone: dict[str, dict[str, int]] = {
        "node": {"nid": 2},
        "comment": {"cid": 2},
        "comment_field_data": {"cid": 2},
        "path_alias": {"id": 1},
        "file_managed": {"fid": 3},
        "taxonomy_term_data": {"tid": 2},
        "taxonomy_term_field_data": {"tid": 2},
        "users": {"uid": 2},
        "users_field_data": {"uid": 2},
    }
    for table, key in gone.items():
        old_site.delete(table, **key)
    move()
    assert Node.objects.filter(pk=2).exists()
    printed = move("--remove")
    for what in ("1 nodes", "1 comments", "1 path aliases", "1 files", "1 terms"):
        assert f"Removed {what}, which the site has no more." in printed
    assert "Removed 1 users (blocked), which" in printed
    assert list(Node.objects.order_by("pk").values_list("pk", flat=True)) == [1, own.pk]
    for model, number in ((Comment, 2), (PathAlias, 1), (File, 3), (Term, 2)):
        assert not model._default_manager.filter(pk=number).exists()
    anna = User.objects.get(pk=2)
    assert not anna.is_active
    stranger.refresh_from_db()
    assert stranger.is_active
    assert "Removed" not in move("--remove")


def test_what_was_made_here_stays_though_the_numbers_of_the_site_go_beyond_it(
    move: Move, old_site: OldSite
) -> None:
    move()
    own = Node.objects.create(type_id="page", title="Made here")
    number = own.pk + 1
    old_site.tables["node"].append(
        {**old_site.row("node", nid=2), "nid": number, "uuid": "late", "vid": 99}
    )
    latest = revision(number, 99, "Late")
    old_site.tables["node_field_data"].append({**latest, "type": "page"})
    old_site.tables["node_field_revision"].append(latest)
    old_site.tables["node_revision"].append(log(number, 99))
    move("--remove")
    for table in ("node", "node_field_data", "node_field_revision", "node_revision"):
        old_site.delete(table, nid=2)
    assert "Removed 1 nodes" in move("--remove")
    assert list(Node.objects.order_by("pk").values_list("pk", flat=True)) == [1, own.pk, number]


def test_what_has_gone_and_stays_can_be_removed_by_any_later_run(
    move: Move, old_site: OldSite
) -> None:
    move()
    for table in ("node", "node_field_data", "node_field_revision", "node_revision"):
        old_site.delete(table, nid=2)
    move()
    move("--since", "2023-11-01")
    assert "Removed 1 nodes, which the site has no more." in move("--remove")


def test_a_role_that_the_site_has_no_more_allows_nothing(move: Move, old_site: OldSite) -> None:
    move()
    anna = User.objects.get(username="anna")
    own = User.objects.create_user("stranger")
    editors = Group.objects.get(name="editor")
    own.groups.add(editors)
    editors.permissions.add(Permission.objects.get(codename="add_group"))
    assert anna.has_perm("drupal_jwt_auth.create page content")
    old_site.delete("config", name="user.role.editor")
    assert "Removed 1 roles (left without permissions), which the site has no more." in move()
    for user_of_role in (anna, own):
        again = User.objects.get(pk=user_of_role.pk)
        assert not again.has_perm("drupal_jwt_auth.create page content")
    assert list(anna.groups.all()) == []
    # What a group may do in other apps is not the site's.
    assert list(own.groups.all()) == [editors]
    assert User.objects.get(pk=own.pk).has_perm("auth.add_group")
    assert "roles (left" not in move()


def test_a_text_format_that_is_off_by_now_shows_nothing(move: Move, old_site: OldSite) -> None:
    def enabled() -> set[str]:
        return {*TextFormat.objects.filter(status=True).values_list("format", flat=True)}

    move()
    TextFormat.objects.create(format="own", name="Made here")
    described = configuration()["filter.format.basic_html"]
    old_site.configure("filter.format.basic_html", {**described, "status": False})
    told = "Removed 1 text formats (disabled), which the site has no more."
    assert told in move()
    assert enabled() == {"own"}
    assert told not in move()
    old_site.configure("filter.format.basic_html", described)
    move()
    assert enabled() == {"own", "basic_html"}


def test_who_has_gone_stays_where_nobody_can_be_blocked(
    move: Move, old_site: OldSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    move()
    for uid in (2, 3):
        old_site.delete("users", uid=uid)
        old_site.delete("users_field_data", uid=uid)
    monkeypatch.setattr("drupal_jwt_auth.transfer.users._user_fields", lambda: {"username"})
    assert "(blocked)" not in move("--remove")
    assert User.objects.get(pk=2).is_active


def test_without_an_import_before_there_is_nothing_to_remove(move: Move) -> None:
    assert "Removed" not in move("--remove")


KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from drupal_jwt_auth.transfer.path_aliases import PathAliasLoader
call_command("migrate", verbosity=0)
if sys.argv[2] == "kill":
    # Users, terms, files and nodes are loaded by then.
    PathAliasLoader.load = lambda self: os.kill(os.getpid(), signal.SIGKILL)
call_command("import_drupal", "--database", sys.argv[1], "--files", sys.argv[3], verbosity=0)
"""

COUNTED = """
import django
django.setup()
from django.contrib.auth.models import Group, Permission, User
from drupal_jwt_auth.models import Node
print(User.objects.count(), Node.objects.count())
"""


def test_a_process_that_is_killed_leaves_all_as_before_and_the_next_one_does_it(
    old_site: OldSite, folder: Path, tmp_path: Path
) -> None:
    old_site.write(f"sqlite:///{tmp_path}/old.sqlite")
    arguments = [f"sqlite:///{tmp_path}/old.sqlite"]

    def run(script: str, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *arguments, *more],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite",
                "DJANGO_SETTINGS_MODULE": "tests.transfer.drupal.own_media",
                "MEDIA": str(tmp_path / "media"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    killed = run(KILLED, "kill", str(folder))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert run(COUNTED).stdout == "0 0\n"
    again = run(KILLED, "let live", str(folder))
    assert again.returncode == 0, again.stderr
    assert run(COUNTED).stdout == "3 2\n"
    assert (tmp_path / "media/2024-01/küche.png").exists()
