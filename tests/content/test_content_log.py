"""The content log has what was done to each entity, by whom, and by which way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from drupal_jwt_auth.apps import _watch_log
from drupal_jwt_auth.content import content_log
from drupal_jwt_auth.models import (
    Comment,
    CommentType,
    ContentEntry,
    File,
    Node,
    PathAlias,
    Revision,
    UserProfile,
)
from drupal_jwt_auth.transfer.loader import upsert
from tests.admin.browser import ADMIN, submit
from tests.content.visitors import add_field
from tests.transfer.site import described

PAGE = {"type": "page", "title": ["A page"]}
JSONAPI = {"content_type": "application/vnd.api+json"}

Noted = list[tuple[str, str, str, str, str, str]]


@pytest.fixture
def log(settings: Settings, db: None) -> Iterator[None]:
    """The log is on, as in a project that says so before it starts."""
    settings.DRUPAL_JWT_AUTH = {"CONTENT_LOG": True, "JSONAPI_READ_ONLY": False}
    content_log.watch()
    yield
    content_log.unwatch()


@pytest.fixture
def browser(client: Client, site: None) -> Client:
    client.force_login(User.objects.get(username="admin"))
    return client


def noted(*leave_out: str) -> Noted:
    """Return what is in the log, the oldest first, and take it out."""
    columns = ("action", "entity_type", "bundle", "entity_id", "username", "way")
    entries = ContentEntry.objects.exclude(entity_type__in=leave_out).order_by("pk")
    found = list(entries.values_list(*columns))
    ContentEntry.objects.all().delete()
    return found


def of_page(key: Any, action: str, username: str, way: str) -> tuple[str, ...]:
    return action, "node", "page", str(key), username, way


@pytest.mark.usefixtures("site", "log")
class TestWhatIsNoted:
    def test_over_rest(self, client_of: Any) -> None:
        client = client_of("admin")
        nid = client.post("/node?_format=json", PAGE, format="json").json()["nid"][0]["value"]
        path = f"/node/{nid}?_format=json"
        assert client.patch(path, {**PAGE, "title": ["New"]}, format="json").status_code == 200
        assert client.delete(path).status_code == 204
        expected = [of_page(nid, each, "admin", "rest") for each in ("created", "updated")]
        assert noted() == [*expected, of_page(nid, "deleted", "admin", "rest")]

    def test_over_jsonapi(self, client_of: Any) -> None:
        data = {"type": "node--page", "attributes": {"title": "A page"}}
        answer = client_of("editor").post("/jsonapi/node/page", {"data": data}, **JSONAPI)
        assert answer.status_code == 201
        nid = answer.json()["data"]["attributes"]["drupal_internal__nid"]
        assert noted() == [of_page(nid, "created", "editor", "jsonapi")]

    def test_in_the_admin(self, browser: Client) -> None:
        assert submit(browser, "node/add/?type=page", title="A page").status_code == 302
        nid = Node.objects.get().pk
        assert submit(browser, f"node/{nid}/change/", title="New").status_code == 302
        browser.post(f"{ADMIN}node/{nid}/delete/", {"post": "yes"})
        actions = ("created", "updated", "deleted")
        assert noted() == [of_page(nid, each, "admin", "admin") for each in actions]

    def test_with_actions_for_several(self, browser: Client) -> None:
        keys = [Node.objects.create(type_id="page", title="x", status=False).pk for _ in range(2)]
        already = Node.objects.create(type_id="page", title="x").pk
        noted()
        chosen = {"_selected_action": [*keys, already]}
        browser.post(f"{ADMIN}node/", {**chosen, "action": "publish"})
        assert noted() == [of_page(key, "updated", "admin", "action") for key in keys]
        browser.post(f"{ADMIN}node/", {**chosen, "action": "delete_selected", "post": "yes"})
        found = sorted(noted(), key=lambda each: int(each[3]))
        assert found == [of_page(key, "deleted", "admin", "action") for key in (*keys, already)]

    def test_by_code_of_the_project(self) -> None:
        node = Node.objects.create(type_id="page", title="x")
        key = node.pk
        node.save()
        alias = PathAlias.objects.create(path=f"/node/{node.pk}", alias="/x", langcode="en").pk
        node.delete()
        found = noted()
        assert found[:2] == [of_page(key, each, "", "") for each in ("created", "updated")]
        # What goes with an entity is noted, too.
        kinds = [(action, kind) for action, kind, *_rest in found[2:]]
        assert sorted(kinds) == [
            ("created", "path_alias"),
            ("deleted", "node"),
            ("deleted", "path_alias"),
        ]
        assert {key for _action, kind, _bundle, key, *_rest in found if kind == "path_alias"} == {
            str(alias)
        }

    def test_of_users_once_for_all_that_is_kept_of_them(
        self, client_of: Any, client: Client
    ) -> None:
        editor = User.objects.get(username="editor")
        UserProfile.objects.get_or_create(user=editor, defaults={"uuid": "x"})
        path = f"/user/{editor.pk}?_format=json"
        for sent in ({"timezone": ["Europe/Rome"]}, {"mail": ["e@example.org"]}):
            assert client_of("admin").patch(path, sent, format="json").status_code == 200
        updated = ("updated", "user", "user", str(editor.pk), "admin", "rest")
        assert noted() == [updated, updated]
        client.force_login(editor)
        assert noted() == []

    def test_of_what_nobody_uses_any_more(self) -> None:
        file = File(status=False, uri=ContentFile(b"x", name="a.txt"), changed=now())
        file.save()
        key = str(file.pk)
        File.objects.update(changed=now() - timedelta(days=2))
        noted()
        call_command("prune_jwt_auth", verbosity=0)
        assert noted() == [("deleted", "file", "file", key, "", "pruning")]

    def test_nothing_that_was_refused(self, client_of: Any) -> None:
        sent = {**PAGE, "title": ["x" * 300]}
        assert client_of("admin").post("/node?_format=json", sent, format="json").status_code == 422
        assert noted() == []

    def test_no_fixture(self) -> None:
        content_log._note_saved(
            Node, Node(type_id="page"), created=True, raw=True, update_fields=None
        )
        assert noted() == []


@pytest.mark.usefixtures("log")
def test_an_import_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(described()))
    call_command("import_drupal_site", path, verbosity=0)
    found = noted()
    assert {way for *_rest, way in found} == {"import"}
    nodes = {key for action, kind, _b, key, *_ in found if (action, kind) == ("created", "node")}
    assert nodes == {str(key) for key in Node.objects.values_list("pk", flat=True)}
    assert len(nodes) > 0
    node = Node.objects.first()
    assert node
    upsert(Node, [node], "nid")
    assert noted() == [("updated", "node", node.type_id, str(node.pk), "", "")]
    # A revision is no entity.
    upsert(Revision, [node.get_revision()], "vid", "node")
    assert noted() == []


@pytest.mark.usefixtures("site", "log")
class TestCancellingAnAccount:
    @pytest.fixture
    def author(self, site: None) -> User:
        """Somebody with a page and a comment on another's."""
        author = User.objects.create_user("author")
        CommentType.objects.get_or_create(id="comment", defaults={"label": "Comments"})
        add_field("page", "comment", "comment", default_value=[{"status": 2}])
        fields: Any = {"comment": [{"status": 2}]}
        other = Node.objects.create(type_id="page", title="Other", fields=fields)
        Node.objects.create(type_id="page", title="Own", uid=author)
        Comment.objects.create(comment_type_id="comment", entity_id=str(other.pk), uid=author)
        noted()
        return author

    @pytest.mark.parametrize(
        ("method", "content", "account"),
        [
            ("user_cancel_block_unpublish", "updated", "updated"),
            ("user_cancel_reassign", "updated", "deleted"),
            ("user_cancel_delete", "deleted", "deleted"),
        ],
    )
    def test_all_that_goes_with_it_is_noted(
        self, browser: Client, author: User, method: str, content: str, account: str
    ) -> None:
        node, comment = str(Node.objects.get(title="Own").pk), str(Comment.objects.get().pk)
        key = str(author.pk)
        noted()
        browser.post(f"/admin/auth/user/{key}/delete/", {"method": method, "post": "yes"})
        assert sorted(noted()) == sorted(
            [
                of_page(node, content, "admin", "admin"),
                (content, "comment", "comment", comment, "admin", "admin"),
                (account, "user", "user", key, "admin", "admin"),
            ]
        )

    def test_who_deletes_their_own_account_is_named(self, author: User, client_of: Any) -> None:
        author.is_superuser = True
        author.save()
        key = author.pk
        noted()
        assert client_of("author").delete(f"/user/{key}?_format=json").status_code == 204
        assert ("author", "rest") in {(each[4], each[5]) for each in noted()}


class TestWhatItCosts:
    def test_one_query_more(self, site: None, client_of: Any, settings: Settings) -> None:
        def count() -> int:
            client = client_of("admin")
            with CaptureQueriesContext(connection) as queries:
                client.post("/node?_format=json", PAGE, format="json")
            return len(queries)

        count()
        without = count()
        settings.DRUPAL_JWT_AUTH = {"CONTENT_LOG": True}
        content_log.watch()
        try:
            assert count() == without + 1
        finally:
            content_log.unwatch()

    def test_nothing_where_it_is_off(self, site: None, browser: Client) -> None:
        node = Node.objects.create(type_id="page", title="x", status=False)
        browser.post(f"{ADMIN}node/", {"action": "publish", "_selected_action": [node.pk]})
        upsert(Node, [node], "nid")
        node.delete()
        assert noted() == []

    @pytest.mark.parametrize("is_on", [False, True])
    def test_only_a_project_that_says_so_watches(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch, is_on: bool
    ) -> None:
        begun: list[bool] = []
        monkeypatch.setattr(content_log, "watch", lambda: begun.append(True))
        settings.DRUPAL_JWT_AUTH = {"CONTENT_LOG": is_on}
        _watch_log()
        assert begun == [True] * is_on
