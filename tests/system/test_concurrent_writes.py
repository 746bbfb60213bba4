"""Who writes changes what they say and nothing else, whoever else writes at the same moment.

On a real database, with the settings that projects have: SQLite as Django uses it by itself and as
the example project does, or PostgreSQL; with ``ATOMIC_REQUESTS`` and without. "While" says that the
first has read and decided, and not yet saved, when the second comes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.models.signals import post_save
from django.db.utils import ConnectionHandler
from django.test import Client
from pytest_django import DjangoDbBlocker

from drupal_jwt_auth.admin import NodeAdmin, TermAdmin
from drupal_jwt_auth.admin import node as node_admin
from drupal_jwt_auth.content.node import revisions
from drupal_jwt_auth.http.json import DrupalJSONRenderer
from drupal_jwt_auth.http.views import common_headers
from drupal_jwt_auth.models import (
    FieldConfig,
    Node,
    NodeType,
    PathAlias,
    Revision,
    Term,
    Vocabulary,
)
from drupal_jwt_auth.models.path_alias import alias_key
from drupal_jwt_auth.serializers import EntitySerializer, NodeSerializer
from drupal_jwt_auth.transfer.path_aliases import PathAliasLoader
from drupal_jwt_auth.transfer.site_description import read_site
from drupal_jwt_auth.transfer.site_import import SiteImporter
from drupal_jwt_auth.views import NodeCreateView, NodeView
from tests.admin.browser import ADMIN, get, read, send
from tests.content.visitors import Visitor, nid_of
from tests.system.meetings import Meeting
from tests.system.servers import DATABASES, EXAMPLE_OPTIONS, Database, connected_to, fresh_database

IS_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


class Use(NamedTuple):
    """How a project uses its database."""

    name: str
    options: Mapping[str, str]
    atomic_requests: bool

    def __str__(self) -> str:
        return f"{self.name}, {'ATOMIC_REQUESTS' if self.atomic_requests else 'autocommit'}"


USES = (
    (
        Use("SQLite", {}, atomic_requests=False),
        Use("SQLite", {}, atomic_requests=True),
        Use("SQLite as in the example", EXAMPLE_OPTIONS, atomic_requests=True),
    )
    if IS_SQLITE
    else (
        Use("PostgreSQL", {}, atomic_requests=False),
        Use("PostgreSQL", {}, atomic_requests=True),
    )
)

SAVING = (NodeSerializer, "save")
"""Where a PATCH has read and decided."""

DELETING = (NodeView, "check_unneeded_document")
"""Where a DELETE has."""

ANSWERING = (NodeView, "finalize_response")
"""Where either has written, and nothing is committed."""


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Database]:
    """A database with the demo's content types and users."""
    directory = tmp_path_factory.mktemp("writes")
    # The first kind, as SQLite's journal is a property of the file.
    with django_db_blocker.unblock(), fresh_database(directory, DATABASES[0]) as database:
        yield database


@pytest.fixture(params=USES, ids=str)
def database(request: Any, prepared: Database, tmp_path: Path) -> Database:
    """The database as a project uses it, with SQLite a file for each test."""
    use: Use = request.param
    database = {**prepared, "ATOMIC_REQUESTS": use.atomic_requests}
    if IS_SQLITE:
        database["NAME"] = str(shutil.copy(prepared["NAME"], tmp_path))
        database["OPTIONS"] = dict(use.options)
    return database


