"""Revisions: a save in the admin makes one, they are listed and compared, and reverted to."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from drupal_jwt_auth.content.node.revisions import revert, save_revision
from drupal_jwt_auth.models import FieldConfig, Node, NodeType, Revision
from drupal_jwt_auth.models.revision import now
from tests.admin.browser import ADMIN, get, read, submit
from tests.admin.conftest import MakeField, MakeNode, Staff

PAST = datetime(2026, 3, 2, 7, 8, tzinfo=timezone.utc)


def edit(node: Node) -> str:
    return f"node/{node.pk}/change/"


def pages(node: Node, page: str = "") -> str:
    return f"node/{node.pk}/revisions/{page}"


@pytest.fixture
def node(make_node: MakeNode) -> Node:
    """A page with one revision, of long ago and by nobody."""
    node = make_node(fields={"body": [{"value": "Old", "format": None, "summary": None}]})
    node.revisions.update(revision_timestamp=PAST, revision_uid=None)
    return Node.objects.get()


@pytest.fixture
def edited(node: Node, browser: Client) -> tuple[Revision, Revision]:
    """The two revisions of the page, after an edit."""
    submit(
        browser,
        edit(node),
        **{"title": "Other", "body-0-value": "Old\r\nNew", "revision_log": "Why <i>not</i>"},
    )
    new, old = Revision.objects.all()
    return old, new


# Making them


def test_new_content_has_a_revision_by_whoever_is_logged_in(browser: Client, admin: User) -> None:
    editor = User.objects.get(username="editor")
    values = {"title": "New", "uid-0-target_id": str(editor.pk), "revision_log": "First"}
    submit(browser, "node/add/?type=page", **values)
    node = Node.objects.get()
    assert node.revisions.count() == 1
    assert (node.revision_uid, node.revision_log, node.uid) == (admin, "First", editor)


def test_the_box_for_a_new_revision_is_preset_by_the_type(browser: Client, node: Node) -> None:
    assert get(browser, edit(node)).values["_new_revision"] == "on"
    NodeType.objects.filter(type="page").update(new_revision=False)
    NodeType.objects.get(type="page").save()
    assert "_new_revision" not in get(browser, edit(node)).values


def test_new_content_has_no_box_for_it(browser: Client) -> None:
    assert "_new_revision" not in get(browser, "node/add/", type="page").inputs


def test_a_save_makes_a_revision_with_author_time_and_log(
    edited: tuple[Revision, Revision], admin: User, node: Node
) -> None:
    old, new = edited
    assert new.vid > old.vid
    assert (new.revision_uid, new.revision_log) == (admin, "Why <i>not</i>")
    assert new.revision_timestamp > PAST
    node.refresh_from_db()
    assert (node.vid, old.current_for, new.current_for) == (new.vid, None, node)


def test_the_older_revision_keeps_what_the_node_was(
    edited: tuple[Revision, Revision], admin: User, node: Node
) -> None:
    old, new = edited
    assert old.snapshot == {
        "title": [{"value": "A page"}],
        "body": [{"value": "Old", "format": None, "summary": None}],
        "langcode": [{"value": "en"}],
        "status": [{"value": True}],
        "uid": [{"target_id": admin.pk}],
        "created": [{"value": int(node.created.timestamp())}],
        "changed": [{"value": int(node.changed.timestamp())}],
        "promote": [{"value": False}],
        "sticky": [{"value": False}],
    }
    assert new.snapshot is None
    assert (old.revision_timestamp, old.revision_uid) == (PAST, None)


def test_without_the_box_the_revision_stays(browser: Client, node: Node) -> None:
    submit(browser, edit(node), title="Other", _new_revision=None)
    [revision] = Revision.objects.all()
    assert (revision.revision_timestamp, revision.revision_log) == (PAST, None)
    node.refresh_from_db()
    assert node.title == "Other"


def test_without_the_box_a_log_message_is_that_of_the_revision_that_stays(
    browser: Client, node: Node
) -> None:
    submit(browser, edit(node), _new_revision=None, revision_log="Forgotten")
    assert list(Revision.objects.values_list("revision_log", flat=True)) == ["Forgotten"]


def test_the_log_message_of_the_last_revision_is_not_that_of_the_next(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    assert get(browser, edit(node)).values["revision_log"] == ""


def test_a_patch_makes_no_revision_and_is_part_of_the_one_there_is(
    browser: Client, node: Node, client_of: Any
) -> None:
    document = {"type": "page", "title": ["Patched"]}
    answer = client_of("admin").patch(f"/node/{node.pk}?_format=json", document, format="json")
    assert answer.status_code == 200
    assert Revision.objects.count() == 1
    submit(browser, edit(node), title="Other")
    old = Revision.objects.last()
    assert old is not None
    assert old.snapshot is not None
    assert old.snapshot["title"] == [{"value": "Patched"}]


def test_numbers_grow_over_all_nodes(browser: Client, node: Node, make_node: MakeNode) -> None:
    other = make_node()
    for each in (node, other, node):
        submit(browser, edit(each), title="Other")
    numbers = list(Revision.objects.order_by("pk").values_list("vid", "node"))
    assert [each for _vid, each in numbers] == [node.pk, other.pk, node.pk, other.pk, node.pk]
    assert len({vid for vid, _each in numbers}) == 5


def test_a_node_that_has_no_revision_gets_one(browser: Client, node: Node) -> None:
    node.revisions.all().delete()
    assert get(browser, pages(node)).text.count("Current revision") == 0
    submit(browser, edit(node), title="Other")
    assert Revision.objects.get().current_for == node


def test_nothing_is_half_saved(
    browser: Client, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Revision, "make", fail)
    with pytest.raises(RuntimeError):
        submit(browser, edit(node), title="Other")
    node.refresh_from_db()
    assert node.title == "A page"
    assert Revision.objects.get().current_for == node


# Looking at them


def test_the_page_of_a_node_leads_to_its_revisions(browser: Client, node: Node) -> None:
    assert get(browser, edit(node)).links["Revisions"] == ADMIN + pages(node)


def test_the_list_tells_number_time_author_log_and_which_is_current(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    old, new = edited
    page = get(browser, pages(node))
    rows = " ".join(page.text.split())
    assert f"{new.vid} {new.made_on} admin Why <i>not</i> View Current revision" in rows
    assert f"{old.vid} Mon, 03/02/2026 - 07:08 Anonymous View Revert" in rows
    assert page.links["View"] == ADMIN + pages(node, f"{old.vid}/")
    assert page.links["Revert"] == ADMIN + pages(node, f"{old.vid}/revert/")


def test_times_are_those_of_the_time_zone(browser: Client, node: Node, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    assert "Mon, 03/02/2026 - 16:08" in get(browser, pages(node)).text


def test_a_project_may_do_without_time_zones(browser: Client, node: Node) -> None:
    assert Revision(revision_timestamp=datetime(2026, 3, 2, 7, 8)).made_on == (
        "Mon, 03/02/2026 - 07:08"
    )


def test_a_long_list_has_pages(browser: Client, node: Node) -> None:
    Revision.objects.bulk_create(Revision(node=node, snapshot={}) for _ in range(250))
    page = get(browser, pages(node))
    assert "Page 1 of 3" in page.text
    assert page.links["Older"] == "?page=2"
    assert "Newer" not in page.links
    page = get(browser, pages(node), page="2")
    assert (page.links["Newer"], page.links["Older"]) == ("?page=1", "?page=3")
    assert "Older" not in get(browser, pages(node), page="3").links


def test_an_older_revision_is_shown_as_it_was(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    text = get(browser, pages(node, f"{edited[0].vid}/")).text
    assert "Revision of Other from Mon, 03/02/2026 - 07:08" in text
    assert "A page" in text
    assert "Text: Old" in text
    assert "Authored by" in text
    assert "Revert" in text


def test_the_current_revision_is_what_the_node_is(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    page = get(browser, pages(node, f"{edited[1].vid}/"))
    assert "Text: Old\nNew" not in page.text
    assert "Other" in page.text
    assert "Revert" not in page.links


def test_what_was_in_a_field_that_is_gone_is_shown_too(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    FieldConfig.objects.of("node", "page").get().delete()
    text = get(browser, pages(node, f"{edited[0].vid}/")).text
    assert '[{"format": null, "summary": null, "value": "Old"}]' in text


def test_a_comparison_tells_what_differs_field_by_field(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    old, new = edited
    html = browser.get(ADMIN + pages(node, "compare/"), {"old": old.vid, "new": new.vid})
    page = html.content.decode()
    assert "<h2>Title</h2>" in page
    assert "<del>A page</del>" in page
    assert "<ins>Other</ins>" in page
    assert '<div class="same">Text: Old</div>' in page
    assert "<ins>New</ins>" in page
    assert page.count("<h2>") == 2


def test_long_texts_are_compared_line_by_line(
    browser: Client, make_node: MakeNode, admin: User
) -> None:
    lines = [f"line {number}" for number in range(1500)]
    changed = [f"{line}!" if number % 500 == 7 else line for number, line in enumerate(lines)]
    node = make_node()
    numbers = []
    for text in (lines, changed):
        node.fields = {"body": [{"value": "\n".join(text), "format": None, "summary": None}]}
        save_revision(node, admin)
        numbers.append(node.vid)
    query: dict[str, Any] = dict(zip(("old", "new"), numbers, strict=True))
    html = browser.get(ADMIN + pages(node, "compare/"), query).content.decode()
    assert (html.count("<del>line "), html.count("<ins>line ")) == (3, 3)
    assert html.count('<div class="same">') == len(lines) - 3


def test_a_comparison_is_from_the_older_to_the_newer(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    old, new = edited
    path = ADMIN + pages(node, "compare/")
    assert (
        browser.get(path, {"old": new.vid, "new": old.vid}).content.count(b"<ins>Other</ins>") == 1
    )


def test_what_no_input_shows_is_compared_as_well(
    browser: Client, add_field: MakeField, make_node: MakeNode
) -> None:
    add_field("link")
    item = {"uri": "https://example.com/", "title": None, "options": {"query": {"a": "1"}}}
    node = make_node(type_id="event", fields={"field_x": [item]})
    node.fields = {"field_x": [{**item, "options": {"query": {"a": "2"}}}]}
    save_revision(node, None)
    new, old = Revision.objects.all()
    text = get(browser, pages(node, "compare/"), old=old.vid, new=new.vid).text
    assert '{"query": {"a": "1"}}' in text
    assert '{"query": {"a": "2"}}' in text


def test_a_field_that_one_of_them_lacks_is_compared(browser: Client, node: Node) -> None:
    node.fields["lost"] = [{"value": "found"}]
    save_revision(node, None)
    del node.fields["lost"]
    save_revision(node, None)
    first, second, third = Revision.objects.order_by("pk")
    for old, new, tag in ((first, second, "ins"), (second, third, "del")):
        answer = browser.get(ADMIN + pages(node, "compare/"), {"old": old.pk, "new": new.pk})
        assert f"<{tag}>[{{&quot;value&quot;: &quot;found&quot;}}]</{tag}>" in (
            answer.content.decode()
        )


def test_revisions_may_be_the_same(browser: Client, node: Node) -> None:
    save_revision(node, None)
    new, old = Revision.objects.all()
    page = get(browser, pages(node, "compare/"), old=old.vid, new=new.vid)
    assert "Nothing differs." in page.text


def test_a_revision_is_not_compared_with_itself(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    query = {"old": edited[0].vid, "new": edited[0].vid}
    answer = browser.get(ADMIN + pages(node, "compare/"), query, follow=True)
    assert "Select different revisions to compare." in read(answer).text


@pytest.mark.parametrize("query", [{}, {"old": "1"}, {"old": "x", "new": "1"}])
def test_a_comparison_needs_two_numbers(browser: Client, node: Node, query: dict[str, str]) -> None:
    assert browser.get(ADMIN + pages(node, "compare/"), query).status_code == 404


def test_of_some_revisions_is_not_known_what_the_node_was(browser: Client, node: Node) -> None:
    imported = Revision.objects.create(node=node)
    page = get(browser, pages(node))
    assert "What the content was is not known." in page.text
    assert "Revert" not in page.links
    for path in (f"{imported.vid}/", f"{imported.vid}/revert/"):
        assert browser.get(ADMIN + pages(node, path)).status_code == 404


def test_a_revision_is_one_of_its_node(
    browser: Client, node: Node, make_node: MakeNode, edited: tuple[Revision, Revision]
) -> None:
    other = make_node()
    for path in (f"{edited[0].vid}/", f"{edited[0].vid}/revert/", "999999/"):
        assert browser.get(ADMIN + pages(other, path)).status_code == 404
    assert browser.get(ADMIN + "node/999999/revisions/").status_code == 404


# Reverting


def revert_by_form(browser: Client, node: Node, revision: Revision) -> Any:
    return browser.post(ADMIN + pages(node, f"{revision.vid}/revert/"), follow=True)


def test_reverting_is_asked_about_with_what_it_changes(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    answer = browser.get(ADMIN + pages(node, f"{edited[0].vid}/revert/"))
    page = answer.content.decode()
    assert "Are you sure you want to revert to the revision from Mon, 03/02/2026 - 07:08?" in page
    assert "<del>Other</del>" in page
    assert "<ins>A page</ins>" in page
    assert "csrfmiddlewaretoken" in page
    assert Revision.objects.count() == 2


def test_reverting_makes_a_new_revision_that_is_a_copy(
    browser: Client, node: Node, admin: User, edited: tuple[Revision, Revision]
) -> None:
    old, new = edited
    before = now()
    page = read(revert_by_form(browser, node, old))
    assert (
        "Basic page A page has been reverted to the revision from Mon, 03/02/2026 - 07:08."
        in page.text
    )
    node = Node.objects.get()
    assert (node.title, node.fields["body"][0]["value"]) == ("A page", "Old")
    assert node.vid is not None
    assert node.vid > new.vid
    assert node.revision_log == "Copy of the revision from Mon, 03/02/2026 - 07:08."
    assert node.revision_uid == admin
    assert node.changed >= before
    new.refresh_from_db()
    assert new.snapshot is not None
    assert new.snapshot["title"] == [{"value": "Other"}]
    assert LogEntry.objects.latest("pk").change_message == node.revision_log


def test_reverting_restores_all_that_belongs_to_a_revision(
    node: Node, admin: User, make_node: MakeNode
) -> None:
    node.langcode, node.status, node.promote, node.sticky = "de", False, True, True
    node.created, node.uid, node.fields = PAST, None, {}
    save_revision(node, admin)
    revert(node, Revision.objects.get(snapshot__isnull=False), admin)
    node = Node.objects.get()
    assert (node.langcode, node.status, node.promote, node.sticky) == ("en", True, False, False)
    assert (node.created != PAST, node.uid) == (True, admin)
    assert node.fields["body"][0]["value"] == "Old"


NOBODY_COMMENTED: dict[str, Any] = {
    "cid": 0,
    "last_comment_timestamp": 0,
    "last_comment_name": None,
    "last_comment_uid": 0,
    "comment_count": 0,
}


@pytest.fixture
def discussed(add_field: MakeField, make_node: MakeNode) -> Node:
    """An event whose comments were opened, used, and closed."""
    add_field("comment")
    node = make_node(type_id="event", fields={"field_x": [{"status": 2, **NOBODY_COMMENTED}]})
    node.fields = {"field_x": [{"status": 1, **NOBODY_COMMENTED, "comment_count": 3}]}
    save_revision(node, None)
    return node


def test_reverting_opens_comments_again_and_leaves_the_statistics(
    discussed: Node, admin: User
) -> None:
    revert(discussed, Revision.objects.earliest("pk"), admin)
    assert Node.objects.get().fields == {
        "field_x": [{"status": 2, **NOBODY_COMMENTED, "comment_count": 3}]
    }


def test_statistics_are_not_compared(browser: Client, discussed: Node) -> None:
    new, old = Revision.objects.all()
    text = get(browser, pages(discussed, "compare/"), old=old.vid, new=new.vid).text
    assert "Open" in text
    discussed.fields["field_x"][0].update(status=2, comment_count=4)
    discussed.save()
    text = get(browser, pages(discussed, "compare/"), old=old.vid, new=new.vid).text
    assert "comment_count" not in text


@pytest.mark.parametrize("items", [None, "x", ["x"], [{"cid": 0}]])
def test_what_no_type_can_read_is_restored_as_it_was(
    discussed: Node, admin: User, items: Any
) -> None:
    revision = Revision.objects.earliest("pk")
    revision.snapshot = {"field_x": items}
    revert(discussed, revision, admin)
    assert Node.objects.get().fields == {"field_x": items}


def test_a_node_whose_fields_are_all_broken_can_be_reverted(discussed: Node, admin: User) -> None:
    discussed.fields = []  # type: ignore[assignment]
    revert(discussed, Revision.objects.earliest("pk"), admin)
    (item,) = Node.objects.get().fields["field_x"]
    assert item["status"] == 2


def test_an_author_who_is_gone_stays_gone(node: Node, admin: User) -> None:
    Node.objects.update(uid=User.objects.get(username="plain"))
    node = Node.objects.get()
    node.uid = admin
    save_revision(node, admin)
    User.objects.get(username="plain").delete()
    revert(node, Revision.objects.get(snapshot__isnull=False), admin)
    assert Node.objects.get().uid is None


def test_what_a_revision_does_not_keep_stays(node: Node, admin: User) -> None:
    revert(node, Revision.objects.create(node=node, snapshot={"sticky": [{"value": True}]}), admin)
    node = Node.objects.get()
    assert (node.title, node.sticky, node.fields) == ("A page", True, {})


def test_what_is_not_known_cannot_be_reverted_to(node: Node, admin: User) -> None:
    with pytest.raises(ValueError, match="keeps nothing of the node"):
        revert(node, Revision.objects.create(node=node), admin)


def test_the_current_revision_cannot_be_reverted_to(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    assert revert_by_form(browser, node, edited[1]).status_code == 404


def test_reverting_needs_a_token_against_forgery(
    admin: User, node: Node, edited: tuple[Revision, Revision]
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    assert revert_by_form(strict, node, edited[0]).status_code == 403
    assert Revision.objects.count() == 2


# Permissions


VIEW = {"view all revisions", "view page revisions", "administer nodes"}
REVERT = {"revert all revisions", "revert page revisions", "administer nodes"}
DELETE = {"delete all revisions", "delete page revisions", "administer nodes"}
NEITHER = {"view article revisions", "revert article revisions", "delete article revisions"}
NODE = ("edit any page content", "delete any page content")


@pytest.mark.parametrize("permission", sorted(VIEW | REVERT | DELETE | NEITHER))
def test_each_operation_takes_a_permission(
    staff: Staff, node: Node, edited: tuple[Revision, Revision], permission: str
) -> None:
    browser, old = staff(permission, *NODE), edited[0]
    query = f"compare/?old={old.vid}&new={edited[1].vid}"
    for page in ("", f"{old.vid}/", query):
        status = browser.get(ADMIN + pages(node, page)).status_code
        assert status == (403 if permission in NEITHER else 200)
    may_revert, may_delete = permission in REVERT, permission in DELETE
    assert revert_by_form(browser, node, old).status_code == (200 if may_revert else 403)
    assert Revision.objects.count() == (3 if may_revert else 2)
    answer = browser.post(ADMIN + pages(node, f"{old.vid}/delete/"))
    assert answer.status_code == (302 if may_delete else 403)
    assert Revision.objects.filter(pk=old.pk).exists() != may_delete


@pytest.mark.parametrize("permission", ["revert all revisions", "delete all revisions"])
def test_none_is_enough_where_the_node_itself_may_not_be_written(
    staff: Staff, node: Node, edited: tuple[Revision, Revision], permission: str
) -> None:
    browser = staff(permission, "access content overview")
    for page in ("", f"{edited[0].vid}/revert/", f"{edited[0].vid}/delete/"):
        assert browser.get(ADMIN + pages(node, page)).status_code == 403


def test_the_form_leads_to_them_for_those_who_may_see_them(
    staff: Staff, browser: Client, node: Node
) -> None:
    path = f"node/{node.pk}/change/"
    assert "Revisions" in get(browser, path).links
    assert "Revisions" not in get(staff("edit any page content"), path).links


def test_whoever_may_only_see_is_not_offered_more(
    staff: Staff, node: Node, edited: tuple[Revision, Revision]
) -> None:
    browser = staff("view all revisions", "access content overview")
    assert not {"Revert", "Delete"} & get(browser, pages(node)).links.keys()
    assert "Revert" not in get(browser, pages(node, f"{edited[0].vid}/")).links


def test_a_revision_is_deleted_after_a_question_and_the_current_one_never(
    browser: Client, node: Node, edited: tuple[Revision, Revision]
) -> None:
    old, current = edited
    assert get(browser, pages(node)).links["Delete"] == ADMIN + pages(node, f"{old.vid}/delete/")
    page = get(browser, pages(node, f"{old.vid}/delete/"))
    assert "Are you sure you want to delete the revision from" in page.text
    answer = browser.post(ADMIN + pages(node, f"{old.vid}/delete/"), follow=True)
    assert "has been deleted" in read(answer).text
    assert browser.post(ADMIN + pages(node, f"{current.vid}/delete/")).status_code == 404
    assert [revision.vid for revision in Revision.objects.all()] == [current.vid]


def test_nobody_sees_them_without_logging_in(client: Client, node: Node) -> None:
    assert client.get(ADMIN + pages(node)).status_code == 302