@pytest.fixture
def site(
    database: Database, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A site on the database: all threads have connections to it."""
    configured = ConnectionHandler({"default": database}).settings["default"]
    of_the_suite = connections["default"]
    monkeypatch.setitem(connections.settings, "default", configured)
    del connections["default"]
    ContentType.objects.clear_cache()
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = of_the_suite
            ContentType.objects.clear_cache()


@pytest.fixture
def meet(site: None, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    return Meeting(monkeypatch)


@pytest.fixture
def admin(site: None) -> Visitor:
    return Visitor(User.objects.get(username="admin"))


@pytest.fixture
def editor(site: None) -> Visitor:
    return Visitor(User.objects.get(username="editor"))


@pytest.fixture
def open_browser(site: None) -> Callable[[], Client]:
    """Make a browser that the administrator is logged in with."""

    def open_browser() -> Client:
        client = Client()
        client.force_login(User.objects.get(username="admin"))
        return client

    return open_browser


@pytest.fixture
def browser(open_browser: Callable[[], Client]) -> Client:
    return open_browser()


@pytest.fixture
def nid(editor: Visitor) -> int:
    """A page of the editor's."""
    return nid_of(editor.create(page(title=["Old"], body=["Old"])))


def page(**fields: Any) -> dict[str, Any]:
    return {"type": "page", **fields}


def seen(visitor: Visitor, nid: int, *names: str) -> list[Any]:
    """What a node holds: the first value of each field, None where it has none."""
    document = visitor.read(nid)
    return [document[name][0]["value"] if document[name] else None for name in names]


def is_gone(nid: int) -> bool:
    """Tell whether nothing is left of a node."""
    rows = (
        *(Node.objects.filter(pk=nid), Revision.objects.filter(node=nid)),
        PathAlias.objects.filter(path=f"/node/{nid}"),
    )
    return not any(each.exists() for each in rows)


# Changing and changing


def test_each_changes_a_field_of_their_own(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    """Both are kept in one column."""
    if not FieldConfig.objects.filter(storage__name="field_note").exists():
        FieldConfig.objects.create_field("node", "page", "field_note", "string", label="Note")
    answers = meet(
        lambda: editor.change(nid, page(body=["New"])),
        SAVING,
        lambda: admin.change(nid, page(field_note=["New"])),
    )
    assert seen(editor, nid, "body", "field_note") == ["New", "New"]
    assert answers[1]["body"][0]["value"] == "New"


@pytest.mark.parametrize("editor_is_first", [True, False])
def test_an_unpublished_page_is_not_published_by_a_new_title(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int, editor_is_first: bool
) -> None:
    both = (
        lambda: editor.change(nid, page(title=["New"])),
        lambda: admin.change(nid, page(status=[False])),
    )
    first, second = both if editor_is_first else both[::-1]
    meet(first, SAVING, second)
    assert seen(admin, nid, "title", "status") == ["New", False]


def test_an_alias_and_a_title_are_changed(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    alias = f"/about-{nid}"
    _, answer = meet(
        lambda: admin.change(nid, page(path=[{"alias": alias}])),
        SAVING,
        lambda: editor.change(nid, page(title=["New"])),
    )
    assert seen(editor, nid, "title") == ["New"]
    assert answer["path"][0]["alias"] == editor.read(alias)["path"][0]["alias"] == alias


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_access_is_decided_on_what_the_first_has_made_of_it(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int, method: str
) -> None:
    new_author = User.objects.get(username="admin").pk
    body = json.dumps(page(title=["New"])) if method == "PATCH" else b""
    _, answer = meet(
        lambda: admin.change(nid, page(uid=[new_author])),
        ANSWERING,
        lambda: editor.send(method, f"/node/{nid}?_format=json", body),
    )
    assert answer.status_code == 403
    assert seen(editor, nid, "title") == ["Old"]


def test_an_author_who_is_deleted_meanwhile_does_not_come_back(
    meet: Meeting, admin: Visitor
) -> None:
    author = User.objects.create_user("passer-by")
    nid = nid_of(admin.create(page(title=["Old"], uid=[author.pk])))
    meet(lambda: admin.change(nid, page(title=["New"])), SAVING, author.delete)
    node = Node.objects.get(pk=nid)
    assert (node.title, node.uid) == ("New", None)


# What a node refers to


CHECKED = (NodeCreateView, "in_transaction")
"""Where of a POST is known who sends it, and nothing is locked."""

PLACES = pytest.mark.parametrize("place", [CHECKED, SAVING, (NodeCreateView, "finalize_response")])


def assert_asked_to_try_again(answer: Any) -> None:
    headers = ("Retry-After", "Content-Type", "Cache-Control", "Vary")
    assert (answer.status_code, *map(answer.get, headers)) == (
        *(503, "1", "application/json"),
        *map(common_headers().get, headers[2:]),
    )


@PLACES
def test_an_author_who_is_deleted_while_a_page_is_made_makes_none(
    meet: Meeting, place: tuple[Any, str]
) -> None:
    author = Visitor(User.objects.create_superuser(f"author-{place[1]}"))
    assert author.user
    author.be_seen()  # The first request of all makes a row beside that of the user.
    before = Node.objects.count()
    answer, _ = meet(lambda: author.post(page(title=["A"])), place, author.user.delete)
    if answer.status_code == 201:
        # Whoever deletes had to wait.
        assert Node.objects.get(pk=nid_of(answer.json())).uid is None
    else:
        assert_asked_to_try_again(answer)
        assert Node.objects.count() == before
    assert (place == CHECKED) <= (answer.status_code == 503)
    assert author.post(page(title=["A"])).json()["error"] == "USER_INFORMATION_NOT_FOUND"


@PLACES
@pytest.mark.parametrize("chosen", [{}, {"uuid": ["of-a-type-that-is-deleted"]}])
def test_no_page_is_made_of_a_type_that_is_deleted_meanwhile(
    meet: Meeting, admin: Visitor, place: tuple[Any, str], chosen: dict[str, Any]
) -> None:
    kind, _ = NodeType.objects.get_or_create(type="short_lived", name="Short-lived")
    sent = {"type": kind.type, "title": ["A"], **chosen}

    def delete() -> bool:
        try:
            kind.delete()
        except IntegrityError:
            # A page of it has come first.
            return False
        return True

    answer, is_deleted = meet(lambda: admin.post(sent), place, delete)
    assert Node.objects.filter(type="short_lived").exists() is not is_deleted
    if place == CHECKED:
        # The document is looked at later.
        assert (answer.status_code, is_deleted) == (422, True)
    elif is_deleted:
        assert_asked_to_try_again(answer)
        assert admin.post(sent).status_code == 422
    else:
        assert answer.status_code == 201
        assert admin.delete(nid_of(answer.json())).status_code == 204


@pytest.mark.parametrize("place", [SAVING, ANSWERING])
def test_a_page_is_not_given_to_somebody_who_is_deleted_meanwhile(
    meet: Meeting, admin: Visitor, nid: int, place: tuple[Any, str]
) -> None:
    heir = User.objects.create_user(f"heir-{place[1]}")
    sent = page(title=["New"], uid=[heir.pk])
    answer, _ = meet(lambda: admin.patch(nid, sent), place, heir.delete)
    if answer.status_code == 503:
        assert_asked_to_try_again(answer)
        assert seen(admin, nid, "title") == ["Old"]
        assert admin.patch(nid, sent).status_code == 422
    else:
        assert answer.status_code == 200
        assert Node.objects.get(pk=nid).uid is None


# Deleting


def test_what_is_deleted_while_it_is_changed_is_gone(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    changed, deleted = meet(
        lambda: editor.patch(nid, page(title=["New"], revision_log=["New"])),
        SAVING,
        lambda: admin.delete(nid),
    )
    assert (changed.status_code, deleted.status_code) == (200, 204)
    assert is_gone(nid)


def test_what_is_changed_while_it_is_deleted_is_not_found(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    deleted, changed = meet(
        lambda: admin.delete(nid),
        DELETING,
        lambda: editor.patch(nid, page(title=["New"], revision_log=["New"])),
    )
    assert (deleted.status_code, changed.status_code) == (204, 404)
    assert is_gone(nid)


def test_what_two_delete_is_deleted_once(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    answers = meet(lambda: admin.delete(nid), DELETING, lambda: editor.delete(nid))
    assert [each.status_code for each in answers] == [204, 404]
    assert is_gone(nid)


def test_an_alias_that_comes_while_its_page_is_deleted_is_not_left_behind(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    path = [{"alias": f"/new-{nid}"}]
    deleted, changed = meet(
        lambda: editor.delete(nid), DELETING, lambda: admin.patch(nid, page(path=path))
    )
    assert (deleted.status_code, changed.status_code) == (204, 404)
    assert is_gone(nid)


def test_a_page_that_is_deleted_while_it_gets_an_alias_takes_that_along(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    path = [{"alias": f"/new-{nid}"}]
    changed, deleted = meet(
        lambda: admin.patch(nid, page(path=path)), SAVING, lambda: editor.delete(nid)
    )
    assert (changed.status_code, deleted.status_code) == (200, 204)
    assert is_gone(nid)


def administer(admin: Visitor, alias: Any, /, **fields: Any) -> Any:
    """Change an alias, or make one, by ``/entity/path_alias``."""
    one, method = ("", "POST") if alias is None else (f"/{alias['pid']}", "PATCH")
    return admin.send(method, f"/entity/path_alias{one}?_format=json", json.dumps(fields))


def test_no_alias_is_made_for_a_page_that_is_being_deleted(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    fields = {"path": [f"/node/{nid}"], "alias": [f"/new-{nid}"]}
    deleted, made = meet(
        lambda: editor.delete(nid), DELETING, lambda: administer(admin, None, **fields)
    )
    assert (deleted.status_code, made.status_code) == (204, 422)
    assert is_gone(nid)


def test_a_page_that_is_deleted_while_an_alias_is_made_leaves_none(
    meet: Meeting, admin: Visitor, editor: Visitor, nid: int
) -> None:
    """Whoever is first: the page is seen to be gone, or takes the alias along."""
    fields = {"path": [f"/node/{nid}"], "alias": [f"/new-{nid}"]}
    made, deleted = meet(
        lambda: administer(admin, None, **fields),
        (EntitySerializer, "save"),
        lambda: editor.delete(nid),
    )
    assert deleted.status_code == 204
    assert made.status_code == (201 if IS_SQLITE else 422)
    assert is_gone(nid)


@pytest.mark.parametrize("alias_is_first", [True, False])
def test_an_alias_is_changed_as_such_and_as_the_path_of_its_page(
    meet: Meeting, admin: Visitor, nid: int, alias_is_first: bool
) -> None:
    """One after the other, whose row is locked for both: nobody waits in a circle."""
    alias = admin.change(nid, page(path=[{"alias": f"/old-{nid}"}]))["path"][0]
    other = Visitor(admin.user)
    both = (
        lambda: administer(admin, alias, alias=[f"/alias-{nid}"]),
        lambda: other.patch(nid, page(path=[{**alias, "alias": f"/page-{nid}"}])),
    )
    first, second = both if alias_is_first else both[::-1]
    answers = meet(first, (EntitySerializer, "save") if alias_is_first else SAVING, second)
    assert [answer.status_code for answer in answers] == [200, 200]
    (stored,) = PathAlias.objects.filter(path=f"/node/{nid}")
    assert stored.alias in {f"/page-{nid}", f"/alias-{nid}"}
    assert stored.key == alias_key(stored.alias)


# Numbers


def test_a_number_that_somebody_chooses_is_in_nobodys_way(
    meet: Meeting, admin: Visitor, editor: Visitor
) -> None:
    """Neither the next one, nor one of those that others get meanwhile."""
    for step in (1, 3, 20_000):
        chosen = editor.create(page(title=["A"]))["vid"][0]["value"] + step

        def create_some() -> list[int]:
            answers = [editor.post(page(title=["A"])) for _ in range(5)]
            return [each.status_code for each in answers]

        answer, statuses = meet(
            lambda chosen=chosen: admin.post(page(title=["A"], vid=[chosen])),  # type: ignore[misc]
            (NodeCreateView, "finalize_response"),
            create_some,
        )
        assert (answer.status_code, answer.json()["vid"]) == (201, [{"value": chosen}])
        assert statuses == create_some() == [201] * 5


def test_a_lower_number_does_not_set_the_next_one_back(
    meet: Meeting, admin: Visitor, editor: Visitor
) -> None:
    """Nor to one that somebody has got who has not finished yet."""
    before = editor.create(page(title=["A"]))["vid"][0]["value"]
    editor.create(page(title=["A"], vid=[before + 50]))

    def choose_and_create() -> list[int]:
        answers = [admin.post(page(title=["A"], **each)) for each in ({"vid": [before + 20]}, {})]
        return [each.status_code for each in answers]

    _, statuses = meet(
        lambda: editor.create(page(title=["A"])),
        (NodeCreateView, "finalize_response"),
        choose_and_create,
    )
    assert statuses == [201, 201]


def test_two_numbers_that_are_chosen_at_once_leave_the_next_one_after_both(
    meet: Meeting, admin: Visitor, editor: Visitor
) -> None:
    before = editor.create(page(title=["A"]))["vid"][0]["value"]
    low, high = before + 30_000, before + 60_000
    meet(
        lambda: admin.create(page(title=["A"], vid=[high])),
        (NodeCreateView, "finalize_response"),
        lambda: editor.create(page(title=["A"], vid=[low])),
    )
    assert editor.create(page(title=["A"]))["vid"][0]["value"] > high


# The admin


def edit(nid: int) -> str:
    return f"node/{nid}/change/"


def test_a_form_that_is_sent_while_the_api_changes_the_page_is_refused(
    meet: Meeting, editor: Visitor, browser: Client, nid: int
) -> None:
    values = get(browser, edit(nid)).values
    _, answer = meet(
        lambda: editor.change(nid, page(body=["New"])),
        SAVING,
        lambda: send(browser, edit(nid), values, title="Mine"),
    )
    assert any("modified by another user" in error for error in read(answer).errors)
    assert seen(editor, nid, "title", "body") == ["Old", "New"]


def test_a_form_that_is_being_saved_is_waited_for(
    meet: Meeting, editor: Visitor, browser: Client, nid: int
) -> None:
    values = get(browser, edit(nid)).values
    answer, _ = meet(
        lambda: send(browser, edit(nid), values, title="Mine"),
        (NodeAdmin, "save_model"),
        lambda: editor.change(nid, page(body=["New"])),
    )
    assert answer.status_code == 302
    assert seen(editor, nid, "title", "body") == ["Mine", "New"]


def test_a_form_for_a_page_that_is_being_deleted_tells_so(
    meet: Meeting, editor: Visitor, browser: Client, nid: int
) -> None:
    values = get(browser, edit(nid)).values
    _, answer = meet(
        lambda: editor.delete(nid),
        DELETING,
        lambda: send(browser, edit(nid), values, title="Mine"),
    )
    assert answer.status_code == 302
    assert "Perhaps it was deleted?" in browser.get("/admin/").content.decode()
    assert is_gone(nid)


def choose(browser: Client, nid: int, action: str) -> Any:
    """Do an action to a node that was chosen in the list."""
    return browser.post(f"{ADMIN}node/", {"action": action, "_selected_action": [nid]})


@pytest.mark.parametrize("action_is_first", [True, False])
def test_an_action_changes_what_it_says(
    meet: Meeting, editor: Visitor, browser: Client, nid: int, action_is_first: bool
) -> None:
    def act() -> Any:
        return choose(browser, nid, "unpublish")

    def change() -> Any:
        return editor.change(nid, page(title=["New"], body=["New"]))

    if action_is_first:
        meet(act, (node_admin, "now"), change)
    else:
        meet(change, SAVING, act)
    assert seen(editor, nid, "title", "body", "status") == ["New", "New", False]


def test_nodes_that_are_chosen_to_be_deleted_take_along_what_comes_meanwhile(
    meet: Meeting, admin: Visitor, browser: Client, nid: int
) -> None:
    path = [{"alias": f"/new-{nid}"}]
    chosen = {"action": "delete_selected", "_selected_action": [nid], "post": "yes"}
    _, answer = meet(
        lambda: admin.change(nid, page(path=path)),
        SAVING,
        lambda: browser.post(f"{ADMIN}node/", chosen),
    )
    assert answer.status_code == 302
    assert is_gone(nid)


def revert(browser: Client, nid: int) -> Any:
    """Revert a page to its first revision."""
    first = Revision.objects.filter(node=nid).earliest("vid")
    return browser.post(f"{ADMIN}node/{nid}/revisions/{first.pk}/revert/")


@pytest.fixture
def revised(browser: Client, nid: int) -> int:
    """A page with an older revision, "Old", and a newer one, "Newer"."""
    send(browser, edit(nid), get(browser, edit(nid)).values, title="Newer")
    return nid


def test_a_revert_keeps_what_was_changed_just_before(
    meet: Meeting, editor: Visitor, browser: Client, revised: int
) -> None:
    meet(
        lambda: editor.change(revised, page(body=["New"])),
        SAVING,
        lambda: revert(browser, revised),
    )
    assert seen(editor, revised, "title", "body") == ["Old", "Old"]
    _, before, _ = Revision.objects.filter(node=revised)
    assert before.snapshot
    kept = [before.snapshot[name][0]["value"] for name in ("title", "body")]
    assert kept == ["Newer", "New"]


def test_what_is_changed_while_a_page_is_reverted_is_changed_afterwards(
    meet: Meeting, editor: Visitor, browser: Client, revised: int
) -> None:
    meet(
        lambda: revert(browser, revised),
        (revisions, "save_revision"),
        lambda: editor.change(revised, page(body=["New"], revision_log=["Mine"])),
    )
    assert seen(editor, revised, "title", "body", "revision_log") == ["Old", "New", "Mine"]
    assert Revision.objects.filter(node=revised).count() == 3


def test_an_alias_is_not_given_to_a_page_that_is_being_deleted(
    meet: Meeting, editor: Visitor, browser: Client, nid: int
) -> None:
    sent = {"path": f"/node/{nid}", "alias": f"/new-{nid}", "langcode": "en"}
    _, answer = meet(
        lambda: editor.delete(nid),
        DELETING,
        lambda: browser.post(f"{ADMIN}pathalias/add/", sent),
    )
    assert "There is nothing at this path." in " ".join(read(answer).errors)
    assert is_gone(nid)


def test_an_alias_and_its_page_are_changed_one_after_the_other(
    meet: Meeting, admin: Visitor, editor: Visitor, browser: Client, nid: int
) -> None:
    """Whoever changes an alias has its page locked before it, so nobody waits in a circle."""
    alias = admin.change(nid, page(path=[{"alias": f"/old-{nid}"}]))["path"][0]
    path = f"pathalias/{alias['pid']}/change/"
    values = get(browser, path).values
    _, answer = meet(
        lambda: admin.change(nid, page(path=[{**alias, "alias": f"/api-{nid}"}])),
        SAVING,
        lambda: send(browser, path, values, alias=f"/form-{nid}"),
    )
    assert answer.status_code == 302
    assert editor.read(nid)["path"][0]["alias"] == f"/form-{nid}"


def test_an_alias_is_deleted_after_its_page_was_changed(
    meet: Meeting, admin: Visitor, browser: Client, nid: int
) -> None:
    alias = admin.change(nid, page(path=[{"alias": f"/old-{nid}"}]))["path"][0]
    chosen = {"action": "delete_selected", "_selected_action": [alias["pid"]], "post": "yes"}
    _, answer = meet(
        lambda: admin.change(nid, page(path=[{**alias, "alias": f"/new-{nid}"}])),
        SAVING,
        lambda: browser.post(f"{ADMIN}pathalias/", chosen),
    )
    assert answer.status_code == 302
    assert seen(admin, nid, "title") == ["Old"]
    assert not PathAlias.objects.filter(path=f"/node/{nid}").exists()


@pytest.fixture
def term(site: None) -> Term:
    Vocabulary.objects.get_or_create(vid="tags", name="Tags")
    return Term.objects.create(vid_id="tags", name="Old")


def test_two_who_have_the_same_form_open_change_what_each_has_changed(
    meet: Meeting, open_browser: Callable[[], Client], term: Term
) -> None:
    path = f"term/{term.pk}/change/"
    one, other = open_browser(), open_browser()
    values, same = (get(each, path).values for each in (one, other))
    answers = meet(
        lambda: send(one, path, values, name="New"),
        (TermAdmin, "save_model"),
        lambda: send(other, path, same, status=None),
    )
    assert [each.status_code for each in answers] == [302, 302]
    term.refresh_from_db()
    assert (term.name, term.status) == ("New", False)


def test_what_one_deletes_the_other_is_told_is_gone(
    meet: Meeting, open_browser: Callable[[], Client], term: Term
) -> None:
    one, other = open_browser(), open_browser()
    path = f"term/{term.pk}/change/"
    values = get(other, path).values
    meet(
        lambda: one.post(f"{ADMIN}term/{term.pk}/delete/", {"post": "yes"}),
        (TermAdmin, "delete_model"),
        lambda: send(other, path, values, name="New"),
    )
    assert "Perhaps it was deleted?" in other.get("/admin/").content.decode()
    assert not Term.objects.filter(pk=term.pk).exists()


def test_two_who_add_something_wait_for_each_other(
    meet: Meeting, open_browser: Callable[[], Client], term: Term
) -> None:
    one, other = open_browser(), open_browser()
    sent = {"weight": "0", "langcode": "en", "status": "on"}
    answers = meet(
        lambda: one.post(f"{ADMIN}term/add/", {**sent, "name": f"One {term.pk}"}),
        (TermAdmin, "save_model"),
        lambda: other.post(f"{ADMIN}term/add/", {**sent, "name": f"Other {term.pk}"}),
    )
    assert [each.status_code for each in answers] == [302, 302]
    assert Term.objects.filter(name__endswith=f" {term.pk}").count() == 2


def test_a_field_that_is_deleted_takes_its_values_along_and_nothing_else(
    meet: Meeting, editor: Visitor, browser: Client, nid: int
) -> None:
    name = f"field_{nid}"
    config = FieldConfig.objects.create_field("node", "page", name, "string", label=name)
    editor.change(nid, page(**{name: ["x"]}))
    _, answer = meet(
        lambda: editor.change(nid, page(body=["New"])),
        SAVING,
        lambda: send(browser, f"fieldconfig/{config.pk}/delete/", {"post": "yes"}),
    )
    assert answer.status_code == 302
    assert seen(editor, nid, "body") == ["New"]
    assert name not in Node.objects.get(pk=nid).fields


# The import


def describe(directory: Path, node: Node, **values: Any) -> Any:
    """Describe a page, with values in place of those that it has."""
    described = {
        "nid": node.pk,
        "vid": node.vid,
        "uuid": node.uuid,
        "type": "page",
        "title": "Described",
        "uid": 0,
        **dict.fromkeys(("created", "changed", "revision_timestamp", "revision_uid"), 0),
        "fields": {"body": [{"value": "Described"}]},
        **values,
    }
    body = {"name": "body", "type": "text_with_summary", "label": "Body"}
    page_type = {"type": "page", "uuid": node.type.uuid, "name": "Page", "fields": [body]}
    path = directory / "site.json"
    path.write_text(json.dumps({"node_types": [page_type], "nodes": [described]}))
    return read_site(path)


@pytest.mark.parametrize("import_is_first", [True, False])
def test_an_import_changes_what_is_described(
    meet: Meeting, admin: Visitor, nid: int, tmp_path: Path, import_is_first: bool
) -> None:
    described = describe(tmp_path, Node.objects.get(pk=nid))

    def load() -> None:
        SiteImporter().load(described)

    def change() -> Any:
        sent = {"revision_log": ["New"], "revision_translation_affected": [False]}
        return admin.change(nid, page(body=["New"], **sent))

    if import_is_first:
        meet(load, (PathAliasLoader, "load"), change)
    else:
        meet(change, SAVING, load)
    assert seen(admin, nid, "title", "body", "revision_log", "revision_translation_affected") == [
        "Described",
        "New" if import_is_first else "Described",
        "New",
        False,
    ]


def test_the_numbers_of_an_import_are_in_nobodys_way(
    meet: Meeting, editor: Visitor, nid: int, tmp_path: Path
) -> None:
    node = Node.objects.get(pk=nid)
    new, vid = nid + 2, Revision.objects.latest("pk").pk + 2
    described = describe(tmp_path, node, nid=new, vid=vid, uuid=f"new-{nid}")
    _, statuses = meet(
        lambda: SiteImporter().load(described),
        (PathAliasLoader, "load"),
        lambda: [editor.post({"type": "article", "title": ["A"]}).status_code for _ in range(4)],
    )
    assert statuses == [201] * 4
    assert Node.objects.get(pk=new).title == "Described"


# Answers


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_nothing_is_saved_that_cannot_be_answered(
    admin: Visitor, nid: int, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> bytes:
        raise RuntimeError

    before = list(Node.objects.values_list().order_by("pk"))
    monkeypatch.setattr(DrupalJSONRenderer, "render", fail)
    admin.client.raise_request_exception = False
    path = "/node" if method == "POST" else f"/node/{nid}"
    body = json.dumps(page(title=["New"])) if method != "DELETE" else b""
    assert admin.send(method, f"{path}?_format=json", body).status_code == 500
    assert list(Node.objects.values_list().order_by("pk")) == before


@contextmanager
def somebody_reading(database: Database) -> Iterator[None]:
    """Somebody else is in the middle of reading all nodes."""
    with connected_to(database) as other:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("BEGIN" if IS_SQLITE else "SELECT 1")
            cursor.execute(f"SELECT * FROM {Node._meta.db_table}")
            yield
        other.rollback()


def test_who_cannot_commit_is_asked_to_try_again(
    admin: Visitor, nid: int, database: Database
) -> None:
    """SQLite as Django uses it cannot while somebody reads; others can."""
    if IS_SQLITE:
        # It waits as little as can be.
        connections["default"].cursor().execute("PRAGMA busy_timeout = 1")
    with somebody_reading(database):
        answer = admin.patch(nid, page(title=["New"]))
    if database["OPTIONS"] == {} and IS_SQLITE:
        assert_asked_to_try_again(answer)
        assert seen(admin, nid, "title") == ["Old"]
        assert admin.patch(nid, page(title=["New"])).status_code == 200
    assert seen(admin, nid, "title") == ["New"]


@pytest.mark.parametrize("error", [OperationalError("database is locked"), ValueError()])
def test_what_fails_when_all_is_saved_is_no_reason_to_try_again(
    admin: Visitor, nid: int, error: Exception
) -> None:
    """Such as what a project has Django do after the commit."""

    def fail() -> None:
        raise error

    def plan(**kwargs: Any) -> None:
        transaction.on_commit(fail)

    admin.client.raise_request_exception = False
    post_save.connect(plan, sender=Node)
    try:
        answer = admin.patch(nid, page(title=["New"]))
    finally:
        post_save.disconnect(plan, sender=Node)
    assert answer.status_code == 500
    assert seen(admin, nid, "title") == ["New"]
